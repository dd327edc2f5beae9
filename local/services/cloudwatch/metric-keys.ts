import type { MetricId } from './metric-store.ts';

/** Behind all minutes that keys can hold. */
export const LAST_MINUTE = 999_999_999;

/** Dimensions are a set: their order makes no other metric. */
export function keyOf({ namespace, name, dimensions }: MetricId): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let key = `${namespace}\u0001${name}`;
  for (const dimension of names) key += `\u0001${dimension}=${dimensions[dimension]}`;
  return key;
}

export function seriesKey(series: string): string {
  return `cloudwatch/series/${series}`;
}

export function dataKey(series: string, minute: number): string {
  return `cloudwatch/data/${series}\u0000${String(Math.max(0, minute)).padStart(9, '0')}`;
}

export function dataRange(series: string, fromMinute: number, toMinute: number): { gte: string; lt: string } {
  return { gte: dataKey(series, fromMinute), lt: dataKey(series, toMinute) };
}

export function minuteOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('\u0000') + 1));
}
