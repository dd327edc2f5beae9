import { AwsError, notServed } from '../../aws-error.ts';
import type { AwsService, Host, Measurement, Principal, ResourceType } from '../../aws-service.ts';
import type { AlarmConfiguration } from './alarm-configuration.ts';
import type { AlarmState } from './alarm-evaluation.ts';
import { Alarms } from './alarms.ts';
import { alarmResource, dashboardResource } from './cloudwatch-resources.ts';
import { Dashboards } from './dashboards.ts';
import { describeAlarms } from './describe-alarms.ts';
import {
  getMetricData,
  type GetMetricDataInput,
  getMetricStatistics,
  type GetMetricStatisticsInput,
} from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import { MetricStore } from './metric-store.ts';
import { putMetricData, type PutMetricDataInput } from './put-metric-data.ts';
import { authorize } from './rights.ts';

/** Alarms that clients made; those of the template are made again at every start. */
const CLIENT_ALARMS = 'cloudwatch/client-alarm/';
/** Default and largest answer of DescribeAlarmHistory. */
const HISTORY_PAGE = 100;

/** CloudWatch: metrics, alarms with their actions, dashboards. */
export class CloudWatchService implements AwsService {
  readonly names = ['cloudwatch'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly metrics: MetricStore;
  private readonly alarms: Alarms;
  private readonly dashboards: Dashboards;

  constructor(host: Host) {
    this.host = host;
    this.metrics = new MetricStore(host);
    this.alarms = new Alarms(host, this.metrics);
    this.dashboards = new Dashboards(host);
    this.resourceTypes = [alarmResource(this.alarms), dashboardResource(this.dashboards)];
  }

  /** What `Host.measure` calls. */
  record(measurement: Measurement): void {
    this.metrics.record(measurement);
  }

  async start(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: CLIENT_ALARMS, lt: `${CLIENT_ALARMS}~` })) {
      this.alarms.put(JSON.parse(value) as AlarmConfiguration);
    }
    await this.metrics.load();
    this.alarms.start();
  }

  async stop(): Promise<void> {
    await this.metrics.save();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = input ?? {};
    authorize(this.host, principal, operation, request);
    switch (operation) {
      case 'PutMetricData':
        putMetricData(this.host, this.metrics, request as PutMetricDataInput);
        return {};
      case 'GetMetricData':
        return getMetricData(this.metrics, request as GetMetricDataInput);
      case 'GetMetricStatistics':
        return getMetricStatistics(this.metrics, request as GetMetricStatisticsInput);
      case 'ListMetrics':
        return listMetrics(this.metrics, request);
      case 'GetDashboard':
        return this.dashboards.get((request as { DashboardName: string }).DashboardName);
      case 'ListDashboards':
        return this.dashboards.list((request as { DashboardNamePrefix?: string }).DashboardNamePrefix);
      default:
        return this.callAlarm(operation, request);
    }
  }

  private async callAlarm(operation: string, request: object): Promise<unknown> {
    switch (operation) {
      case 'DescribeAlarms':
        return describeAlarms(this.alarms.all(), request);
      case 'DescribeAlarmHistory': {
        const { AlarmName, MaxRecords = HISTORY_PAGE } = request as { AlarmName?: string; MaxRecords?: number };
        return { AlarmHistoryItems: await this.alarms.history.read(AlarmName, MaxRecords) };
      }
      case 'SetAlarmState': {
        const { AlarmName, StateValue, StateReason, StateReasonData } = request as Record<string, string>;
        await this.alarms.setState(AlarmName ?? '', StateValue as AlarmState, StateReason ?? '', StateReasonData);
        return {};
      }
      case 'PutMetricAlarm':
        return this.putMetricAlarm(request as AlarmConfiguration);
      case 'DeleteAlarms':
        for (const name of (request as { AlarmNames: readonly string[] }).AlarmNames) {
          await this.alarms.delete(name);
          await this.host.store.write([{ key: CLIENT_ALARMS + name, value: undefined }]);
        }
        return {};
      default:
        throw notServed(`cloudwatch ${operation}`);
    }
  }

  private async putMetricAlarm(configuration: AlarmConfiguration): Promise<object> {
    const actions = [configuration.OKActions, configuration.AlarmActions, configuration.InsufficientDataActions].flat();
    const unserved = actions.find((action) => action !== undefined && !action.startsWith('arn:aws:sns:'));
    if (unserved !== undefined) {
      throw new AwsError(
        'ValidationError',
        `Invalid arn for the local host, whose alarms publish to SNS topics: ${unserved}`,
      );
    }
    this.alarms.put(configuration);
    const write = { key: CLIENT_ALARMS + configuration.AlarmName, value: JSON.stringify(configuration) };
    await this.host.store.write([write]);
    return {};
  }
}
