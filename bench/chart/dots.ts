import { AXIS_WIDTH, type Panel, panelOf, type Row } from './panel.ts';
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
  readonly limit?: number;
}

/** Places on a logarithmic axis: rows with a line for each system. */
export function dotPanel(heading: { readonly title: string; readonly unit: string }, rows: readonly DotRow[]): Panel {
  const values = rows.flatMap(({ pairs, limit }) => [...pairs.flatMap(({ from, to }) => [from, to]), limit ?? NaN]);
  const known = values.filter((value) => value > 0);
  const scale = logarithmicScale(Math.min(...known), Math.max(...known), AXIS_WIDTH);
  const drawn = rows.map(({ name, pairs, limit }): Row => {
    const height = pairs.length * LINE_HEIGHT + ROW_GAP;
    const lines = pairs.map((pair, index) => pairLine(pair, scale.at, ROW_GAP / 2 + (index + 0.5) * LINE_HEIGHT));
    return {
      name,
      height,
      drawing: lines.join('') + (limit === undefined ? '' : mark(limit, scale.at(limit), height)),
    };
  });
  return panelOf(heading, scale, drawn);
}

function pairLine({ system, from, to, figure }: Pair, at: (value: number) => number, y: number): string {
  const [start, end] = [at(from), at(to)];
  const colour = systemClass(system);
  return [
    element('line', { class: colour, 'stroke-width': 2, 'stroke-opacity': 0.5, x1: start, x2: end, y1: y, y2: y }),
    element('circle', { class: `${colour} hollow`, 'stroke-width': 1.5, cx: start, cy: y, r: RADIUS - 1 }),
    element('circle', { class: colour, cx: end, cy: y, r: RADIUS }),
    label(Math.max(start, end) + RADIUS + 5, y + 4, figure, { class: 'small' }),
  ].join('');
}

function mark(limit: number, x: number, height: number): string {
  const line = element('line', { class: 'limit', x1: x, x2: x, y1: 1, y2: height - 1 });
  const words = { class: 'limit-label small', 'text-anchor': 'end' };
  return line + label(x - 4, 9, limit.toLocaleString('en', { maximumFractionDigits: 0 }), words);
}
