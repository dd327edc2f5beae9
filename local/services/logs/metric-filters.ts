import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { compileFilterPattern } from './filter-pattern/compile-filter-pattern.ts';
import { type FilterMatch, type FilterPattern, InvalidFilterPattern, LogText } from './filter-pattern/filter-match.ts';

const MINUTE_MS = 60_000;

const CLIENT_FILTERS = 'logs/metric-filter/';
/** Of one log group. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_FILTERS = 100;

/** `AWS::Logs::MetricFilter` in the words of the API. */
export interface MetricFilter {
  readonly filterName: string;
  readonly logGroupName: string;
  readonly filterPattern: string;
  readonly metricTransformations: readonly MetricTransformation[];
  readonly creationTime: number;
}

export interface MetricTransformation {
  readonly metricName: string;
  readonly metricNamespace: string;
  /** A number, or a selector of the pattern's fields. */
  readonly metricValue: string;
  readonly defaultValue?: number | undefined;
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  readonly unit?: string | undefined;
}

interface Active {
  readonly filter: MetricFilter;
  readonly pattern: FilterPattern;
  /** The minute for which something was published: the default value is for minutes with lines and no match. */
  publishedMinute: number;
}

/** Turns log lines into measurements as they come in. */
export class MetricFilters {
  private readonly host: Host;
  private readonly byGroup = new Map<string, Map<string, Active>>();

  constructor(host: Host) {
    this.host = host;
  }

  put(filter: MetricFilter): void {
    for (const transformation of filter.metricTransformations) checkTransformation(transformation);
    const filters = this.byGroup.get(filter.logGroupName) ?? new Map<string, Active>();
    filters.set(filter.filterName, { filter, pattern: compile(filter.filterPattern), publishedMinute: -1 });
    this.byGroup.set(filter.logGroupName, filters);
  }

  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: CLIENT_FILTERS, lt: `${CLIENT_FILTERS}~` })) {
      const filter = JSON.parse(value) as MetricFilter;
      if (!this.byGroup.get(filter.logGroupName)?.has(filter.filterName)) this.put(filter);
    }
  }

  /** A filter of a client, which outlives the host; those of the template are made again at every start. */
  async putByClient(filter: MetricFilter): Promise<void> {
    const filters = this.byGroup.get(filter.logGroupName);
    if (!filters?.has(filter.filterName) && (filters?.size ?? 0) >= MOST_FILTERS) {
      throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
    }
    this.put(filter);
    await this.host.store.write([{ key: clientKey(filter), value: JSON.stringify(filter) }]);
  }

  async delete(logGroupName: string, filterName: string): Promise<void> {
    if (!this.byGroup.get(logGroupName)?.delete(filterName)) {
      throw new AwsError('ResourceNotFoundException', 'The specified metric filter does not exist.');
    }
    await this.host.store.write([{ key: clientKey({ logGroupName, filterName }), value: undefined }]);
  }

  list(group?: string): MetricFilter[] {
    const groups =
      group === undefined ? [...this.byGroup.values()] : [this.byGroup.get(group) ?? new Map<string, Active>()];
    return groups.flatMap((filters) => [...filters.values()].map(({ filter }) => filter));
  }

  async deleteGroup(group: string): Promise<void> {
    for (const { filterName } of this.list(group)) await this.delete(group, filterName);
    this.byGroup.delete(group);
  }

  /** Called for everything that is written to the group. */
  apply(group: string, events: readonly { readonly message: string }[]): void {
    const filters = this.byGroup.get(group);
    if (!filters) return;
    const minute = Math.floor(this.host.clock.now() / MINUTE_MS);
    const lines = events.map(({ message }) => new LogText(message));
    for (const active of filters.values()) {
      const found = lines.flatMap((line) => active.pattern(line) ?? []);
      for (const match of found) this.publish(active.filter, match);
      if (found.length === 0 && active.publishedMinute !== minute) this.publishDefaults(active.filter);
      active.publishedMinute = minute;
    }
  }

  private publish({ metricTransformations }: MetricFilter, match: FilterMatch): void {
    for (const transformation of metricTransformations) {
      const { metricValue, dimensions } = transformation;
      const value = metricValue.startsWith('$') ? Number(match.field(metricValue) ?? NaN) : Number(metricValue);
      if (Number.isNaN(value)) continue;
      const resolved = resolveDimensions(dimensions ?? {}, match);
      if (resolved) this.measure(transformation, value, resolved);
    }
  }

  /**
   * Once per minute that begins with lines and no match. A match later in the same minute then stands beside this sample,
   * which leaves sums as they are on AWS.
   */
  private publishDefaults({ metricTransformations }: MetricFilter): void {
    for (const transformation of metricTransformations) {
      if (transformation.defaultValue !== undefined) this.measure(transformation, transformation.defaultValue, {});
    }
  }

  private measure(transformation: MetricTransformation, value: number, dimensions: Record<string, string>): void {
    const { metricNamespace: namespace, metricName: name, unit } = transformation;
    this.host.measure({ namespace, name, value, dimensions, ...(unit && { unit }) });
  }
}

function clientKey({ logGroupName, filterName }: Pick<MetricFilter, 'logGroupName' | 'filterName'>): string {
  return `${CLIENT_FILTERS}${logGroupName}\u0000${filterName}`;
}

/** A line that lacks a field of a dimension is not counted, as on AWS. */
function resolveDimensions(
  dimensions: Readonly<Record<string, string>>,
  match: FilterMatch,
): Record<string, string> | undefined {
  const resolved: Record<string, string> = {};
  for (const [name, selector] of Object.entries(dimensions)) {
    const value = match.field(selector);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    resolved[name] = String(value);
  }
  return resolved;
}

/** Compiles a pattern; throws InvalidParameterException where it is none. */
export function compile(pattern: string): FilterPattern {
  try {
    return compileFilterPattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidFilterPattern)) throw error;
    throw invalid(`Invalid filter pattern: ${error.message}`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html */
function checkTransformation({ dimensions, defaultValue, metricValue }: MetricTransformation): void {
  if (dimensions && defaultValue !== undefined) {
    throw invalid('Invalid metric transformation: dimensions and default value are mutually exclusive.');
  }
  if (!metricValue.startsWith('$') && (metricValue.trim() === '' || Number.isNaN(Number(metricValue)))) {
    throw invalid(
      `Invalid metric transformation: the value ${metricValue} is neither a number nor a field like $.size.`,
    );
  }
  const fixed = Object.values(dimensions ?? {}).find((selector) => !selector.startsWith('$'));
  if (fixed !== undefined) {
    throw invalid(`Invalid metric transformation: the dimension value ${fixed} is no field like $.carrier.`);
  }
  if (Object.keys(dimensions ?? {}).length > 3) {
    throw invalid('Invalid metric transformation: a metric has at most 3 dimensions.');
  }
}
