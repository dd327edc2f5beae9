import { EndWatch } from '../../bench/end-watch.ts';

describe('watching orders end', () => {
  it('asks for all that wait at once, and no more for those that have ended', async () => {
    const asked: string[][] = [];
    const watch = new EndWatch((orderIds) => {
      asked.push([...orderIds]);
      return Promise.resolve(asked.length === 1 ? ['a'] : orderIds);
    });
    await Promise.all([watch.ended('a'), watch.ended('b')]);
    expect(asked).toEqual([['a', 'b'], ['b']]);
  });

  it('asks for no more than a hundred with one request', async () => {
    const sizes: number[] = [];
    const watch = new EndWatch((orderIds) => {
      sizes.push(orderIds.length);
      return Promise.resolve(orderIds);
    });
    await Promise.all(Array.from({ length: 250 }, (_, index) => watch.ended(String(index))));
    expect(sizes).toEqual([100, 100, 50]);
  });

  it('fails for all that wait, and from then on, when it cannot look', async () => {
    const watch = new EndWatch(() => Promise.reject(new Error('gone')));
    await expect(Promise.all([watch.ended('a'), watch.ended('b')])).rejects.toThrow('gone');
    await expect(watch.ended('c')).rejects.toThrow('gone');
  });
});
