import { RecentRecords } from '../../../local/services/dynamodb/streams/recent-records.ts';
import type { StoredRecord } from '../../../local/services/dynamodb/streams/stream-log.ts';

const record = (id: number): StoredRecord => ({ name: 'INSERT', atMs: 0, keys: { id: { N: String(id) } } });
const ids = (found: ReturnType<RecentRecords['between']>) =>
  found?.map(([sequence, { keys }]) => [sequence, Number(keys['id']?.N)]);

describe('the records at the end of a stream', () => {
  it('are found by sequence number, in order, whatever write they came with', () => {
    const recent = new RecentRecords(10);
    recent.append(10, [record(1), record(2)]);
    recent.append(20, [record(3)]);
    recent.append(30, [record(4), record(5)]);
    expect(ids(recent.between(10, 31, 1000))).toEqual([
      [10, 1],
      [11, 2],
      [20, 3],
      [30, 4],
      [31, 5],
    ]);
    expect(ids(recent.between(11, 30, 1000))).toEqual([
      [11, 2],
      [20, 3],
      [30, 4],
    ]);
    expect(ids(recent.between(12, 31, 2))).toEqual([
      [20, 3],
      [30, 4],
    ]);
    expect(recent.between(32, 31, 1000)).toEqual([]);
  });

  it('are only part of what is asked for when older ones are: then the store has to be read', () => {
    const recent = new RecentRecords(10);
    recent.append(10, [record(1)]);
    expect(recent.between(9, 10, 1000)).toBeUndefined();
  });

  it('leave memory when many others have followed', () => {
    const recent = new RecentRecords(1);
    for (let id = 1; id <= 5000; id += 1) recent.append(id, [record(id)]);
    expect(recent.between(1, 5000, 1000)).toBeUndefined();
    expect(ids(recent.between(4990, 5000, 1000))).toHaveLength(11);
  });
});
