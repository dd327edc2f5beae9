import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStackOutputs, type StackOutputs } from './stack.ts';

const PROJECT_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));

/** What `npm start` runs. */
const HOST_COMMAND = ['--import', 'tsx', 'local/main.ts', '--on-ready', 'ops/on-ready.ts'];

/** A local host in a process of its own, spoken to over HTTP only. */
export interface LocalHostProcess {
  readonly outputs: Required<StackOutputs>;
  /** Everything that the process has printed so far. */
  printed(): string;
  /** Resolves, when the process has ended, to the signal that ended it, if one did. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Ends the process with a signal and resolves to its exit code; the data stays. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Spawns the host with a command line as a user would give it, and options of Node.js before it. */
export function spawnLocalHost(
  commandLine: readonly string[],
  nodeOptions: readonly string[] = [],
): { child: ChildProcess; printed: () => string } {
  const child = spawn(process.execPath, [...nodeOptions, ...HOST_COMMAND, ...commandLine], {
    cwd: PROJECT_DIRECTORY,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, printed: () => text };
}

/** Starts a host on free ports over a data directory; resolves when it is ready, rejects with its last words if it ends. */
export async function startLocalHost(
  dataDirectory: string,
  commandLine: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Promise<LocalHostProcess> {
  const place = ['--port', '0', '--aws-port', '0', '--data-dir', dataDirectory];
  const { child, printed } = spawnLocalHost([...place, ...commandLine], nodeOptions);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (printed().includes('is ready after')) resolve();
    });
    child.once('close', (code) => reject(new Error(`The host ended with exit code ${code}:\n${printed()}`)));
  });
  return {
    outputs: (await readStackOutputs(join(dataDirectory, 'outputs.json'))) as Required<StackOutputs>,
    printed,
    ended,
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

/** Runs something against a host with empty state, which ends and leaves nothing behind afterwards. */
export async function withLocalHost<T>(
  run: (outputs: StackOutputs) => Promise<T>,
  nodeOptions: readonly string[] = [],
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-'));
  const host = await startLocalHost(directory, [], nodeOptions);
  try {
    return await run(host.outputs);
  } finally {
    await host.end();
    await rm(directory, { recursive: true, force: true });
  }
}
