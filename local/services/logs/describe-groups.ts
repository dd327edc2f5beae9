import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { checkLimit } from './check-names.ts';
import type { LogGroup, LogGroups, LogStream } from './log-groups.ts';
import type { MetricFilters } from './metric-filters.ts';

/** Default and largest page of DescribeLogGroups and DescribeLogStreams. */
const PAGE = 50;
/** Members of DescribeLogGroups that look into other accounts. */
const OTHER_ACCOUNTS = ['accountIdentifiers', 'includeLinkedAccounts', 'logGroupIdentifiers'];

export interface DescribeInput {
  readonly logGroupName: string;
  readonly logGroupNamePrefix?: string;
  readonly logGroupNamePattern?: string;
  readonly logStreamNamePrefix?: string;
  readonly orderBy?: 'LogStreamName' | 'LastEventTime';
  readonly descending?: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
}

export function arnOfGroup(host: Host, name: string): string {
  return `arn:aws:logs:${host.region}:${host.accountId}:log-group:${name}`;
}

export function describeGroups(host: Host, groups: LogGroups, filters: MetricFilters, input: DescribeInput): object {
  const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern } = input;
  const unserved = OTHER_ACCOUNTS.find((member) => (input as object as Record<string, unknown>)[member] !== undefined);
  if (unserved !== undefined) throw notServed(`${unserved} of DescribeLogGroups`);
  checkLimit(input.limit, PAGE);
  if (pattern !== undefined && prefix !== '') {
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const wanted = groups
    .all()
    .filter(({ name }) => name.startsWith(prefix))
    .filter(({ name }) => pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase()));
  const { page, nextToken } = paged(wanted, input);
  return { logGroups: page.map((group) => describeGroup(host, group, filters)), ...(nextToken && { nextToken }) };
}

function describeGroup(host: Host, group: LogGroup, filters: MetricFilters): object {
  const arn = arnOfGroup(host, group.name);
  return {
    logGroupName: group.name,
    creationTime: group.creationTime,
    ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
    metricFilterCount: filters.list(group.name).length,
    arn: `${arn}:*`,
    logGroupArn: arn,
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
    logGroupClass: 'STANDARD',
  };
}

export function describeStreams(host: Host, groups: LogGroups, input: DescribeInput): object {
  const { logGroupName, logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName', descending = false } = input;
  checkLimit(input.limit, PAGE);
  if (orderBy === 'LastEventTime' && prefix !== '') {
    throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const ascending = groups
    .allStreams(logGroupName)
    .filter(({ name }) => name.startsWith(prefix))
    .sort(orderBy === 'LastEventTime' ? byLastEvent : byName);
  const { page, nextToken } = paged(descending ? ascending.reverse() : ascending, input);
  const arn = arnOfGroup(host, logGroupName);
  return {
    logStreams: page.map(({ name, ...times }) => ({
      logStreamName: name,
      ...times,
      arn: `${arn}:log-stream:${name}`,
    })),
    ...(nextToken && { nextToken }),
  };
}

function byName(left: LogStream, right: LogStream): number {
  return left.name < right.name ? -1 : 1;
}

function byLastEvent(left: LogStream, right: LogStream): number {
  return (left.lastEventTimestamp ?? 0) - (right.lastEventTimestamp ?? 0) || byName(left, right);
}

function paged<T>(
  all: readonly T[],
  { limit = PAGE, nextToken }: DescribeInput,
): { page: readonly T[]; nextToken?: string } {
  const from = Number(nextToken ?? 0);
  const page = all.slice(from, from + Math.min(limit, PAGE));
  return from + page.length < all.length ? { page, nextToken: String(from + page.length) } : { page };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
