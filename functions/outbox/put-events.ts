import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { REAL_PATIENCE, type Patience } from '../shared/contention.ts';
import { eventBridge } from '../shared/eventbridge-client.ts';
import type { InvocationLog } from '../shared/invocation-log.ts';

/** EventBridge takes ten entries per request. */
const MAX_ENTRIES = 10;
/** Of one request over all its entries (EventBridge API reference: 1 MB; taken as the smaller of the two megabytes). */
const MAX_REQUEST_BYTES = 1_000_000;
/** Attempts at entries that the bus took apart from the others of their request; waits of up to 100 and 200 ms between. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;

/**
 * Publishes the entries in their order and stops at the first that the bus does not take: the stream delivers everything
 * from there on again, and what had been sent behind it would then be there twice and out of order.
 * @returns the index of the first entry that was not published; the number of entries when all were
 */
export async function putEvents(
  entries: readonly PutEventsRequestEntry[],
  log: InvocationLog,
  patience: Patience = REAL_PATIENCE,
): Promise<number> {
  for (let start = 0; start < entries.length;) {
    const end = endOfRequest(entries, start);
    const failed = await putRequest(entries.slice(start, end), log, patience);
    if (failed !== undefined) return start + failed;
    start = end;
  }
  return entries.length;
}

/** The largest request that begins with this entry. One entry alone always fits: the schemas bound an event to a few KB. */
function endOfRequest(entries: readonly PutEventsRequestEntry[], start: number): number {
  let bytes = 0;
  let end = start;
  for (const entry of entries.slice(start, start + MAX_ENTRIES)) {
    bytes += entryBytes(entry);
    if (bytes > MAX_REQUEST_BYTES && end > start) break;
    end += 1;
  }
  return end;
}

/** Sends one request; entries that failed are sent again without the others. Returns the index of the first left over. */
async function putRequest(
  entries: readonly PutEventsRequestEntry[],
  log: InvocationLog,
  patience: Patience,
): Promise<number | undefined> {
  let waiting = entries.map((entry, index) => ({ entry, index }));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Entries = [] } = await eventBridge.send(
        new PutEventsCommand({ Entries: waiting.map(({ entry }) => entry) }),
      );
      const errorCodes = [...new Set(Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []))];
      // An entry was taken when it has an id; an answer that is too short leaves the rest open.
      waiting = waiting.filter((_, position) => Entries[position]?.EventId === undefined);
      if (waiting.length === 0) return undefined;
      log.warn('the bus did not take all events', { attempt, left: waiting.length, errorCodes });
    } catch (error) {
      // The SDK has repeated it already; the stream comes again, with longer pauses.
      log.error('the bus could not be reached', { error });
      return waiting[0]?.index;
    }
    if (attempt === ATTEMPTS) return waiting[0]?.index;
    await patience.sleep(patience.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
  }
}

/** Size as EventBridge counts it: 14 bytes for the time, and the UTF-8 bytes of the other members. */
function entryBytes({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
