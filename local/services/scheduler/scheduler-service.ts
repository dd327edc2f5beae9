import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { Firing } from './firing.ts';
import { Invocations } from './invocations.ts';
import { progressWrite } from './progress.ts';
import { ScheduleBook, type ScheduleGroup } from './schedule-book.ts';
import { scheduleResourceTypes } from './schedule-resources.ts';
import { describeSchedule, type Schedule, summarizeSchedule } from './schedule.ts';
import { alreadyExists } from './scheduler-errors.ts';

type Input = Readonly<Record<string, unknown>>;

/** ListSchedules and ListScheduleGroups return at most this many at once. */
const LARGEST_PAGE = 100;

/** EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html */
export class SchedulerService implements AwsService {
  readonly names = ['scheduler'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly book: ScheduleBook;
  private readonly invocations: Invocations;
  private readonly firing: Firing;
  private readonly operations: Readonly<
    Record<string, (input: Input, principal: Principal) => Promise<object> | object>
  > = {
    CreateSchedule: (input, principal) => this.createSchedule(input, principal),
    UpdateSchedule: (input, principal) => this.updateSchedule(input, principal),
    GetSchedule: (input, principal) => describeSchedule(this.permitted(input, principal, 'GetSchedule')),
    DeleteSchedule: (input, principal) => this.deleteSchedules([this.permitted(input, principal, 'DeleteSchedule')]),
    ListSchedules: (input, principal) => this.listSchedules(input, principal),
    CreateScheduleGroup: (input, principal) => this.createGroup(input, principal),
    GetScheduleGroup: (input, principal) => describeGroup(this.group(input, principal, 'GetScheduleGroup')),
    DeleteScheduleGroup: (input, principal) => this.deleteGroup(this.group(input, principal, 'DeleteScheduleGroup')),
    ListScheduleGroups: (input, principal) => this.listGroups(input, principal),
  };

  constructor(host: Host) {
    this.host = host;
    this.book = new ScheduleBook(host);
    this.invocations = new Invocations(host);
    this.firing = new Firing(host, this.book, this.invocations);
    this.resourceTypes = scheduleResourceTypes(this.book);
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const run = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!run) throw notServed(`the operation ${operation} of EventBridge Scheduler`);
    return run((input ?? {}) as Input, principal);
  }

  async start(): Promise<void> {
    await this.book.load();
    await this.invocations.load();
    this.firing.start();
  }

  private async createSchedule(
    { Name, GroupName, ClientToken: _, ...settings }: Input,
    principal: Principal,
  ): Promise<object> {
    const group = this.book.group(GroupName).name;
    this.authorize(principal, 'CreateSchedule', this.book.arn('schedule', `${group}/${String(Name)}`));
    if (this.book.find(group, Name)) throw alreadyExists(`Schedule ${String(Name)}`);
    const unrestricted = principal.kind === 'unrestricted';
    return this.keep(this.book.put(group, Name, settings, { fromTemplate: false, unrestricted }));
  }

  /** All settings are replaced: what the request does not say is as if it had never been said. */
  private async updateSchedule(input: Input, principal: Principal): Promise<object> {
    const { groupName, name, createdMs, fromTemplate } = this.permitted(input, principal, 'UpdateSchedule');
    const { Name: _, GroupName: __, ClientToken: ___, ...settings } = input;
    const unrestricted = principal.kind === 'unrestricted';
    return this.keep(this.book.put(groupName, name, settings, { fromTemplate, unrestricted, createdMs }));
  }

  private async keep(schedule: Schedule): Promise<object> {
    await this.host.store.write(this.book.writes(schedule));
    this.firing.set(schedule);
    return { ScheduleArn: schedule.arn };
  }

  private async deleteSchedules(schedules: readonly Schedule[]): Promise<object> {
    for (const schedule of schedules) this.firing.forget(schedule);
    const writes = schedules.flatMap((schedule) => [...this.book.remove(schedule), progressWrite(schedule, undefined)]);
    await this.host.store.write(writes);
    return {};
  }

  private listSchedules(input: Input, principal: Principal): object {
    this.authorize(principal, 'ListSchedules', '*');
    const {
      ScheduleGroup,
      NamePrefix = '',
      State,
    } = input as Record<'ScheduleGroup' | 'NamePrefix' | 'State', string | undefined>;
    if (ScheduleGroup !== undefined) this.book.group(ScheduleGroup);
    const found = this.book
      .all()
      .filter(
        ({ groupName, name, settings }) =>
          (ScheduleGroup === undefined || groupName === ScheduleGroup) &&
          (State === undefined || settings.State === State) &&
          name.startsWith(NamePrefix),
      );
    const { page, NextToken } = paged(found.sort(byArn), input);
    return { Schedules: page.map(summarizeSchedule), ...NextToken };
  }

  private async createGroup({ Name }: Input, principal: Principal): Promise<object> {
    this.authorize(principal, 'CreateScheduleGroup', this.book.arn('schedule-group', String(Name)));
    const group = this.book.addGroup(Name, false);
    await this.host.store.write(this.book.groupWrites(group));
    return { ScheduleGroupArn: group.arn };
  }

  /** With all schedules in it. */
  private async deleteGroup(group: ScheduleGroup): Promise<object> {
    const writes = this.book.removeGroup(group);
    await this.deleteSchedules(this.book.all().filter(({ groupName }) => groupName === group.name));
    await this.host.store.write(writes);
    return {};
  }

  private listGroups(input: Input, principal: Principal): object {
    this.authorize(principal, 'ListScheduleGroups', '*');
    const { NamePrefix = '' } = input as { NamePrefix?: string };
    const found = this.book.allGroups().filter(({ name }) => name.startsWith(NamePrefix));
    const { page, NextToken } = paged(found.sort(byArn), input);
    return { ScheduleGroups: page.map(describeGroup), ...NextToken };
  }

  /** The schedule that a request names, if the caller may do this to it. */
  private permitted({ Name, GroupName }: Input, principal: Principal, operation: string): Schedule {
    const group = this.book.group(GroupName).name;
    this.authorize(principal, operation, this.book.arn('schedule', `${group}/${String(Name)}`));
    return this.book.schedule(group, Name);
  }

  private group({ Name }: Input, principal: Principal, operation: string): ScheduleGroup {
    this.authorize(principal, operation, this.book.arn('schedule-group', String(Name)));
    return this.book.group(Name);
  }

  private authorize(principal: Principal, operation: string, resource: string): void {
    this.host.authorize({ principal, action: `scheduler:${operation}`, resource });
  }
}

function describeGroup({ name, arn, createdMs }: ScheduleGroup): object {
  return { Arn: arn, Name: name, State: 'ACTIVE', CreationDate: createdMs / 1000, LastModificationDate: createdMs / 1000 }; // prettier-ignore
}

function byArn(left: { readonly arn: string }, right: { readonly arn: string }): number {
  return left.arn < right.arn ? -1 : 1;
}

/** A page of a list in the order of ARNs; its token is the ARN of the last on it. */
function paged<Item extends { readonly arn: string }>(
  items: readonly Item[],
  { MaxResults, NextToken: token }: Input,
): { page: readonly Item[]; NextToken: { NextToken?: string } } {
  const size = Math.min(Number(MaxResults ?? LARGEST_PAGE), LARGEST_PAGE);
  const after = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : '';
  const left = items.filter(({ arn }) => arn > after);
  const page = left.slice(0, size);
  const last = page.at(-1);
  const more = left.length > size && last ? { NextToken: Buffer.from(last.arn).toString('base64url') } : {};
  return { page, NextToken: more };
}
