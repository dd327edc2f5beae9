import { AwsError, notServed } from '../../aws-error.ts';
import { MINUTE_MS, type MetricStore } from './metric-store.ts';

export interface ListMetricsInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
  /** `PT3H`: only metrics that were measured within three hours. */
  readonly RecentlyActive?: string;
  readonly NextToken?: string;
}

/** AWS's page. */
const PAGE = 500;

const RECENT_MINUTES = 3 * 60;

export function listMetrics(metrics: MetricStore, input: ListMetricsInput, nowMs: number): object {
  const { Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive } = input;
  refuseOtherAccounts(input);
  if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
    throw new AwsError('InvalidParameterValue', `RecentlyActive must be PT3H, not ${RecentlyActive}.`);
  }
  const since = RecentlyActive === undefined ? -Infinity : nowMs / MINUTE_MS - RECENT_MINUTES;
  const wanted = metrics
    .all()
    .filter(
      ({ namespace, name, dimensions, minutes }) =>
        (since === -Infinity || [...minutes.keys()].some((minute) => minute >= since)) &&
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

function refuseOtherAccounts(input: object): void {
  for (const member of ['IncludeLinkedAccounts', 'OwningAccount']) {
    if (Object.hasOwn(input, member)) throw notServed(`${member} of ListMetrics`);
  }
}
