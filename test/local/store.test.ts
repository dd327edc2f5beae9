import { jest } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '../../local/store.ts';

describe('the store', () => {
  let directory: string;
  let store: Store;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-store-'));
    store = await Store.open(directory);
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('shows a write at once, before it is on disk', () => {
    void store.write([{ key: 'a', value: '1' }]);
    expect(store.get('a')).toBe('1');
  });

  it('shows a deletion at once', async () => {
    await store.write([{ key: 'a', value: '1' }]);
    void store.write([{ key: 'a', value: undefined }]);
    expect(store.get('a')).toBeUndefined();
  });

  it('keeps the later of two writes to one key, in whichever commits they travel', async () => {
    const first = store.write([{ key: 'a', value: '1' }]);
    await Promise.resolve();
    const second = store.write([{ key: 'a', value: '2' }]);
    await Promise.all([first, second]);
    const third = store.write([{ key: 'a', value: '3' }]);
    expect(store.get('a')).toBe('3');
    await third;
    expect(store.get('a')).toBe('3');
  });

  it('has everything acknowledged after it is opened again', async () => {
    const writes = Array.from({ length: 500 }, (_, index) => store.write([{ key: `k${index}`, value: `v${index}` }]));
    await Promise.all(writes);
    await store.close();
    store = await Store.open(directory);
    expect(store.get('k0')).toBe('v0');
    expect(store.get('k499')).toBe('v499');
  });

  it('lists a range in key order, including writes not yet on disk', async () => {
    void store.write(['b', 'a', 'c', 'd'].map((key) => ({ key, value: key.toUpperCase() })));
    const found: string[] = [];
    for await (const [key, value] of store.range({ gte: 'a', lt: 'd' })) found.push(key + value);
    expect(found).toEqual(['aA', 'bB', 'cC']);
  });

  it.each([false, true])('waits for the disk itself only when told to (%s)', async (sync) => {
    const path = join(directory, 'other');
    const begin = Reflect.get(ClassicLevel.prototype, 'batch') as () => { write(options: object): Promise<void> };
    const written = jest.fn();
    // Each commit is a batch that is begun, filled and written.
    const batch = jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (this: ClassicLevel) {
      const begun = begin.call(this);
      const write = begun.write.bind(begun);
      return Object.assign(begun, { write: (options: object) => (written(options), write(options)) }) as never;
    });
    const other = await Store.open(path, { sync });
    await other.write([{ key: 'a', value: '1' }]);
    expect(other.get('a')).toBe('1');
    await other.close();
    expect(written.mock.calls).toEqual([[{ sync }]]);
    batch.mockRestore();
  });
});
