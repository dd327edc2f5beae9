import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Measurement, Principal, ResourceType } from '../../aws-service.ts';
import { AlarmOperations } from './alarm-operations.ts';
import { Alarms } from './alarms.ts';
import { alarmResource, compositeAlarmResource, dashboardResource } from './cloudwatch-resources.ts';
import { CompositeAlarms } from './composite-alarms.ts';
import { Dashboards } from './dashboards.ts';
import { getMetricData, getMetricStatistics } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import { MetricStore } from './metric-store.ts';
import { putMetricData, type PutMetricDataInput } from './put-metric-data.ts';
import { authorize } from './rights.ts';
import { StateChanges } from './state-changes.ts';
import { type Tag, Tags } from './tags.ts';

type Operation = (request: never) => unknown;

/** CloudWatch: metrics, alarms with their actions, dashboards. */
export class CloudWatchService implements AwsService {
  readonly names = ['cloudwatch'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly metrics: MetricStore;
  private readonly changes: StateChanges;
  private readonly alarms: Alarms;
  private readonly composites: CompositeAlarms;
  private readonly alarmOperations: AlarmOperations;
  private readonly dashboards: Dashboards;
  private readonly operations: Readonly<Record<string, Operation>>;

  constructor(host: Host) {
    this.host = host;
    this.metrics = new MetricStore(host);
    this.changes = new StateChanges(host);
    this.alarms = new Alarms(host, this.metrics, this.changes);
    this.composites = new CompositeAlarms(host, this.alarms, this.changes);
    this.dashboards = new Dashboards(host);
    const { alarms, composites, changes } = this;
    const tags = new Tags(host);
    this.alarmOperations = new AlarmOperations({ host, alarms, composites, changes, tags });
    this.operations = {
      ...this.metricOperations(),
      ...this.dashboardOperations(),
      ...tagOperations(tags),
      ...this.alarmOperations.operations,
    };
    this.resourceTypes = [
      alarmResource(this.alarms),
      compositeAlarmResource(this.composites),
      dashboardResource(this.dashboards),
    ];
  }

  /** What `Host.measure` calls. */
  record(measurement: Measurement): void {
    this.metrics.record(measurement);
  }

  async start(): Promise<void> {
    await this.alarmOperations.load();
    await this.dashboards.load();
    await this.metrics.load();
    this.alarms.start();
    // Topics, functions and the bus take messages once all services have started.
    this.host.clock.after(0, () => {
      this.changes.inBackground(() => this.performDueActions());
      this.composites.start();
    });
  }

  async stop(): Promise<void> {
    await this.metrics.save();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = input ?? {};
    authorize(this.host, principal, operation, request);
    const run = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!run) throw notServed(`cloudwatch ${operation}`);
    return run(request as never);
  }

  private async performDueActions(): Promise<void> {
    for (const alarm of [...this.alarms.all(), ...this.composites.all()]) {
      if (alarm.status.actionsDueSince === undefined || alarm.suppress?.()) continue;
      await this.changes.performDue(alarm);
    }
  }

  private metricOperations(): Readonly<Record<string, Operation>> {
    return {
      PutMetricData: (request: PutMetricDataInput) => {
        putMetricData(this.host, this.metrics, request);
        return {};
      },
      GetMetricData: (request: Parameters<typeof getMetricData>[1]) => getMetricData(this.metrics, request),
      GetMetricStatistics: (request: Parameters<typeof getMetricStatistics>[1]) =>
        getMetricStatistics(this.metrics, request),
      ListMetrics: (request: object) => listMetrics(this.metrics, request, this.host.clock.now()),
    };
  }

  private dashboardOperations(): Readonly<Record<string, Operation>> {
    return {
      PutDashboard: (request: { DashboardName?: string; DashboardBody?: string }) =>
        this.dashboards.putByClient(request.DashboardName, request.DashboardBody),
      GetDashboard: (request: { DashboardName: string }) => this.dashboards.get(request.DashboardName),
      ListDashboards: (request: { DashboardNamePrefix?: string }) => this.dashboards.list(request.DashboardNamePrefix),
      DeleteDashboards: (request: { DashboardNames: readonly string[] }) =>
        this.dashboards.delete(request.DashboardNames),
    };
  }
}

function tagOperations(tags: Tags): Readonly<Record<string, Operation>> {
  return {
    TagResource: async ({ ResourceARN, Tags: added }: { ResourceARN: string; Tags: readonly Tag[] }) => {
      await tags.add(ResourceARN, added);
      return {};
    },
    UntagResource: async ({ ResourceARN, TagKeys }: { ResourceARN: string; TagKeys: readonly string[] }) => {
      await tags.remove(ResourceARN, TagKeys);
      return {};
    },
    ListTagsForResource: ({ ResourceARN }: { ResourceARN: string }) => ({ Tags: tags.list(ResourceARN) }),
  };
}
