/** What the host has done since its start: calls by operation, and what they cost this machine. */
export interface Usage {
  /** Calls by `service.operation`, whoever made them. Divided by orders they are the calls per order. */
  readonly calls: Readonly<Record<string, number>>;
  /** CPU time of the process and all its workers. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Counts the calls between services, over the wire or inside. */
export class Meter {
  private readonly counts = new Map<string, number>();

  count(service: string, operation: string): void {
    const name = `${service}.${operation}`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  usage(): Usage {
    const { user, system } = process.cpuUsage();
    return {
      calls: Object.fromEntries([...this.counts].sort(([left], [right]) => left.localeCompare(right))),
      cpuSeconds: (user + system) / 1_000_000,
      residentBytes: process.memoryUsage.rss(),
    };
  }
}
