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

  it('shows a deletion while the write before it is on its way to the disk', async () => {
    const first = store.write([{ key: 'a', value: '1' }]);
    await Promise.resolve();
    await Promise.resolve();
    const second = store.write([{ key: 'a', value: undefined }]);
    expect(store.get('a')).toBeUndefined();
    await Promise.all([first, second]);
    expect(store.get('a')).toBeUndefined();
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

  describe('on a disk that is full', () => {
    /** The next commit fails, with the error that classic-level has for LevelDB's. */
    function fillDisk(): { mockRestore(): void } {
      const cause = new Error('IO error: 000003.log: No space left on device');
      const full = Object.assign(new Error('Batch failed', { cause }), { code: 'LEVEL_IO_ERROR' });
      const batch = { _put: () => {}, _del: () => {}, _write: () => Promise.reject(full) };
      return jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementationOnce(() => batch as never);
    }

    it('acknowledges neither what was to be written nor anything after it, though there may be room again', async () => {
      await store.write([{ key: 'before', value: '1' }]);
      const disk = fillDisk();
      const words = 'The data directory cannot be written to (IO error: 000003.log: No space left on device).';

      const failing = store.write([{ key: 'a', value: '1' }]);
      const together = store.write([{ key: 'b', value: '1' }]);
      await expect(failing).rejects.toThrow(words);
      await expect(together).rejects.toThrow(words);
      await expect(store.write([{ key: 'c', value: '1' }])).rejects.toThrow(words);

      disk.mockRestore();
      await store.close();
      store = await Store.open(directory);
      expect(['before', 'a', 'b', 'c'].map((key) => store.get(key))).toEqual(['1', undefined, undefined, undefined]);
    });

    it('fails what waits behind a commit that fails, and tells so once', async () => {
      const told = jest.fn();
      const other = await Store.open(join(directory, 'other'), { onFailure: told });
      const disk = fillDisk();
      const first = other.write([{ key: 'a', value: '1' }]);
      await Promise.resolve();
      await Promise.resolve();
      const second = other.write([{ key: 'b', value: '1' }]);
      expect(await Promise.allSettled([first, second])).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
      expect(told).toHaveBeenCalledTimes(1);
      disk.mockRestore();
      await other.close();
    });
  });

  it.each([false, true])('waits for the disk itself only when told to (%s)', async (sync) => {
    const path = join(directory, 'other');
    const begin = Reflect.get(ClassicLevel.prototype, 'batch') as unknown as () => {
      _write(options: object): Promise<void>;
    };
    const written = jest.fn();
    // Each commit is a batch that is begun, filled and written.
    const batch = jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (this: ClassicLevel) {
      const begun = begin.call(this);
      const write = begun._write.bind(begun);
      return Object.assign(begun, { _write: (options: object) => (written(options), write(options)) }) as never;
    });
    const other = await Store.open(path, { sync });
    await other.write([{ key: 'a', value: '1' }]);
    expect(other.get('a')).toBe('1');
    await other.close();
    expect(written.mock.calls).toEqual([[{ sync }]]);
    batch.mockRestore();
  });
});
