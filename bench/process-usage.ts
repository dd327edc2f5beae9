import { readdir, readFile } from 'node:fs/promises';

/** The unit of CPU times in /proc: USER_HZ is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** What proc_pid_stat(5) says of one process. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Its own CPU time and that of its children that have ended and were waited for. */
  readonly cpuSeconds: number;
}

/** Reads a line of /proc/<pid>/stat. The name, in parentheses, may hold anything: the fields are counted from behind it. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  // Fields 14 to 17: utime, stime, cutime, cstime; the first one here is field 3.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: parseInt(line, 10), parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** A process and all that descend from it. */
export function familyOf(root: number, processes: readonly ProcessStat[]): readonly ProcessStat[] {
  const children = processes.filter(({ parent }) => parent === root);
  const self = processes.filter(({ pid }) => pid === root);
  return [...self, ...children.flatMap(({ pid }) => familyOf(pid, processes))];
}

export interface FamilyUsage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** CPU time and memory of processes with all their descendants, by name. Linux only. */
export async function readFamilies(roots: Readonly<Record<string, number>>): Promise<Record<string, FamilyUsage>> {
  const processes = await readProcesses();
  const entries = Object.entries(roots).map(async ([name, pid]) => {
    const family = familyOf(pid, processes);
    const memory = await Promise.all(family.map((member) => proportionalBytes(member.pid)));
    const cpuSeconds = family.reduce((sum, member) => sum + member.cpuSeconds, 0);
    return [name, { cpuSeconds, memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function readProcesses(): Promise<readonly ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readOrNothing(`/proc/${pid}/stat`)));
  return lines.filter((line) => line !== '').map(parseStat);
}

/** Memory that processes share (PostgreSQL's buffers) is divided among them, so that the sum counts it once. */
async function proportionalBytes(pid: number): Promise<number> {
  const text = await readOrNothing(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** A process may end while one reads. */
function readOrNothing(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
