import { judge } from '../../bench/targets.ts';
import { measured } from './reports.ts';

function judged(series: Parameters<typeof judge>[0], words: string) {
  const found = judge(series).filter(({ target }) => target.includes(words));
  return found.map(({ value, met }) => ({ value, met }));
}

const endToEnd = (p95: number) => ({ endToEndMs: { p50: 1, p95, p99: p95, max: p95 } });

describe('the targets of the bench', () => {
  it('are not judged where nothing was measured', () => {
    expect(judge([]).every(({ met, value }) => met === undefined && value === undefined)).toBe(true);
  });

  it('want as many orders per second as Restate does, and then more', () => {
    expect(judged([measured('closed', { ordersPerSecond: 400 })], 'orders per second, ')).toEqual([
      { value: 400, met: true },
      { value: 400, met: false },
    ]);
  });

  it('want less CPU than a limit', () => {
    const cost = (total: number) => ({ cpuSecondsPer1000Orders: { total, parts: {}, client: 0 } });
    expect(judged([measured('closed', cost(5.1))], 'CPU')).toEqual([{ value: 5.1, met: false }]);
    expect(judged([measured('closed', cost(4.9))], 'CPU')).toEqual([{ value: 4.9, met: true }]);
  });

  it('want nothing lost in a burst', () => {
    expect(judged([measured('burst', { failed: 1 })], 'lost')).toEqual([{ value: 1, met: false }]);
  });

  it('compare few and many stored orders by their p95, where both were measured', () => {
    const [few, many] = [measured('open-200', endToEnd(100)), measured('open-200-stored', endToEnd(125))];
    expect(judged([few, many], '200 orders per second: change')).toEqual([{ value: 0.25, met: false }]);
    expect(judged([few], '200 orders per second: change')).toEqual([{ value: undefined, met: undefined }]);
  });
});
