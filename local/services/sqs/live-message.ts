import type { Receipt, StoredMessage } from './message.ts';
import type { Depth } from './queue-metrics.ts';

/** A message in memory: visible ones are in the ready list, the others wait for their timer. */
export interface LiveMessage {
  readonly key: string;
  readonly stored: StoredMessage;
  receipt: Receipt | undefined;
  state: keyof Depth | 'gone';
  timer: { cancel(): void } | undefined;
}
