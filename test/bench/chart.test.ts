import { chartOf } from '../../bench/chart/chart.ts';
import { linearScale, logarithmicScale } from '../../bench/chart/scale.ts';
import { measured, reportOf } from './reports.ts';

const OWN = ['closed', 'open-200', 'open-200-stored', 'ten-thousand', 'ten-thousand-stored'].map((name) =>
  measured(name),
);

/** Words of the drawing, in their order. */
function wordsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words ?? '');
}

describe('the chart of a report', () => {
  it('has a panel for everything that was measured, and none for the rest', () => {
    const words = wordsOf(chartOf(reportOf({ 'order-saga': OWN })));
    expect(words).toEqual(
      expect.arrayContaining(['Orders per second, 64 in flight', '10,000 orders', 'What stored orders change']),
    );
    expect(wordsOf(chartOf(reportOf({ 'order-saga': [measured('closed')] })))).not.toContain('10,000 orders');
  });

  it('shows the peers beside the house, and marks the targets', () => {
    const report = reportOf({
      'order-saga': [measured('closed', { ordersPerSecond: 380 })],
      restate: [measured('closed', { ordersPerSecond: 410 })],
    });
    expect(wordsOf(chartOf(report))).toEqual(expect.arrayContaining(['restate', '380', '410', '345', '500']));
  });

  it('is readable on light and on dark pages', () => {
    const svg = chartOf(reportOf({ 'order-saga': OWN }));
    const [light = '', dark = ''] = svg.split('@media (prefers-color-scheme:dark)');
    expect(light).toContain('.paper{fill:#ffffff}');
    expect(dark).toContain('.paper{fill:#0d1117}');
  });

  it('escapes what the machine is called', () => {
    expect(chartOf(reportOf({ 'order-saga': OWN }))).toContain('A &lt;fast&gt; &amp; small one, 2 cores');
  });

  it('draws no figure that is not a number', () => {
    expect(chartOf(reportOf({ 'order-saga': OWN }))).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('the scales', () => {
  it('of lengths begin at zero and end at a round value beyond the largest', () => {
    const { at, ticks } = linearScale(430, 100);
    expect(ticks).toEqual([0, 100, 200, 300, 400, 500]);
    expect([at(0), at(250), at(500)]).toEqual([0, 50, 100]);
  });

  it('of places give every power of ten the same room', () => {
    const { at, ticks } = logarithmicScale(3, 800, 90);
    expect(ticks).toEqual([1, 10, 100, 1000]);
    expect([1, 10, 100].map(at)).toEqual([0, 30, 60]);
  });
});
