import type { MeasuredSeries, MeasuredSystem, Report } from '../report.ts';
import { LIMITS } from '../targets.ts';
import { type Bar, barPanel } from './bars.ts';
import { type DotRow, dotPanel, type Pair } from './dots.ts';
import { type Panel, PANEL_WIDTH } from './panel.ts';
import { element, group, label } from './svg.ts';
import { styleSheet, systemClass } from './theme.ts';

/** Pixels. */
const MARGIN = 24;
const GAP = 36;
const HEADING_HEIGHT = 74;
const FOOTER_HEIGHT = 60;
const COLUMNS = 2;
const WIDTH = 2 * MARGIN + COLUMNS * PANEL_WIDTH + (COLUMNS - 1) * GAP;

/** Draws a report as SVG: panels in rows of two, as many as there are figures for. */
export function chartOf(report: Report): string {
  const systems = report.systems.filter(({ series }) => series.length > 0);
  const panels = [throughput, cpu, submission, endToEnd, tenThousand, growth]
    .map((panel) => panel(systems))
    .filter((panel) => panel !== undefined);
  let bottom = HEADING_HEIGHT + MARGIN;
  const placed: string[] = [];
  for (let first = 0; first < panels.length; first += COLUMNS) {
    const row = panels.slice(first, first + COLUMNS);
    placed.push(...row.map(({ drawing }, column) => group(MARGIN + column * (PANEL_WIDTH + GAP), bottom, drawing)));
    bottom += Math.max(...row.map((panel) => panel.height)) + GAP;
  }
  const height = bottom + FOOTER_HEIGHT;
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${Math.round(height)}` };
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', role: 'img', 'aria-label': 'What the order load is like', ...size },
    element('style', {}, styleSheet()),
    element('rect', { class: 'paper', width: WIDTH, height }),
    heading(report, systems),
    ...placed,
    footer(report, height - FOOTER_HEIGHT),
  )}\n`;
}

function heading({ durability }: Report, systems: readonly MeasuredSystem[]): string {
  const words = label(MARGIN, 34, 'What an order costs, and how long it takes', { class: 'heading' });
  let x = MARGIN;
  const legend = systems.map(({ name }) => {
    const entry =
      element('rect', { class: systemClass(name), x, y: 52, width: 12, height: 12 }) + label(x + 18, 62, name);
    x += 18 + 7.5 * name.length + 20;
    return entry;
  });
  const note = `red: targets of order-saga. Acknowledged survives the ${durability}, on all systems.`;
  return [words, ...legend, label(x + 8, 62, note, { class: 'quiet small' })].join('');
}

function footer({ machine, commit, measuredAt, systems }: Report, y: number): string {
  const { processor, cores, memoryGb, kernel, node, disk, distribution, loadAverage } = machine;
  const first = `${processor}, ${cores} cores, ${memoryGb} GB; ${distribution}, ${kernel}; Node.js ${node}; ${disk}`;
  const second = `Commit ${commit}, ${measuredAt.slice(0, 16).replace('T', ' ')} UTC, load average before: ${loadAverage}`;
  const peers =
    'order-saga publishes and archives its events, keeps an audit log and sends two mails per order; its peers do none of that.';
  const lines = systems.length > 1 ? [peers, first, second] : [first, second];
  return lines.map((words, index) => label(MARGIN, y + 16 * index, words, { class: 'quiet small' })).join('');
}

type Draw = (systems: readonly MeasuredSystem[]) => Panel | undefined;

/** The systems that have a series, with it. */
function having(systems: readonly MeasuredSystem[], name: string): { system: string; figures: MeasuredSeries }[] {
  return systems.flatMap(({ name: system, series }) =>
    series.filter((one) => one.name === name).map((figures) => ({ system, figures })),
  );
}

const throughput: Draw = (systems) => {
  const bars = having(systems, 'closed').map(({ system, figures }): Bar => {
    const { ordersPerSecond } = figures;
    return { name: system, system, parts: [ordersPerSecond], figure: ordersPerSecond.toFixed(0) };
  });
  const limits = [LIMITS.ordersPerSecond, LIMITS.goalOrdersPerSecond].map((value) => ({ value, label: String(value) }));
  const title = 'Orders per second, 64 in flight';
  return bars.length === 0
    ? undefined
    : barPanel({ title, unit: ['to their terminal status; more is better'] }, bars, limits);
};

