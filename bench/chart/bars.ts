import { AXIS_WIDTH, type Heading, type Limit, type Panel, panelOf, type Row } from './panel.ts';
import { linearScale } from './scale.ts';
import { element, label } from './svg.ts';
import { systemClass } from './theme.ts';

const ROW_HEIGHT = 26;
const BAR_HEIGHT = 16;
/** Parts of a bar are told apart by how dark they are, the first darkest. */
const OPACITIES = [1, 0.65, 0.4];

export interface Bar {
  readonly name: string;
  readonly system: string;
  /** Lengths one after the other; one for a bar without parts. */
  readonly parts: readonly number[];
  /** Beside its end. */
  readonly figure: string;
}

/** Lengths from zero, a row for each. */
export function barPanel(heading: Heading, bars: readonly Bar[], limits: readonly Limit[]): Panel {
  const totals = bars.map(({ parts }) => sum(parts));
  const scale = linearScale(Math.max(...totals, ...limits.map(({ value }) => value)), AXIS_WIDTH);
  const rows: Row[] = bars.map(({ name, system, parts, figure }) => {
    const top = (ROW_HEIGHT - BAR_HEIGHT) / 2;
    const rectangles = parts.map((_part, index) => {
      const [from, to] = [scale.at(sum(parts.slice(0, index))), scale.at(sum(parts.slice(0, index + 1)))];
      const opacity = OPACITIES[index] ?? OPACITIES.at(-1) ?? 1;
      const place = { x: from, y: top, width: Math.max(0, to - from), height: BAR_HEIGHT };
      return element('rect', { class: systemClass(system), 'stroke-width': 0, 'fill-opacity': opacity, ...place });
    });
    const words = label(scale.at(sum(parts)) + 6, ROW_HEIGHT / 2 + 4, figure, { class: 'figure' });
    return { name, height: ROW_HEIGHT, drawing: rectangles.join(''), words };
  });
  return panelOf(heading, scale, rows, limits);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
