import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { checkName, readSettings } from './read-schedule.ts';
import { readScheduleExpression } from './schedule-expression.ts';
import type { Schedule, ScheduleSettings } from './schedule.ts';
import { alreadyExists, notFound, validationError } from './scheduler-errors.ts';

/** The group that every account has. */
export const DEFAULT_GROUP = 'default';

const SCHEDULES = 'scheduler/schedule/';
const GROUPS = 'scheduler/group/';

export interface ScheduleGroup {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly fromTemplate: boolean;
}

interface Kept {
  readonly settings: ScheduleSettings;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly unrestricted: boolean;
}

/** The schedules and their groups, in memory. Those that a client made are in the store as well. */
export class ScheduleBook {
  private readonly host: Host;
  private readonly groups = new Map<string, ScheduleGroup>();
  private readonly schedules = new Map<string, Schedule>();

  constructor(host: Host) {
    this.host = host;
    this.addGroup(DEFAULT_GROUP, true);
  }

  addGroup(name: unknown, fromTemplate: boolean, createdMs = this.host.clock.now()): ScheduleGroup {
    const checked = checkName(name, 'name');
    if (this.groups.has(checked)) throw alreadyExists(`Schedule group ${checked}`);
    const group = { name: checked, arn: this.arn('schedule-group', checked), createdMs, fromTemplate };
    this.groups.set(checked, group);
    return group;
  }

  group(name: unknown): ScheduleGroup {
    const wanted = typeof name === 'string' && name !== '' ? name : DEFAULT_GROUP;
    const found = this.groups.get(wanted);
    if (!found) throw notFound(`Schedule group ${wanted}`);
    return found;
  }

  allGroups(): ScheduleGroup[] {
    return [...this.groups.values()];
  }

  /** Makes a schedule, or replaces one by other settings. Throws what Scheduler throws for settings that are not valid. */
  put(
    groupName: unknown,
    name: unknown,
    input: Readonly<Record<string, unknown>>,
    made: { fromTemplate: boolean; unrestricted: boolean; createdMs?: number; modifiedMs?: number },
  ): Schedule {
    const group = this.group(groupName).name;
    const checked = checkName(name, 'name');
    const settings = readSettings(input);
    const timetable = readScheduleExpression(settings.ScheduleExpression, settings.ScheduleExpressionTimezone);
    const nowMs = this.host.clock.now();
    const { createdMs = nowMs, modifiedMs = nowMs } = made;
    const arn = this.arn('schedule', `${group}/${checked}`);
    const schedule = { ...made, groupName: group, name: checked, arn, settings, timetable, createdMs, modifiedMs };
    this.schedules.set(`${group}/${checked}`, schedule);
    return schedule;
  }

  find(groupName: unknown, name: unknown): Schedule | undefined {
    return this.schedules.get(`${this.group(groupName).name}/${String(name)}`);
  }

  schedule(groupName: unknown, name: unknown): Schedule {
    const found = this.find(groupName, name);
    if (!found) throw notFound(`Schedule ${String(name)}`);
    return found;
  }

  all(): Schedule[] {
    return [...this.schedules.values()];
  }

  arn(kind: 'schedule' | 'schedule-group', rest: string): string {
    return `arn:aws:scheduler:${this.host.region}:${this.host.accountId}:${kind}/${rest}`;
  }

  /** Takes a schedule away and returns the writes that take it off the disk. */
  remove({ groupName, name }: Schedule): StoreWrite[] {
    this.schedules.delete(`${groupName}/${name}`);
    return [{ key: `${SCHEDULES}${groupName}/${name}`, value: undefined }];
  }

  removeGroup({ name }: ScheduleGroup): StoreWrite[] {
    if (name === DEFAULT_GROUP) throw validationError('You cannot delete the default schedule group.');
    this.groups.delete(name);
    return [{ key: GROUPS + name, value: undefined }];
  }

  /** The write that keeps a schedule of a client's, or nothing for one of the template. */
  writes({ groupName, name, settings, createdMs, modifiedMs, fromTemplate, unrestricted }: Schedule): StoreWrite[] {
    const kept: Kept = { settings, createdMs, modifiedMs, unrestricted };
    return fromTemplate ? [] : [{ key: `${SCHEDULES}${groupName}/${name}`, value: JSON.stringify(kept) }];
  }

  groupWrites({ name, createdMs }: ScheduleGroup): StoreWrite[] {
    return [{ key: GROUPS + name, value: String(createdMs) }];
  }

  /** Takes up what clients made, as far as the template does not have it. */
  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: GROUPS, lt: `${GROUPS}~` })) {
      const name = key.slice(GROUPS.length);
      if (!this.groups.has(name)) this.addGroup(name, false, Number(value));
    }
    for await (const [key, value] of this.host.store.range({ gte: SCHEDULES, lt: `${SCHEDULES}~` })) {
      const [group = '', name = ''] = key.slice(SCHEDULES.length).split('/');
      if (!this.groups.has(group) || this.schedules.has(`${group}/${name}`)) continue;
      const { settings, ...made } = JSON.parse(value) as Kept;
      this.put(group, name, { ...settings }, { fromTemplate: false, ...made });
    }
  }
}
