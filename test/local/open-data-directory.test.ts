import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataDirectory } from '../../local/open-data-directory.ts';

const BATCHES = 60;

describe('a data directory whose last writes a power failure has cut', () => {
  let directory: string;
  /** As it is on disk when the host is gone without a word: the log of LevelDB has all, and no table has anything. */
  let abandoned: string;
  let reports: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-torn-'));
    abandoned = join(directory, 'abandoned');
    const store = await openDataDirectory(join(directory, 'running'), { fresh: false });
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await store.write(['item', 'index'].map((part) => ({ key: `${part}/${batch}`, value: `${batch}`.repeat(1500) })));
    }
    await cp(join(directory, 'running'), abandoned, { recursive: true });
    await store.close();
    reports = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const logOf = async (): Promise<string> => {
    const names = await readdir(join(abandoned, 'store'));
    return join(abandoned, 'store', names.find((name) => name.endsWith('.log')) ?? '');
  };

  /** Which batches are there whole, and how many are there in part. */
  async function open(): Promise<{ whole: number[]; torn: number }> {
    const store = await openDataDirectory(abandoned, { fresh: false, report: (line) => reports.push(line) });
    const parts = Array.from({ length: BATCHES }, (_, batch) =>
      ['item', 'index'].filter((part) => store.get(`${part}/${batch}`) !== undefined),
    );
    await store.close();
    return {
      whole: parts.flatMap((found, batch) => (found.length === 2 ? [batch] : [])),
      torn: parts.filter((found) => found.length === 1).length,
    };
  }

  it('has everything when it was only killed', async () => {
    expect(await open()).toMatchObject({ whole: Array.from({ length: BATCHES }, (_, batch) => batch), torn: 0 });
    expect(reports).toEqual([]);
  });

  it.each([1, 500, 5000])('%s bytes short, it opens, lacks the last batches and holds none in part', async (bytes) => {
    const log = await logOf();
    await truncate(log, (await readFile(log)).length - bytes);
    const { whole, torn } = await open();
    expect(torn).toBe(0);
    expect(whole.length).toBeLessThan(BATCHES);
    // What is there is the beginning, without a gap.
    expect(whole).toEqual(whole.map((_, batch) => batch));
    expect(whole.length).toBeGreaterThan(0);
  });

  it('with zeros where a block never reached the disk, it opens and holds no batch in part', async () => {
    const log = await logOf();
    const bytes = await readFile(log);
    await writeFile(log, Buffer.concat([bytes.subarray(0, -4000), Buffer.alloc(4000)]));
    const { whole, torn } = await open();
    expect([torn, whole.length > 0, whole.length < BATCHES]).toEqual([0, true, true]);
  });

  it('damaged in the middle, it opens, and says that something is missing', async () => {
    const log = await logOf();
    const bytes = await readFile(log);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
    await writeFile(log, bytes);
    const { whole, torn } = await open();
    expect([torn, whole.length < BATCHES]).toEqual([0, true]);
    expect(reports).toEqual([expect.stringContaining('is damaged and was left out')]);
  });
});
