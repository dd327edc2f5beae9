import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStackOutputs, type StackOutputs } from '../stack.ts';

const PROJECT_DIRECTORY = fileURLToPath(new URL('../..', import.meta.url));
const HOST_COMMAND = ['--import', 'tsx', 'local/main.ts', '--on-ready', 'ops/on-ready.ts'];

/** Runs something against a local host on free ports with empty state, which ends and leaves nothing behind afterwards. */
export async function withHost<T>(run: (outputs: StackOutputs) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-demo-'));
  console.log('No host is running: starting one for the demonstration.');
  const host = spawn(process.execPath, [...HOST_COMMAND, '--port', '0', '--aws-port', '0', '--data-dir', directory], {
    cwd: PROJECT_DIRECTORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await ready(host);
    return await run(await readStackOutputs(join(directory, 'outputs.json')));
  } finally {
    if (host.exitCode === null) {
      host.kill('SIGTERM');
      await once(host, 'exit');
    }
    await rm(directory, { recursive: true, force: true });
  }
}

function ready(host: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    host.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('is ready after')) resolve();
    });
    host.once('exit', (code) => reject(new Error(`The host ended with exit code ${code} before it was ready.`)));
  });
}
