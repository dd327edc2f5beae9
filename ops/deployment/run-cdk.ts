import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROJECT_DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the CDK CLI of this project; what it says goes to stderr. @throws when it ends with another exit code than 0 */
export async function runCdk(commandLine: readonly string[]): Promise<void> {
  const cdk = fileURLToPath(new URL('../../node_modules/.bin/cdk', import.meta.url));
  const child = spawn(cdk, [...commandLine], { cwd: PROJECT_DIRECTORY, stdio: ['inherit', 2, 2] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`cdk ${commandLine[0]} ended with exit code ${code}; what it said above tells why.`);
}
