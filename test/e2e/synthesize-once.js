import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** jest's `globalSetup` of the end-to-end tests, which jest does not transform: the TypeScript runs in a process of its own. */
export default function synthesizeOnce() {
  const script = fileURLToPath(new URL('synthesize-once.ts', import.meta.url));
  execFileSync(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
}
