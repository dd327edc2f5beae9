import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where figures were made, without which they mean nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly distribution: string;
  readonly node: string;
  /** What the state of all systems is on. */
  readonly disk: string;
  /** Processes that wanted to run when the measurement began: other work on the machine spoils the times. */
  readonly loadAverage: string;
}

export async function describeMachine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: `${process.platform} ${release()} ${process.arch}`,
    distribution: /^PRETTY_NAME="(.*)"$/m.exec(await readOrNothing('/etc/os-release'))?.[1] ?? 'unknown',
    node: process.version,
    disk: await disk(),
    loadAverage: (await readOrNothing('/proc/loadavg')).split(' ').slice(0, 3).join(' '),
  };
}

/** The commit that was measured, with a mark where the tree had changes. */
export async function describeCommit(): Promise<string> {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--untracked-files=no']);
    return `${commit.trim()}${changes === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

/** `/dev/vda ext4`: device and file system of the directory for temporary files. */
async function disk(): Promise<string> {
  try {
    const { stdout } = await run('findmnt', ['-n', '-o', 'SOURCE,FSTYPE', '-T', tmpdir()]);
    return stdout.trim().replace(/\s+/g, ' ');
  } catch {
    return 'unknown';
  }
}

function readOrNothing(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
