import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { type FilterMatch, LogText } from './filter-pattern/filter-match.ts';
import type { LogGroups } from './log-groups.ts';
import { compile, type MetricFilter, type MetricFilters } from './metric-filters.ts';

/** Default and largest page of DescribeMetricFilters. */
const PAGE = 50;
const MOST_MESSAGES = 50;

export interface MetricFilterInput {
  readonly logGroupName?: string;
  readonly filterName?: string;
  readonly filterPattern?: string;
  readonly metricTransformations?: MetricFilter['metricTransformations'];
  readonly filterNamePrefix?: string;
  readonly metricName?: string;
  readonly metricNamespace?: string;
  readonly logEventMessages?: readonly string[];
  readonly limit?: number;
  readonly nextToken?: string;
}

/** Members of PutMetricFilter that change which events are looked at. */
const UNSERVED = ['applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFieldDimensions'] as const;

export async function putMetricFilter(
  host: Host,
  groups: LogGroups,
  filters: MetricFilters,
  input: MetricFilterInput,
): Promise<object> {
  const unserved = UNSERVED.find((member) => (input as Record<string, unknown>)[member] !== undefined);
  if (unserved !== undefined) throw notServed(`${unserved} of PutMetricFilter`);
  const { filterName = '', filterPattern, metricTransformations } = input;
  if (!/^[^:*]{1,512}$/.test(filterName))
    throw invalid('filterName must have 1 to 512 characters, none of them : or *.');
  if (filterPattern === undefined) throw invalid('filterPattern is required.');
  const [transformation, ...others] = metricTransformations ?? [];
  if (!transformation || others.length > 0) throw invalid('metricTransformations must have exactly one element.');
  await filters.putByClient({
    filterName,
    logGroupName: groups.find(input.logGroupName ?? '').name,
    filterPattern,
    metricTransformations: [transformation],
    creationTime: host.clock.now(),
  });
  return {};
}

export function describeMetricFilters(filters: MetricFilters, input: MetricFilterInput): object {
  const { logGroupName, filterNamePrefix = '', metricName, metricNamespace, limit = PAGE, nextToken } = input;
  if ((metricName === undefined) !== (metricNamespace === undefined)) {
    throw invalid('metricName and metricNamespace must be given together.');
  }
  const wanted = filters
    .list(logGroupName)
    .filter(({ filterName }) => filterName.startsWith(filterNamePrefix))
    .filter(({ metricTransformations }) =>
      metricTransformations.some(
        (one) => metricName === undefined || (one.metricName === metricName && one.metricNamespace === metricNamespace),
      ),
    )
    .sort((left, right) => (left.filterName < right.filterName ? -1 : 1));
  const from = Number(nextToken ?? 0);
  const next = from + Math.min(limit, PAGE);
  return { metricFilters: wanted.slice(from, next), ...(next < wanted.length && { nextToken: String(next) }) };
}

/** Which of some messages a pattern matches, and what it takes out of them. */
export function testMetricFilter({ filterPattern = '', logEventMessages = [] }: MetricFilterInput): object {
  if (logEventMessages.length === 0 || logEventMessages.length > MOST_MESSAGES) {
    throw invalid(`logEventMessages must have 1 to ${MOST_MESSAGES} elements.`);
  }
  const pattern = compile(filterPattern);
  const matches = logEventMessages.flatMap((eventMessage, index) => {
    const match = pattern(new LogText(eventMessage));
    return match ? [{ eventNumber: index + 1, eventMessage, extractedValues: extracted(match) }] : [];
  });
  return { matches };
}

function extracted(match: FilterMatch): Record<string, string> {
  const values = match.selectors.map((selector) => [selector, match.field(selector)] as const);
  return Object.fromEntries(
    values.flatMap(([selector, value]) => {
      if (value === undefined) return [];
      return [[selector, typeof value === 'string' ? value : JSON.stringify(value)]];
    }),
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
