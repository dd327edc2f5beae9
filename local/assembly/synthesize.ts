import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The context that the CDK CLI adds to every synthesis, so that the template is the one which `cdk deploy` would send. */
const CLI_CONTEXT = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:bundling-stacks': ['**'],
};

/** What of an app's output is worth showing when it fails: the last lines hold the error. */
const SHOWN_LINES = 12;

/**
 * Runs the app of `cdk.json` as the CDK CLI does and resolves when its cloud assembly is in `outputDirectory`.
 * Rejects with the app's own last words when it fails.
 * @param context goes before that of `cdk.json`, as `cdk synth --context` does
 */
export async function synthesize(
  projectDirectory: string,
  outputDirectory: string,
  context: Readonly<Record<string, string>> = {},
): Promise<void> {
  const configuration = JSON.parse(await readFile(join(projectDirectory, 'cdk.json'), 'utf8')) as {
    app: string;
    context?: Record<string, unknown>;
  };
  const child = spawn(configuration.app, {
    cwd: projectDirectory,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: outputDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...CLI_CONTEXT, ...configuration.context, ...context }),
    },
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (exitCode === 0) return;
  const lastWords = output.join('').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new Error(`Synthesis failed: \`${configuration.app}\` ended with exit code ${exitCode}.\n${lastWords}`);
}
