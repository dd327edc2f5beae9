import { createHash } from 'node:crypto';
import type { Store, StoreWrite } from '../../store.ts';

/** A message that was sent twice within this time is one message. */
const INTERVAL_MS = 5 * 60_000;

/** What the first message was answered. */
export interface Original {
  readonly messageId: string;
  readonly sequenceNumber: string;
}

interface Known extends Original {
  readonly untilMs: number;
}

/** The deduplication ids of a FIFO queue, for five minutes, also after a restart. */
export class Deduplication {
  private readonly store: Store;
  private readonly prefix: string;
  /** Oldest first. */
  private readonly known = new Map<string, Known>();

  constructor(store: Store, queueName: string) {
    this.store = store;
    this.prefix = `sqs/d/${queueName}/`;
  }

  async load(nowMs: number): Promise<void> {
    const found: [string, Known][] = [];
    for await (const [key, value] of this.store.range({ gte: this.prefix, lt: `${this.prefix}~` })) {
      found.push([key.slice(this.prefix.length), JSON.parse(value) as Known]);
    }
    found.sort(([, left], [, right]) => left.untilMs - right.untilMs);
    for (const [key, known] of found) this.known.set(key, known);
    await this.store.write(this.forgotten(nowMs));
  }

  /** What the same message was answered a short while ago. */
  find(id: string, scope: string, nowMs: number): Original | undefined {
    const known = this.known.get(keyOf(id, scope));
    return known && known.untilMs > nowMs ? known : undefined;
  }

  /** Remembers a message at once; the writes are for the batch that stores it. */
  remember(id: string, scope: string, original: Original, nowMs: number): StoreWrite[] {
    const key = keyOf(id, scope);
    const known: Known = { ...original, untilMs: nowMs + INTERVAL_MS };
    this.known.delete(key);
    this.known.set(key, known);
    return [...this.forgotten(nowMs), { key: this.prefix + key, value: JSON.stringify(known) }];
  }

  /** Forgets what is over. */
  private forgotten(nowMs: number): StoreWrite[] {
    const writes: StoreWrite[] = [];
    for (const [key, { untilMs }] of this.known) {
      if (untilMs > nowMs) break;
      this.known.delete(key);
      writes.push({ key: this.prefix + key, value: undefined });
    }
    return writes;
  }
}

/** The id that a message has by its body, where the queue says so. */
export function idOfContent(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Ids hold characters that keys of the store should not. */
function keyOf(id: string, scope: string): string {
  return createHash('sha256').update(`${scope}\u0000${id}`).digest('hex').slice(0, 40);
}
