import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import { Sequence } from '../sequence.ts';
import { archiveOperations } from './archive-operations.ts';
import { Archives } from './archives.ts';
import { Deliveries, type Pending } from './deliveries.ts';
import { type EntryError, type EventEntry, eventOf, sizeOfEntry } from './event-entry.ts';
import { eventResourceTypes } from './event-bus-resources.ts';
import { validationError } from './events-errors.ts';
import type { Operation } from './operation.ts';
import { Replays } from './replays.ts';
import { type EventBus, RuleBook } from './rule-book.ts';
import type { Rule } from './rule.ts';
import { Scheduler } from './schedule/scheduler.ts';
import { ruleOperations } from './rule-operations.ts';
import type { TravellingEvent } from './target-input.ts';

/** Limits of one call of PutEvents. */
const MOST_ENTRIES = 10;
const LARGEST_REQUEST = 1024 * 1024;

const SCHEDULED_EVENT = { Source: 'aws.events', DetailType: 'Scheduled Event', Detail: '{}' };

/** EventBridge (classic): buses, rules, targets, archives and replays. */
export class EventsService implements AwsService {
  readonly names = ['events'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly rules: RuleBook;
  private readonly scheduler: Scheduler;
  private readonly archives: Archives;
  private readonly replays: Replays;
  private readonly deliveries: Deliveries;
  private readonly operations: Readonly<Record<string, Operation>>;

  constructor(host: Host) {
    this.host = host;
    const sequence = new Sequence(host.clock, host.store, 'events');
    this.scheduler = new Scheduler(host, (rule, dueMs) => this.fireOnSchedule(rule, dueMs));
    this.rules = new RuleBook(host, this.scheduler);
    this.archives = new Archives(host, sequence);
    this.deliveries = new Deliveries(host, sequence, this.rules, async (busArn, event) => {
      const bus = this.rules.bus(busArn);
      await this.accept(new Map([[bus, [event]]]));
    });
    this.replays = new Replays(host, this.archives, async (busArn, events, alongWith, onlyRules) => {
      await this.accept(new Map([[this.rules.bus(busArn), events]]), alongWith, onlyRules);
    });
    this.resourceTypes = eventResourceTypes(this.rules, this.archives);
    this.operations = {
      ...ruleOperations(host, this.rules),
      ...archiveOperations(host, this.archives, this.replays, (arn) => this.rules.bus(arn)),
      PutEvents: (input, principal) =>
        this.putEvents(input['EndpointId'], (input['Entries'] ?? []) as readonly EventEntry[], principal),
    };
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const run = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!run) throw notServed(`the operation ${operation} of EventBridge`);
    return run((input ?? {}) as Readonly<Record<string, unknown>>, principal);
  }

  async start(): Promise<void> {
    await this.rules.load();
    await this.archives.load();
    await this.replays.load();
    this.deliveries.resumeLater();
    this.scheduler.start();
  }

  async stop(): Promise<void> {
    this.replays.stop();
  }

  /** The event of a tick, for its own rule alone. It is no event of the bus: other rules and archives do not see it. */
  private async fireOnSchedule(rule: Rule, dueMs: number): Promise<void> {
    const entry = { ...SCHEDULED_EVENT, Time: dueMs / 1000, Resources: [rule.arn] };
    const made = eventOf(this.host, entry, { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn });
    if ('ErrorCode' in made) throw new Error(made.ErrorMessage);
    const planned = this.deliveries.planFor([rule], rule.busName, made.event);
    if (!planned) return;
    await this.host.store.write([planned.write]);
    this.deliveries.dispatch([planned.pending]);
  }

  /** PutEvents: an entry is acknowledged when the event and the targets it is due at are on disk. */
  private async putEvents(endpoint: unknown, entries: readonly EventEntry[], principal: Principal): Promise<object> {
    if (endpoint !== undefined && endpoint !== null) throw notServed('global endpoints (EndpointId of PutEvents)');
    if (entries.length === 0 || entries.length > MOST_ENTRIES) {
      const bound =
        entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${String(MOST_ENTRIES)}`;
      throw validationError(`1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`); // prettier-ignore
    }
    const bytes = entries.reduce((sum, entry) => sum + sizeOfEntry(entry), 0);
    if (bytes > LARGEST_REQUEST) throw validationError('Total size of the entries in the request is over the limit.');
    for (const busName of new Set(entries.map(({ EventBusName }) => EventBusName)))
      this.authorizePut(busName, principal);
    const byBus = new Map<EventBus, TravellingEvent[]>();
    const results = entries.map((entry) => this.take(entry, principal, byBus));
    await this.accept(byBus);
    const failed = results.filter((result) => 'ErrorCode' in result).length;
    this.measurePut(entries.length, failed);
    return { FailedEntryCount: failed, Entries: results };
  }

  /** AWS services put their own events on the default bus without asking anyone. */
  private authorizePut(busName: string | undefined, principal: Principal): void {
    const bus = this.rules.findBus(busName);
    if (principal.kind === 'service' && bus?.name === 'default') return;
    const resource = bus?.arn ?? this.rules.busArn(busName ?? '');
    this.host.authorize({ principal, action: 'events:PutEvents', resource, resourcePolicy: bus?.policy });
  }

  private take(
    entry: EventEntry,
    principal: Principal,
    byBus: Map<EventBus, TravellingEvent[]>,
  ): { EventId: string } | EntryError {
    const made = eventOf(this.host, entry, principal);
    if ('ErrorCode' in made) return made;
    const bus = this.rules.findBus(entry.EventBusName);
    if (bus) byBus.set(bus, [...(byBus.get(bus) ?? []), made.event]);
    // AWS takes an event for a bus that is not there and drops it; here at least somebody is told.
    else
      this.host.report(`EventBridge: an event was put on ${String(entry.EventBusName)}, which is no event bus here.`);
    return { EventId: made.id };
  }

  /** Writes events, what they are due at and what is archived in one batch; delivery begins when it is on disk. */
  private async accept(
    byBus: ReadonlyMap<EventBus, readonly TravellingEvent[]>,
    alongWith: readonly StoreWrite[] = [],
    onlyRules?: readonly string[],
  ): Promise<void> {
    const pendings: Pending[] = [];
    const writes: StoreWrite[] = [...alongWith];
    for (const [bus, events] of byBus) {
      for (const event of events) {
        const planned = this.deliveries.plan(bus, event, onlyRules);
        if (!planned) continue;
        pendings.push(planned.pending);
        writes.push(planned.write);
      }
      writes.push(...this.archives.writesFor(bus.arn, events));
    }
    if (writes.length === 0) return;
    await this.host.store.write(writes);
    this.deliveries.dispatch(pendings);
  }

  private measurePut(entries: number, failed: number): void {
    const publish = (name: string, value: number) =>
      this.host.measure({ namespace: 'AWS/Events', name, dimensions: {}, value, unit: 'Count' });
    publish('PutEventsApproximateCallCount', 1);
    publish('PutEventsEntriesCount', entries);
    if (failed > 0) publish('PutEventsFailedEntriesCount', failed);
  }
}
