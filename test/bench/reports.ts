import type { Figures } from '../../bench/measure.ts';
import type { MeasuredSeries, Report } from '../../bench/report.ts';
import { judge } from '../../bench/targets.ts';

/** Figures of a series, of which a test changes those that it is about. */
export function measured(name: string, changes: Partial<Figures> = {}): MeasuredSeries {
  const times = { p50: 10, p95: 20, p99: 30, max: 40 };
  return {
    name,
    load: { kind: 'closed', orders: 100, inFlight: 64 },
    stored: 1000,
    completed: 100,
    failed: 0,
    failures: [],
    seconds: 1,
    secondsToRest: 2,
    ordersPerSecond: 100,
    ordersPerSecondToRest: 50,
    submitMs: times,
    endToEndMs: times,
    lateMs: times,
    cpuSecondsPer1000Orders: { total: 6, parts: { services: 3, functions: 2, rest: 1 }, client: 0.5 },
    memoryMb: 300,
    callsPerOrder: {},
    violations: [],
    ...changes,
  };
}

export function reportOf(systems: Readonly<Record<string, readonly MeasuredSeries[]>>): Report {
  return {
    measuredAt: '2026-01-02T03:04:05.000Z',
    commit: 'abcdef',
    machine: {
      processor: 'A <fast> & small one',
      cores: 2,
      memoryGb: 8,
      kernel: 'linux 6',
      distribution: 'Debian',
      node: 'v20',
      disk: '/dev/vda ext4',
      loadAverage: '0 0 0',
    },
    options: ['--suite'],
    durability: 'death of a process',
    systems: Object.entries(systems).map(([name, series]) => ({ name, description: {}, series })),
    targets: judge(Object.values(systems)[0] ?? []),
  };
}
