import { readFileSync } from 'node:fs';

/** The unit of CPU times in /proc: USER_HZ is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** What the host has done since its start: calls by operation, and what they cost this machine. */
export interface Usage {
  /** Calls by `service.operation`, whoever made them. Divided by orders they are the calls per order. */
  readonly calls: Readonly<Record<string, number>>;
  /** CPU time of the process and all its workers. */
  readonly cpuSeconds: number;
  /** The part of the main thread, which runs the services. Linux only, as the next. */
  readonly mainThreadCpuSeconds: number | undefined;
  /** The part of the threads that run functions now; the rest are V8's compilers and collectors, and LevelDB. */
  readonly functionThreadsCpuSeconds: number | undefined;
  readonly residentBytes: number;
}

/** Counts the calls between services, over the wire or inside. */
export class Meter {
  private readonly counts = new Map<string, number>();

  count(service: string, operation: string): void {
    const name = `${service}.${operation}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** `functionThreads` are the ids that Linux gives the threads. */
  usage(functionThreads: readonly number[] = []): Usage {
    const { user, system } = process.cpuUsage();
    return {
      calls: Object.fromEntries([...this.counts].sort(([left], [right]) => left.localeCompare(right))),
      cpuSeconds: (user + system) / 1_000_000,
      mainThreadCpuSeconds: threadCpuSeconds(process.pid),
      functionThreadsCpuSeconds: sum(functionThreads.map(threadCpuSeconds)),
      residentBytes: process.memoryUsage.rss(),
    };
  }
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (total, value) => (total === undefined || value === undefined ? undefined : total + value),
    0,
  );
}

/** Node.js 20 cannot tell it, but Linux does (proc_pid_stat(5): fields 14 and 15, counted from behind the name). */
function threadCpuSeconds(thread: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}
