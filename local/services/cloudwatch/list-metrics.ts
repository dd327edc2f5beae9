import type { MetricStore } from './metric-store.ts';

export interface ListMetricsInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
  readonly NextToken?: string;
}

/** AWS's page. */
const PAGE = 500;

export function listMetrics(metrics: MetricStore, input: ListMetricsInput): object {
  const { Namespace, MetricName, Dimensions = [], NextToken } = input;
  const wanted = metrics
    .all()
    .filter(
      ({ namespace, name, dimensions }) =>
        (Namespace === undefined || namespace === Namespace) &&
        (MetricName === undefined || name === MetricName) &&
        Dimensions.every(
          ({ Name, Value }) => Object.hasOwn(dimensions, Name) && (Value === undefined || dimensions[Name] === Value),
        ),
    )
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  const from = Number(NextToken ?? 0);
  const page = wanted.slice(from, from + PAGE);
  const next = from + page.length;
  return {
    Metrics: page.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(next < wanted.length && { NextToken: String(next) }),
  };
}
