import { AXIS_WIDTH, type Heading, type Limit, type Panel, panelOf, type Row } from './panel.ts';
import { logarithmicScale } from './scale.ts';
import { element, label } from './svg.ts';
import { systemClass } from './theme.ts';

/** Of one dot with its line, and between two rows. */
const LINE_HEIGHT = 15;
const ROW_GAP = 10;
const RADIUS = 4.5;

/** Two figures that belong together: a hollow dot, a line, a filled dot with its figure beside it. */
export interface Pair {
  readonly system: string;
  readonly from: number;
  readonly to: number;
  readonly figure: string;
}

export interface DotRow {
  readonly name: string;
  readonly pairs: readonly Pair[];
  /** The limit of this row, if it has one. */
  readonly limit?: Limit;
}

/** Places on a logarithmic axis: rows with a line for each system. */
export function dotPanel(heading: Heading, rows: readonly DotRow[]): Panel {
  const values = rows.flatMap(({ pairs, limit }) => [
    ...pairs.flatMap(({ from, to }) => [from, to]),
    limit?.value ?? NaN,
  ]);
  const known = values.filter((value) => value > 0);
  const scale = logarithmicScale(Math.min(...known), Math.max(...known), AXIS_WIDTH);
  const drawn = rows.map(({ name, pairs, limit }): Row => {
    const height = pairs.length * LINE_HEIGHT + ROW_GAP;
    const middleOf = (index: number): number => ROW_GAP / 2 + (index + 0.5) * LINE_HEIGHT;
    const lines = pairs.map((pair, index) => pairLine(pair, scale.at, middleOf(index)));
    const words = pairs.map(({ from, to, figure }, index) =>
      label(scale.at(Math.max(from, to)) + RADIUS + 5, middleOf(index) + 4, figure, { class: 'figure small' }),
    );
    const limits = limit === undefined ? '' : mark(limit.label, scale.at(limit.value), height);
    return { name, height, drawing: lines.join('') + limits, words: words.join('') };
  });
  return panelOf(heading, scale, drawn);
}

function pairLine({ system, from, to }: Pair, at: (value: number) => number, y: number): string {
  const [start, end] = [at(from), at(to)];
  const colour = systemClass(system);
  return [
    element('line', { class: colour, 'stroke-width': 2, 'stroke-opacity': 0.5, x1: start, x2: end, y1: y, y2: y }),
    element('circle', { class: `${colour} hollow`, 'stroke-width': 1.5, cx: start, cy: y, r: RADIUS - 1 }),
    element('circle', { class: colour, cx: end, cy: y, r: RADIUS }),
  ].join('');
}

function mark(words: string, x: number, height: number): string {
  const line = element('line', { class: 'limit', x1: x, x2: x, y1: 1, y2: height - 1 });
  return line + label(x - 4, 9, words, { class: 'limit-label small', 'text-anchor': 'end' });
}
