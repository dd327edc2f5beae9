import type { ConflictPolicy } from './services/dynamodb/ongoing-transactions.ts';
import type { Isolation } from './services/lambda/isolates.ts';
import type { StoreFailure } from './store.ts';

export interface HostOptions {
  /** Directory of the cloud assembly; awaited after ports and store are open, so that synthesis runs beside them. */
  readonly assemblyDirectory: string | Promise<string>;
  readonly dataDirectory: string;
  /** Ports; 0 takes any free one. */
  readonly apiPort: number;
  readonly awsPort: number;
  readonly clock: 'real' | 'virtual';
  /** What functions share; `shared` when absent. */
  readonly isolation?: Isolation | undefined;
  /** Start from empty state. */
  readonly fresh: boolean;
  /** Every commit reaches the disk itself, at a price: see docs/local-host.md, What is kept. */
  readonly sync?: boolean;
  /** For how long executions are kept after their end; AWS's 90 days when absent. */
  readonly keepExecutionsMs?: number | undefined;
  /** Who meets transaction conflicts of DynamoDB; callers from outside when absent. */
  readonly transactionConflicts?: ConflictPolicy | undefined;
  /** What shall go wrong, and when: a file with a plan (local/faults/fault-plan.ts). */
  readonly faultsFile?: string | undefined;
  /** Told when the data directory cannot be written to any more: nothing is acknowledged from then on, and the host has to end. */
  readonly onFailure?: (failure: StoreFailure) => void;
  /** Receives what the host has to tell the person who runs it. */
  readonly report?: (line: string) => void;
}
