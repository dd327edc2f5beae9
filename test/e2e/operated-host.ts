import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCli } from '../../ops/cli/run-cli.ts';
import { anOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import { PROJECT_DIRECTORY } from './synthesized-assembly.ts';

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host of its own, and the commands of operators on it. */
export interface OperatedHost {
  readonly host: HostProcess;
  readonly outputsFile: string;
  /** A command as `npm run ops -- …` runs it, in this process. */
  readonly ops: (...commandLine: string[]) => Promise<Said>;
  /** A command with `--json`: its exit code and its document. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
  readonly opsJson: (...commandLine: string[]) => Promise<{ exitCode: number; document: any }>;
  /** Submits an order and lets it come to rest. */
  readonly orderOf: (parts?: Parameters<typeof anOrder>[0]) => Promise<string>;
}

export async function operateHost(): Promise<OperatedHost> {
  const host = await runHost();
  const outputsFile = join(host.dataDirectory, 'outputs.json');
  let submitted = 0;
  const ops = (...commandLine: string[]) => opsOn(outputsFile, commandLine);
  return {
    host,
    outputsFile,
    ops,
    async opsJson(...commandLine) {
      const { exitCode, stdout, stderr } = await ops(...commandLine, '--json');
      try {
        return { exitCode, document: JSON.parse(stdout) };
      } catch {
        throw new Error(`${commandLine.join(' ')} printed no document, but: ${stdout}${stderr}`);
      }
    },
    async orderOf(parts = {}) {
      submitted += 1;
      const { body } = await submit(host.outputs, anOrder(parts), `ops ${submitted}`);
      await host.idle();
      return body.orderId as string;
    },
  };
}

async function opsOn(file: string, commandLine: readonly string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const exitCode = await runCli([...commandLine, '--outputs-file', file], {
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    environment: {},
  });
  return { exitCode, ...said };
}

/** A command in a process of its own; rejects with `code` and `stderr` when it ends with another exit code than 0. */
export function opsProcess(...commandLine: string[]) {
  const node = ['--import', 'tsx', 'ops/cli/main.ts', ...commandLine];
  return promisify(execFile)(process.execPath, node, { cwd: PROJECT_DIRECTORY });
}
