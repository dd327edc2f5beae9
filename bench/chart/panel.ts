import type { Scale } from './scale.ts';
import { element, group, label } from './svg.ts';

/** Pixels. */
export const PANEL_WIDTH = 470;
/** Left of the axis: names of rows. */
const NAMES_WIDTH = 112;
/** Right of the axis: figures. */
const FIGURES_WIDTH = 64;
export const AXIS_WIDTH = PANEL_WIDTH - NAMES_WIDTH - FIGURES_WIDTH;
const TITLE_HEIGHT = 40;
const UNIT_LINE_HEIGHT = 15;
const TICKS_HEIGHT = 22;

/** A limit that a figure is to reach, drawn across all rows or one of them. */
export interface Limit {
  readonly value: number;
  readonly label: string;
}

export interface Row {
  readonly name: string;
  readonly height: number;
  /** What is drawn from the axis on; the place is the upper left corner of the row. */
  readonly drawing: string;
  /** Drawn above everything, the limits too. */
  readonly words: string;
}

/** What a panel shows, and how it is to be read, in one line or two. */
export interface Heading {
  readonly title: string;
  readonly unit: readonly string[];
}

export interface Panel {
  readonly height: number;
  readonly drawing: string;
}

/** Title, axis with its grid, rows and limits. */
export function panelOf(
  { title, unit }: Heading,
  scale: Scale,
  rows: readonly Row[],
  limits: readonly Limit[] = [],
): Panel {
  const bodyHeight = rows.reduce((sum, { height }) => sum + height, 0);
  const grid = scale.ticks.map((tick) => {
    const x = scale.at(tick);
    const words = label(x, bodyHeight + 15, tick.toLocaleString('en'), {
      class: 'quiet small',
      'text-anchor': 'middle',
    });
    return element('line', { class: 'grid', x1: x, x2: x, y1: 0, y2: bodyHeight }) + words;
  });
  const marks = limits.map(({ value, label: words }) => {
    const x = scale.at(value);
    const line = element('line', { class: 'limit', x1: x, x2: x, y1: -6, y2: bodyHeight });
    return line + label(x, -9, words, { class: 'limit-label small', 'text-anchor': 'middle' });
  });
  const tops = rows.map((_row, index) => rows.slice(0, index).reduce((sum, { height }) => sum + height, 0));
  const drawn = rows.map(({ name, height, drawing }, index) =>
    group(0, tops[index] ?? 0, label(-10, height / 2 + 4, name, { 'text-anchor': 'end' }), drawing),
  );
  const figures = rows.map(({ words }, index) => group(0, tops[index] ?? 0, words));
  const top = TITLE_HEIGHT + unit.length * UNIT_LINE_HEIGHT;
  const lines = unit.map((line, index) => label(0, 31 + index * UNIT_LINE_HEIGHT, line, { class: 'quiet small' }));
  return {
    height: top + bodyHeight + TICKS_HEIGHT,
    drawing:
      label(0, 14, title, { class: 'title' }) +
      lines.join('') +
      group(NAMES_WIDTH, top, ...grid, ...drawn, ...marks, ...figures),
  };
}
