import fc from 'fast-check';
import { percentiles } from '../../bench/percentiles.ts';

describe('percentiles', () => {
  it('are values by their nearest rank, whatever their order', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentiles(hundred)).toEqual({ p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentiles([30, 10, 20])).toEqual({ p50: 20, p95: 30, p99: 30, max: 30 });
  });

  it('are not numbers when there are no values', () => {
    expect(percentiles([])).toEqual({ p50: NaN, p95: NaN, p99: NaN, max: NaN });
  });

  it('leave so large a share of the values at or below them, and no smaller value does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const shareUpTo = (limit: number): number => values.filter((value) => value <= limit).length / values.length;
        const { p95 } = percentiles(values);
        expect(shareUpTo(p95)).toBeGreaterThanOrEqual(0.95);
        expect(shareUpTo(p95 - 1)).toBeLessThan(0.95);
      }),
    );
  });
});
