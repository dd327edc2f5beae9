import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service.ts';
import { createResource } from '../create-resource.ts';
import { fakeHost, type FakeHost, START_MS } from '../fake-host.ts';

export const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alarms';
export const MINUTE_MS = 60_000;

/** The first ten minutes of a test. */
export const SPAN = { StartTime: START_MS / 1000, EndTime: START_MS / 1000 + 600 };

export interface MetricValues {
  readonly Id: string;
  readonly Timestamps: number[];
  readonly Values: number[];
}

/** A query of GetMetricData for a metric of orders, by the minute. */
export function query(Id: string, MetricName: string, Stat: string, more: object = {}): object {
  return { Id, MetricStat: { Metric: { Namespace: 'Orders', MetricName }, Period: 60, Stat }, ...more };
}

export interface CloudWatchFixture {
  readonly host: FakeHost;
  readonly cloudwatch: CloudWatchService;
  /** What was published to topics. */
  readonly published: { TopicArn: string; Subject: string; Message: string }[];
  /** What was put on the default bus. */
  readonly events: { Source: string; DetailType: string; Resources: string[]; Detail: string }[];
  measure(value: number, more?: object): void;
  alarm(properties: object): Promise<{ ref: string; attributes?: Readonly<Record<string, string>> }>;
  call(operation: string, input?: object): Promise<unknown>;
  /** What GetMetricData answers for the first ten minutes, oldest first. */
  values(queries: object[], more?: object): Promise<MetricValues[]>;
  /** State and reason of an alarm. */
  state(name?: string): Promise<{ StateValue: string; StateReason: string }>;
  /** The minute that has begun ends, and the following ones. */
  minutesPass(count: number): Promise<void>;
}

/** CloudWatch with a topic that records what it is told. */
export async function cloudWatchFixture(directory?: string): Promise<CloudWatchFixture> {
  const host = await fakeHost(directory === undefined ? {} : { directory });
  const cloudwatch = new CloudWatchService(host);
  const published: CloudWatchFixture['published'] = [];
  const events: CloudWatchFixture['events'] = [];
  host.services.set('sns', {
    async call(_operation, input) {
      published.push(input as (typeof published)[number]);
      return { MessageId: 'id' };
    },
  });
  host.services.set('events', {
    async call(_operation, input) {
      const { Entries } = input as { Entries: (typeof events)[number][] };
      events.push(...Entries);
      return { FailedEntryCount: 0 };
    },
  });
  const call: CloudWatchFixture['call'] = (operation, input = {}) =>
    host.clock.work(() => cloudwatch.call(operation, input, UNRESTRICTED));
  return {
    host,
    cloudwatch,
    published,
    events,
    call,
    measure: (value, more = {}) =>
      cloudwatch.record({ namespace: 'Orders', name: 'Failed', dimensions: {}, value, ...more }),
    alarm(properties) {
      const defaults = {
        Namespace: 'Orders',
        MetricName: 'Failed',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [TOPIC],
      };
      return createResource(cloudwatch, 'AWS::CloudWatch::Alarm', 'Alarm', { ...defaults, ...properties });
    },
    async values(queries, more = {}) {
      const input = { MetricDataQueries: queries, ...SPAN, ScanBy: 'TimestampAscending', ...more };
      const { MetricDataResults } = (await call('GetMetricData', input)) as { MetricDataResults: MetricValues[] };
      return MetricDataResults;
    },
    async state(name = 'Test-Alarm') {
      const { MetricAlarms } = (await call('DescribeAlarms', { AlarmNames: [name] })) as {
        MetricAlarms: { StateValue: string; StateReason: string }[];
      };
      return MetricAlarms[0] as { StateValue: string; StateReason: string };
    },
    minutesPass: (count) => host.clock.advance(count * MINUTE_MS),
  };
}
