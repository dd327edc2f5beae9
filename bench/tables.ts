import { table } from '../ops/table.ts';
import { describeLoad } from './load.ts';
import type { Figures } from './measure.ts';
import type { Percentiles } from './percentiles.ts';
import type { MeasuredSystem } from './report.ts';
import type { Judged } from './targets.ts';

/** Everything about one load. */
export function detailsTable(figures: Figures): string {
  const { load, stored, cpuSecondsPer1000Orders: cost } = figures;
  return table([
    ['figure', 'value'],
    ['orders', `${describeLoad(load)}, ${stored} before`],
    ['completed per second', figures.ordersPerSecond.toFixed(0)],
    ['the same with their last events and mails', figures.ordersPerSecondToRest.toFixed(0)],
    ['CPU seconds per 1,000 orders', cost.total.toFixed(2)],
    ...Object.entries(cost.parts).map(([name, seconds]) => [`  ${name}`, seconds.toFixed(2)]),
    ['CPU seconds of this client', cost.client.toFixed(2)],
    ['submit p50 / p95 / p99, ms', times(figures.submitMs)],
    ['end to end p50 / p95 / p99, ms', times(figures.endToEndMs)],
    ['sent late p50 / p95 / p99, ms', times(figures.lateMs)],
    ['memory, MB', figures.memoryMb.toFixed(0)],
  ]);
}

export function callsTable(calls: Readonly<Record<string, number>>): string {
  return table([['call', 'per order'], ...Object.entries(calls).map(([name, count]) => [name, count.toFixed(2)])]);
}

/** One series, a line per system. */
export function seriesTable(name: string, systems: readonly MeasuredSystem[]): string {
  const rows = systems.flatMap((system) => {
    const figures = system.series.find((series) => series.name === name);
    return figures ? [[system.name, ...cells(figures)]] : [];
  });
  const heading = [name, 'orders/s', 'to rest, s', 'submit p50/95/99', 'end to end p50/95/99', 'CPU s per 1,000', 'MB'];
  return table([heading, ...rows]);
}

function cells(figures: Figures): string[] {
  const { total, parts, client } = figures.cpuSecondsPer1000Orders;
  const shares = Object.entries(parts).map(([part, seconds]) => `${part} ${seconds.toFixed(1)}`);
  return [
    figures.ordersPerSecond.toFixed(0),
    figures.secondsToRest.toFixed(1),
    times(figures.submitMs),
    times(figures.endToEndMs),
    `${total.toFixed(2)} (${[...shares, `besides, client ${client.toFixed(1)}`].join(', ')})`,
    figures.memoryMb.toFixed(0),
  ];
}

export function targetsTable(judged: readonly Judged[]): string {
  const rows = judged.map(({ target, limit, value, met }) => [
    target,
    String(limit),
    value === undefined ? 'not measured' : value.toFixed(Math.abs(value) < 10 ? 2 : 0),
    met === undefined ? '' : met ? 'yes' : 'NO',
  ]);
  return table([['target', 'limit', 'value', 'met'], ...rows]);
}

function times({ p50, p95, p99 }: Percentiles): string {
  return [p50, p95, p99].map((ms) => ms.toFixed(0)).join(' / ');
}
