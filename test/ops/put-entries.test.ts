import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { putEntries } from '../../ops/live/put-events.ts';

const ENTRIES: PutEventsRequestEntry[] = ['a', 'b', 'c'].map((Detail) => ({ Detail }));

/** A bus that refuses these details so many times each. */
function busRefusing(refusals: Record<string, number>) {
  const sent: string[][] = [];
  return {
    sent,
    send: async (entries: PutEventsRequestEntry[]) => {
      sent.push(entries.map(({ Detail = '' }) => Detail));
      return entries.map(({ Detail = '' }) => {
        const left = refusals[Detail] ?? 0;
        refusals[Detail] = left - 1;
        return left > 0 ? { ErrorCode: 'ThrottlingException' } : { EventId: Detail };
      });
    },
  };
}

it('sends again only what the bus did not take, and waits longer each time', async () => {
  const bus = busRefusing({ b: 2, c: 1 });
  const waits: number[] = [];

  await putEntries(ENTRIES, bus.send, async (ms) => waits.push(ms));

  expect(bus.sent).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']]);
  expect(waits).toEqual([1_000, 2_000]);
});

it('gives up with the reason when the bus takes an event never', async () => {
  const bus = busRefusing({ b: Infinity });

  const put = putEntries(ENTRIES, bus.send, async () => {});

  await expect(put).rejects.toThrow('The bus did not take 1 events: ThrottlingException.');
  expect(bus.sent).toHaveLength(5);
});