const cpu: Draw = (systems) => {
  const measured = having(systems, 'closed');
  const bars = measured.map(({ system, figures }): Bar => {
    const { total, parts } = figures.cpuSecondsPer1000Orders;
    const shares = Object.values(parts);
    return { name: system, system, parts: shares.length > 0 ? shares : [total], figure: total.toFixed(1) };
  });
  const parts = Object.keys(measured[0]?.figures.cpuSecondsPer1000Orders.parts ?? {}).join(' · ');
  const limits = [{ value: LIMITS.cpuSecondsPer1000, label: String(LIMITS.cpuSecondsPer1000) }];
  const unit = [
    'all processes, with that load; less is better',
    ...(parts === '' ? [] : [`${measured[0]?.system}, left to right: ${parts}`]),
  ];
  return bars.length === 0 ? undefined : barPanel({ title: 'CPU seconds per 1,000 orders', unit }, bars, limits);
};

const RATES = [
  { series: 'open-100', name: '100/s' },
  { series: 'open-200', name: '200/s', submitMs: LIMITS.submitP95Ms, endToEndMs: LIMITS.endToEndP95Ms },
  { series: 'open-300', name: '300/s' },
  { series: 'burst', name: 'burst, 500/s', submitMs: LIMITS.burstSubmitP95Ms },
] as const;

function byRate(times: 'submitMs' | 'endToEndMs', title: string): Draw {
  return (systems) => {
    const rows = RATES.flatMap((rate): DotRow[] => {
      const pairs = having(systems, rate.series).map(({ system, figures }): Pair => {
        const { p50, p95 } = figures[times];
        return { system, from: p50, to: p95, figure: milliseconds(p95) };
      });
      const limit = times in rate ? (rate as { submitMs?: number; endToEndMs?: number })[times] : undefined;
      return pairs.length === 0
        ? []
        : [
            {
              name: rate.name,
              pairs,
              ...(limit !== undefined && { limit: { value: limit, label: milliseconds(limit) } }),
            },
          ];
    });
    const unit = ['ms from the moment it was due: p50 (hollow) and p95; logarithmic; less is better'];
    return rows.length === 0 ? undefined : dotPanel({ title, unit }, rows);
  };
}

const submission = byRate('submitMs', 'Until an order is accepted');
const endToEnd = byRate('endToEndMs', 'Until an order has ended');

const tenThousand: Draw = (systems) => {
  const bars = ['ten-thousand', 'ten-thousand-stored'].flatMap((series) =>
    having(systems, series).map(({ system, figures }): Bar => {
      const name = series === 'ten-thousand' ? system : '100,000 stored';
      return { name, system, parts: [figures.secondsToRest], figure: figures.secondsToRest.toFixed(1) };
    }),
  );
  const limits = [{ value: LIMITS.tenThousandSeconds, label: `${LIMITS.tenThousandSeconds} s` }];
  const unit = ['seconds to the last event and mail; less is better', 'peers have neither: to the last order'];
  return bars.length === 0 ? undefined : barPanel({ title: '10,000 orders', unit }, bars, limits);
};

const growth: Draw = (systems) => {
  const pairsOf = (name: string, before: string, after: string): DotRow[] => {
    const [few] = having(systems, before);
    const [many] = having(systems, after);
    if (!few || !many) return [];
    const [from, to] = [few.figures.endToEndMs.p95, many.figures.endToEndMs.p95];
    const pair = { system: few.system, from, to, figure: `${milliseconds(to)} (${change(to / from - 1)})` };
    return [{ name, pairs: [pair], limit: { value: from * (1 + LIMITS.growth), label: '' } }];
  };
  const rows = [
    ...pairsOf('64 in flight', 'ten-thousand', 'ten-thousand-stored'),
    ...pairsOf('200/s', 'open-200', 'open-200-stored'),
  ];
  const unit = [
    'end to end p95 in ms, with 1,000 (hollow) and 100,000 orders stored before',
    'logarithmic; the limit is 20 % more',
  ];
  return rows.length === 0 ? undefined : dotPanel({ title: 'What stored orders change', unit }, rows);
};

function milliseconds(ms: number): string {
  return ms.toLocaleString('en', { maximumFractionDigits: 0 });
}

function change(share: number): string {
  return `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(0)} %`;
}
