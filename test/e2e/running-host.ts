import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackOutputs } from '../../ops/stack.ts';
import { ASSEMBLY_DIRECTORY, PROJECT_DIRECTORY } from './synthesized-assembly.ts';

/** A mail as the host keeps it. */
export interface KeptMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The host as its users run it: a process of its own, spoken to over HTTP only. */
export interface HostProcess {
  readonly outputs: Required<StackOutputs>;
  readonly dataDirectory: string;
  /** Everything that the process has printed so far. */
  printed(): string;
  /** Waits until nothing is left to do; on the virtual clock, retries and timeouts within the hour are over then. */
  idle(): Promise<void>;
  mails(): Promise<KeptMail[]>;
  /** Ends the process with a signal and resolves to its exit code; the data stays. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends the process and removes its data. */
  dispose(): Promise<void>;
}

export interface HostProcessOptions {
  readonly dataDirectory?: string;
  readonly clock?: 'real' | 'virtual';
  readonly extraOptions?: readonly string[];
}

/** Starts a host on free ports and resolves when it is ready. */
export async function runHost(options: HostProcessOptions = {}): Promise<HostProcess> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'order-saga-host-')));
  const outputsFile = join(dataDirectory, 'e2e-outputs.json');
  await rm(outputsFile, { force: true });
  const { child, printed } = spawnHost([
    ...['--assembly', ASSEMBLY_DIRECTORY, '--data-dir', dataDirectory, '--outputs-file', outputsFile],
    ...['--port', '0', '--aws-port', '0', '--clock', options.clock ?? 'virtual'],
    ...(options.extraOptions ?? []),
  ]);
  await readyOrEnded(child, printed);
  const [outputs] = Object.values(
    JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Required<StackOutputs>>,
  );
  if (!outputs) throw new Error('The host wrote no outputs.');
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${outputs.AwsEndpointUrl}/_local/${path}`)).json();
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  return {
    outputs,
    dataDirectory,
    printed,
    async idle() {
      await ask('idle');
    },
    async mails() {
      return ((await ask('mails?limit=1000')) as { mails: KeptMail[] }).mails;
    },
    end,
    async dispose() {
      await end();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Spawns the host's own command, as `npm start` does. */
export function spawnHost(commandLine: readonly string[]): { child: ChildProcess; printed: () => string } {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'local/main.ts', '--on-ready', 'ops/on-ready.ts', ...commandLine],
    { cwd: PROJECT_DIRECTORY, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, printed: () => text };
}

async function readyOrEnded(child: ChildProcess, printed: () => string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (printed().includes('is ready after')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The host ended with exit code ${code}:\n${printed()}`)));
  });
}
