import { jest } from '@jest/globals';
import { ReadyList } from '../../../local/services/sqs/ready-list.ts';

describe('the list of what is ready', () => {
  const isVoid = jest.fn((entry: { gone: boolean }) => entry.gone);
  const entries = (count: number) => Array.from({ length: count }, (_, number) => ({ number, gone: false }));
  beforeEach(() => isVoid.mockClear());

  it('gives entries in the order in which they came, without those that became void', () => {
    const list = new ReadyList(isVoid);
    const all = entries(5000);
    for (const entry of all) list.add(entry);
    for (const entry of all) {
      if (entry.number % 3 !== 0) continue;
      entry.gone = true;
      list.voided();
    }
    const taken: unknown[] = [];
    for (let entry = list.take(); entry; entry = list.take()) taken.push(entry);
    expect(taken).toEqual(all.filter(({ gone }) => !gone));
  });

  it('forgets what became void although nobody takes anything', () => {
    const list = new ReadyList(isVoid);
    for (const entry of entries(100_000)) {
      list.add(entry);
      entry.gone = true;
      list.voided();
    }
    isVoid.mockClear();
    expect(list.take()).toBeUndefined();
    // Whatever it still held it has to look at: no more than the few that are not worth a clean-up.
    expect(isVoid.mock.calls.length).toBeLessThan(2500);
  });
});
