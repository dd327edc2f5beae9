import type { Receipt, StoredMessage } from './message.ts';
import type { Depth } from './queue-metrics.ts';

/** A message and the key that it is stored under. */
export interface KeyedMessage {
  readonly key: string;
  readonly stored: StoredMessage;
}

/** A message in memory: visible ones are in the ready list, the others wait for their timer. */
export interface LiveMessage extends KeyedMessage {
  receipt: Receipt | undefined;
  state: keyof Depth | 'gone';
  timer: { cancel(): void } | undefined;
}
