import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { AlarmStatus, AnyAlarm } from './alarm.ts';
import { awsTime } from './alarm-reason.ts';
import { toMs } from './get-metric-data.ts';

/** CloudWatch keeps the history of alarms for 30 days. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export interface HistoryItem {
  readonly AlarmName: string;
  readonly AlarmType: AnyAlarm['type'];
  /** Epoch seconds. */
  readonly Timestamp: number;
  readonly HistoryItemType: 'StateUpdate' | 'ConfigurationUpdate' | 'Action';
  readonly HistorySummary: string;
  readonly HistoryData: string;
}

export interface HistoryQuery {
  readonly AlarmName?: string;
  readonly AlarmTypes?: readonly string[];
  readonly HistoryItemType?: string;
  readonly StartDate?: unknown;
  readonly EndDate?: unknown;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
  readonly ScanBy?: 'TimestampAscending' | 'TimestampDescending';
}

/** Default and largest page of DescribeAlarmHistory. */
const PAGE = 100;

/** What happened to alarms, on disk. */
export class AlarmHistory {
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Writes the change of a state together with the state itself. */
  async stateChanged(alarm: AnyAlarm, before: AlarmStatus, writes: readonly StoreWrite[]): Promise<void> {
    const data = { version: '1.0', oldState: described(before), newState: described(alarm.status) };
    const summary = `Alarm updated from ${before.state} to ${alarm.status.state}`;
    await this.host.store.write([
      ...writes,
      this.item(alarm, 'StateUpdate', summary, data),
      ...(await this.expired(alarm)),
    ]);
  }

  async actionTaken(alarm: AnyAlarm, action: string, failure: string | undefined): Promise<void> {
    const summary = `${failure === undefined ? 'Successfully executed' : 'Failed to execute'} action ${action}`;
    const data = {
      actionState: failure === undefined ? 'Succeeded' : 'Failed',
      stateUpdateTimestamp: alarm.status.stateUpdatedMs,
      notificationResource: action,
      ...(failure !== undefined && { error: failure }),
    };
    await this.host.store.write([this.item(alarm, 'Action', summary, data)]);
  }

  /** What a client changed about an alarm itself. */
  async configured(alarm: AnyAlarm, what: 'created' | 'updated'): Promise<void> {
    const { AlarmName } = alarm.configuration;
    const data = { version: '1.0', type: what === 'created' ? 'Create' : 'Update' };
    await this.host.store.write([this.item(alarm, 'ConfigurationUpdate', `Alarm "${AlarmName}" ${what}`, data)]);
  }

  /** A page of the history, newest first unless asked otherwise. */
  async read(query: HistoryQuery): Promise<object> {
    const { AlarmTypes, HistoryItemType, MaxRecords = PAGE, NextToken, ScanBy = 'TimestampDescending' } = query;
    const fromS = query.StartDate === undefined ? 0 : toMs(query.StartDate, 'StartDate') / 1000;
    const toS = query.EndDate === undefined ? Infinity : toMs(query.EndDate, 'EndDate') / 1000;
    const items: HistoryItem[] = [];
    for await (const [, value] of this.host.store.range(rangeOf(query.AlarmName))) {
      const item = JSON.parse(value) as HistoryItem;
      if (AlarmTypes && !AlarmTypes.includes(item.AlarmType)) continue;
      if (HistoryItemType !== undefined && item.HistoryItemType !== HistoryItemType) continue;
      if (item.Timestamp >= fromS && item.Timestamp <= toS) items.push(item);
    }
    items.sort((left, right) => left.Timestamp - right.Timestamp);
    if (ScanBy === 'TimestampDescending') items.reverse();
    const from = Number(NextToken ?? 0);
    const next = from + Math.min(MaxRecords, PAGE);
    return { AlarmHistoryItems: items.slice(from, next), ...(next < items.length && { NextToken: String(next) }) };
  }

  private item(alarm: AnyAlarm, type: HistoryItem['HistoryItemType'], summary: string, data: object): StoreWrite {
    const nowMs = this.host.clock.now();
    const item: HistoryItem = {
      AlarmName: alarm.configuration.AlarmName,
      AlarmType: alarm.type,
      Timestamp: nowMs / 1000,
      HistoryItemType: type,
      HistorySummary: summary,
      HistoryData: JSON.stringify(data),
    };
    const key = `cloudwatch/history/${item.AlarmName}\u0000${String(nowMs).padStart(15, '0')}/${this.host.uuid()}`;
    return { key, value: JSON.stringify(item) };
  }

  private async expired({ configuration }: AnyAlarm): Promise<StoreWrite[]> {
    const prefix = `cloudwatch/history/${configuration.AlarmName}\u0000`;
    const end = String(Math.max(0, this.host.clock.now() - KEPT_MS)).padStart(15, '0');
    const writes: StoreWrite[] = [];
    for await (const [key] of this.host.store.range({ gte: prefix, lt: prefix + end })) {
      writes.push({ key, value: undefined });
    }
    return writes;
  }
}

function rangeOf(name: string | undefined): { gte: string; lt: string } {
  if (name === undefined) return { gte: 'cloudwatch/history/', lt: 'cloudwatch/history0' };
  return { gte: `cloudwatch/history/${name}\u0000`, lt: `cloudwatch/history/${name}\u0001` };
}

function described({ state, reason, reasonData, stateUpdatedMs }: AlarmStatus): object {
  return {
    stateValue: state,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
    stateUpdatedTimestamp: awsTime(stateUpdatedMs),
  };
}
