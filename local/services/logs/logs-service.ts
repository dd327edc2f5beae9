import { AwsError, notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { type DescribeInput, describeGroups, describeStreams } from './describe-groups.ts';
import { type FilterLogEventsInput, filterLogEvents, getLogEvents, type GetLogEventsInput } from './get-events.ts';
import { chunkKey, groupRange, type LogChunk, sequenceOf } from './log-chunk.ts';
import { LogGroups } from './log-groups.ts';
import { logGroupResource, logStreamResource, metricFilterResource, resourcePolicyResource } from './logs-resources.ts';
import { checkGroupClass, checkGroupName, checkRetention, checkStreamName } from './check-names.ts';
import {
  describeMetricFilters,
  type MetricFilterInput,
  putMetricFilter,
  testMetricFilter,
} from './metric-filter-operations.ts';
import { MetricFilters } from './metric-filters.ts';
import { acceptEvents, type InputEvent } from './put-log-events.ts';
import { ResourcePolicies } from './resource-policies.ts';
import { Retention } from './retention.ts';

/** Members of all operations together; each reads its own. */
interface Input
  extends
    Omit<GetLogEventsInput, 'nextToken'>,
    Omit<FilterLogEventsInput, 'nextToken'>,
    Pick<MetricFilterInput, 'filterName'>,
    DescribeInput {
  readonly logGroupIdentifier?: string;
  readonly resourceArn?: string;
  readonly logEvents: readonly InputEvent[];
  readonly retentionInDays: number;
  readonly kmsKeyId?: string;
  readonly tags?: Record<string, string>;
  readonly tagKeys: readonly string[];
  readonly logGroupClass?: string;
  readonly policyName?: string;
  readonly policyDocument?: string;
}

/** CloudWatch Logs: groups and streams on disk, filter patterns, metric filters, retention. */
export class LogsService implements AwsService {
  readonly names = ['logs'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly groups: LogGroups;
  private readonly filters: MetricFilters;
  private readonly policies: ResourcePolicies;
  private readonly retention: Retention;
  private readonly run: number;
  private chunks = 0;

  constructor(host: Host) {
    this.host = host;
    this.groups = new LogGroups(host);
    this.filters = new MetricFilters(host);
    this.policies = new ResourcePolicies(host);
    this.retention = new Retention(host, this.groups);
    this.run = Number(host.store.get('logs/run') ?? 0) + 1;
    this.resourceTypes = [
      logGroupResource(host, this.groups),
      logStreamResource(this.groups),
      metricFilterResource(host, this.filters),
      resourcePolicyResource(this.policies),
    ];
  }

  async start(): Promise<void> {
    await this.host.store.write([{ key: 'logs/run', value: String(this.run) }]);
    await this.groups.load();
    await this.filters.load();
    await this.policies.load();
    this.retention.start();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = this.normalize((input ?? {}) as Input);
    this.policies.authorize(principal, operation, request.logGroupName, request.logStreamName);
    switch (operation) {
      case 'PutLogEvents':
        return this.putLogEvents(request);
      case 'CreateLogStream':
        checkStreamName(request.logStreamName);
        await this.groups.createStream(request.logGroupName, request.logStreamName);
        return {};
      case 'CreateLogGroup': {
        checkGroupName(request.logGroupName);
        checkGroupClass(request.logGroupClass);
        const { logGroupName, kmsKeyId, tags } = request;
        await this.groups.create(logGroupName, { kmsKeyId, tags: tags ?? {} }, 'refuse');
        return {};
      }
      case 'DescribeLogGroups':
        return describeGroups(this.host, this.groups, this.filters, request);
      case 'DescribeLogStreams':
        return describeStreams(this.host, this.groups, request);
      case 'GetLogEvents':
        return getLogEvents(this.host.store, this.groups, request);
      case 'FilterLogEvents':
        return filterLogEvents(this.host.store, this.groups, request);
      case 'DescribeMetricFilters':
        return describeMetricFilters(this.filters, request);
      case 'TestMetricFilter':
        return testMetricFilter(request);
      case 'PutMetricFilter':
        return putMetricFilter(this.host, this.groups, this.filters, request);
      case 'DeleteMetricFilter':
        await this.filters.delete(this.groups.find(request.logGroupName).name, request.filterName ?? '');
        return {};
      case 'PutResourcePolicy':
        return this.policies.putByClient(request.policyName, request.policyDocument);
      case 'DeleteResourcePolicy':
        return this.policies.delete(request.policyName);
      case 'DescribeResourcePolicies':
        return { resourcePolicies: this.policies.list() };
      default:
        return this.change(operation, request);
    }
  }

  /** Operations that change a group as a whole. */
  private async change(operation: string, request: Input): Promise<unknown> {
    const group = (): ReturnType<LogGroups['find']> => this.groups.find(request.logGroupName);
    switch (operation) {
      case 'DeleteLogGroup':
        await this.deleteGroup(group().name);
        return {};
      case 'DeleteLogStream':
        await this.groups.deleteStream(request.logGroupName, request.logStreamName);
        return {};
      case 'PutRetentionPolicy':
        checkRetention(request.retentionInDays);
        group().retentionInDays = request.retentionInDays;
        await this.groups.save(group());
        return {};
      case 'DeleteRetentionPolicy':
        group().retentionInDays = undefined;
        await this.groups.save(group());
        return {};
      case 'TagResource':
        Object.assign(group().tags, request.tags ?? {});
        await this.groups.save(group());
        return {};
      case 'UntagResource':
        for (const key of request.tagKeys) delete group().tags[key];
        await this.groups.save(group());
        return {};
      case 'ListTagsForResource':
        return { tags: group().tags };
      default:
        throw notServed(`logs ${operation}`);
    }
  }

  /** Resolves when the events are on disk. */
  private async putLogEvents(request: Input): Promise<object> {
    const group = this.groups.find(request.logGroupName);
    const stream = this.groups.findStream(group.name, request.logStreamName);
    const nowMs = this.host.clock.now();
    const { events, rejected } = acceptEvents(request.logEvents, nowMs, group.retentionInDays);
    const first = events[0];
    if (first) {
      const lastMs = (events.at(-1) as InputEvent).timestamp;
      const chunk: LogChunk = {
        stream: stream.name,
        ingestionTime: nowMs,
        events: events.map(({ timestamp, message }) => [timestamp, message]),
      };
      this.chunks += 1;
      const key = chunkKey(group.name, first.timestamp, sequenceOf(this.run, this.chunks));
      const notes = this.groups.noteChunk(group, stream, { firstMs: first.timestamp, lastMs });
      this.filters.apply(group.name, events);
      this.retention.chunkWritten(group.name, first.timestamp);
      await this.host.store.write([{ key, value: JSON.stringify(chunk) }, ...notes]);
    }
    return rejected ? { rejectedLogEventsInfo: rejected } : {};
  }

  private async deleteGroup(name: string): Promise<void> {
    await this.filters.deleteGroup(name);
    await this.groups.delete(name);
    await this.retention.deleteChunks(groupRange(name));
  }

  /** Groups may be named by ARN (`logGroupIdentifier`, `resourceArn`), with or without `:*` at its end. */
  private normalize(request: Input): Input {
    const identifier = request.logGroupIdentifier ?? request.resourceArn;
    if (identifier === undefined) return request;
    const name = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(identifier)?.[1] ?? identifier;
    if (name.includes(':')) throw new AwsError('InvalidParameterException', `${identifier} is no log group.`);
    return { ...request, logGroupName: name };
  }
}
