import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalHostProcess, startLocalHost } from '../../ops/local-host-process.ts';
import { ASSEMBLY_DIRECTORY } from './synthesized-assembly.ts';

/** A mail as the host keeps it. */
export interface KeptMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The host as its users run it, on the assembly that the run of the tests has synthesized. */
export interface HostProcess extends LocalHostProcess {
  readonly dataDirectory: string;
  /** Waits until nothing is left to do; on the virtual clock, retries and timeouts within the hour are over then. */
  idle(): Promise<void>;
  mails(): Promise<KeptMail[]>;
  /** An answer of the host's own endpoint below `/_local/`. */
  ask(path: string): Promise<unknown>;
  /** Ends the process and removes its data. */
  dispose(): Promise<void>;
}

export interface HostProcessOptions {
  readonly dataDirectory?: string;
  readonly clock?: 'real' | 'virtual';
  /** Another assembly than that of the run. */
  readonly assemblyDirectory?: string;
  readonly extraOptions?: readonly string[];
}

/** Starts a host on free ports and resolves when it is ready. */
export async function runHost(options: HostProcessOptions = {}): Promise<HostProcess> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'order-saga-host-')));
  const host = await startLocalHost(dataDirectory, [
    ...['--assembly', options.assemblyDirectory ?? ASSEMBLY_DIRECTORY, '--clock', options.clock ?? 'virtual'],
    ...(options.extraOptions ?? []),
  ]);
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${host.outputs.AwsEndpointUrl}/_local/${path}`)).json();
  return {
    ...host,
    dataDirectory,
    ask,
    async idle() {
      await ask('idle');
    },
    async mails() {
      return ((await ask('mails?limit=1000')) as { mails: KeptMail[] }).mails;
    },
    async dispose() {
      await host.end();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
