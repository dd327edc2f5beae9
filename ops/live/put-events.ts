import { setTimeout as pause } from 'node:timers/promises';
import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { EventEnvelope } from '../../core/events.ts';
import type { LiveStack } from './live-stack.ts';

/** EventBridge takes ten entries per request. */
export const ENTRIES_PER_REQUEST = 10;
/** Attempts at entries that the bus did not take, a second apart and then longer: who throttles is given time. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;

/** Sends a request, and again without those that went; resolves to how many it was and rejects when some never go. */
export type SendEntries = (
  entries: PutEventsRequestEntry[],
) => Promise<readonly { EventId?: string; ErrorCode?: string }[]>;

/** Puts at most ten events on the bus of the stack. @throws when the bus does not take one of them in five attempts */
export async function putOnBus(stack: LiveStack, envelopes: readonly EventEnvelope[]): Promise<void> {
  const entries = envelopes.map((envelope) => entryOf(envelope, stack.outputs.EventBusName));
  await putEntries(entries, async (Entries) => {
    const answer = await stack.events.send(new PutEventsCommand({ Entries }));
    return (answer.Entries ?? []) as { EventId?: string; ErrorCode?: string }[];
  });
}

/** Entries can fail one by one; those that did are sent again without the others. */
export async function putEntries(
  entries: readonly PutEventsRequestEntry[],
  send: SendEntries,
  sleep: (ms: number) => Promise<unknown> = pause,
): Promise<void> {
  let waiting = [...entries];
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const results = await send(waiting);
    const codes = [...new Set(results.flatMap(({ ErrorCode }) => ErrorCode ?? []))];
    // An entry was taken when it has an id; an answer that is too short leaves the rest open.
    waiting = waiting.filter((_, index) => results[index]?.EventId === undefined);
    if (waiting.length === 0) return;
    if (attempt === ATTEMPTS) throw new Error(`The bus did not take ${waiting.length} events: ${codes.join(', ')}.`);
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

function entryOf({ source, detailType, detail }: EventEnvelope, EventBusName: string): PutEventsRequestEntry {
  return {
    EventBusName,
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Time: new Date(detail.metadata.occurredAt),
  };
}
