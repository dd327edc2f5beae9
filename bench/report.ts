import type { Figures } from './measure.ts';
import type { Machine } from './machine.ts';
import type { Judged } from './targets.ts';

/** Figures of one series, of one system. */
export interface MeasuredSeries extends Figures {
  readonly name: string;
  /** A sentence for everything that was not as it must be afterwards; empty when all invariants hold. */
  readonly violations: readonly string[];
}

export interface MeasuredSystem {
  readonly name: string;
  readonly description: Readonly<Record<string, unknown>>;
  readonly series: readonly MeasuredSeries[];
}

/** What is committed under docs/bench/, and what the chart is drawn from. */
export interface Report {
  readonly measuredAt: string;
  readonly commit: string;
  readonly machine: Machine;
  /** The command line. */
  readonly options: readonly string[];
  /** What survives of that which was acknowledged, the same for all systems. */
  readonly durability: 'death of a process' | 'loss of power';
  readonly systems: readonly MeasuredSystem[];
  /** Whether the house's own reach their targets. */
  readonly targets: readonly Judged[];
}
