import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Sequence } from '../sequence.ts';
import { afterFailure, type GivenUp } from '../retry-policy.ts';
import { type ForwardToBus, TargetInvoker } from './invoke-target.ts';
import type { EventBus, RuleBook } from './rule-book.ts';
import { measureRule } from './rule-metrics.ts';
import type { Rule, Target } from './rule.ts';
import type { TravellingEvent } from './target-input.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';

/** One target that an event still has to reach. */
interface Delivery {
  readonly rule: string;
  readonly target: string;
  attempts: number;
  dueMs: number;
}

/** An event with the targets it still has to reach: one record in the store until the last of them has it. */
export interface Pending {
  readonly key: string;
  readonly busName: string;
  readonly event: TravellingEvent;
  readonly remaining: Set<Delivery>;
}

/** An event that is due at targets, and what keeps it until they have it. */
export interface Planned {
  readonly pending: Pending;
  readonly write: StoreWrite;
}

const PREFIX = 'events/pending/';

/** Events taken up at a start are delivered in groups of this size, so that a long queue of them does not crowd out calls. */
const TAKEN_UP_TOGETHER = 100;

/**
 * Brings events to targets: durably, at least once, with the retry policy and dead-letter queue of each target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
export class Deliveries {
  private readonly host: Host;
  private readonly sequence: Sequence;
  private readonly rules: RuleBook;
  private readonly invoker: TargetInvoker;

  constructor(host: Host, sequence: Sequence, rules: RuleBook, forward: ForwardToBus) {
    this.host = host;
    this.sequence = sequence;
    this.rules = rules;
    this.invoker = new TargetInvoker(host, forward);
  }

  /** Finds the targets of an event and the write that keeps them; undefined when no rule matches. */
  plan(bus: EventBus, event: TravellingEvent, onlyRules?: readonly string[]): Planned | undefined {
    const matching = this.rules.matching(bus, event.parsed).filter(({ arn }) => onlyRules?.includes(arn) ?? true);
    for (const rule of matching) measureRule(this.host, rule, 'MatchedEvents');
    return this.planFor(matching, bus.name, event);
  }

  /** The same for an event that is meant for certain rules, whatever their patterns. */
  planFor(rules: readonly Rule[], busName: string, event: TravellingEvent): Planned | undefined {
    const remaining = new Set<Delivery>();
    for (const rule of rules) {
      measureRule(this.host, rule, 'TriggeredRules');
      for (const { Id } of rule.targets) remaining.add({ rule: rule.name, target: Id, attempts: 0, dueMs: 0 });
    }
    if (remaining.size === 0) return undefined;
    const pending = { key: PREFIX + this.sequence.next(), busName, event, remaining };
    return { pending, write: writeOf(pending) };
  }

  /** Starts to deliver events that are on disk. Events for one target go together. */
  dispatch(pendings: readonly Pending[]): void {
    if (pendings.length === 0) return;
    this.underWay(() => this.deliver(pendings.flatMap((pending) => [...pending.remaining].map((delivery) => ({ pending, delivery }))))); // prettier-ignore
  }

  /** Takes up what was not delivered when the host last ended, once the services that start after this one have started. */
  resumeLater(): void {
    this.host.clock.after(0, () => this.underWay(() => this.resume()));
  }

  private async resume(): Promise<void> {
    let group: Pending[] = [];
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}:` })) {
      // What was accepted since the start is dispatched as it comes.
      if (this.sequence.isOfThisRun(key)) continue;
      const pending = readPending(key, value);
      const later = [...pending.remaining].filter(({ dueMs }) => dueMs > this.host.clock.now());
      for (const delivery of later) this.retryLater(pending, delivery);
      group.push(pending);
      if (group.length === TAKEN_UP_TOGETHER) {
        await this.deliver(dueNow(group, this.host.clock.now()));
        group = [];
      }
    }
    await this.deliver(dueNow(group, this.host.clock.now()));
  }

  /** Runs work that nobody waits for; time stands still while it lasts, and a failure of the host itself is told. */
  private underWay(run: () => Promise<void>): void {
    this.host.clock
      .work(run)
      .catch((error: unknown) => this.host.report(`EventBridge: a delivery failed: ${String(error)}`));
  }

  private async deliver(deliveries: readonly Attempt[]): Promise<void> {
    const groups = new Map<string, Attempt[]>();
    for (const attempt of deliveries) {
      const { pending, delivery } = attempt;
      const key = `${pending.busName} ${delivery.rule} ${delivery.target}`;
      const group = groups.get(key);
      if (group) group.push(attempt);
      else groups.set(key, [attempt]);
    }
    await Promise.all([...groups.values()].map((group) => this.attempt(group)));
  }

  /** One attempt at one target for the events of a group. */
  private async attempt(group: readonly Attempt[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    const found = this.rules.findTarget(first.pending.busName, first.delivery.rule, first.delivery.target);
    // A rule or target that was removed since takes what was on its way to it along.
    if (!found) return this.settle(group);
    const { rule, target } = found;
    measureRule(this.host, rule, 'InvocationAttempts', group.length);
    const retries = group.filter(({ delivery }) => delivery.attempts > 0).length;
    if (retries > 0) measureRule(this.host, rule, 'RetryInvocationAttempts', retries);
    const outcomes = await this.invoker.invoke(rule, target, group.map(({ pending }) => pending.event)); // prettier-ignore
    const settled = await Promise.all(group.map((one, index) => this.conclude(rule, target, one, outcomes[index])));
    await this.settle(group.filter((_, index) => settled[index]));
  }

  /** Decides after an attempt; true when nothing is left to do for this target. */
  private async conclude(rule: Rule, target: Target, attempt: Attempt, error: Error | undefined): Promise<boolean> {
    const { pending, delivery } = attempt;
    const nowMs = this.host.clock.now();
    const ageMs = nowMs - pending.event.acceptedMs;
    delivery.attempts += 1;
    if (!error) {
      measureRule(this.host, rule, 'Invocations');
      measureRule(this.host, rule, 'SuccessfulInvocationAttempts');
      measureRule(this.host, rule, 'IngestionToInvocationSuccessLatency', ageMs);
      return true;
    }
    // An event does not age while no host runs that could deliver it.
    const servedMs = ageMs - this.host.outages.within(pending.event.acceptedMs, nowMs);
    const next = afterFailure(error, target, delivery.attempts, servedMs, this.host.random());
    if ('retryAfterMs' in next) {
      delivery.dueMs = nowMs + next.retryAfterMs;
      await this.host.store.write([writeOf(pending)]);
      this.retryLater(pending, delivery);
      return false;
    }
    measureRule(this.host, rule, 'Invocations');
    measureRule(this.host, rule, 'FailedInvocations');
    await this.giveUp(rule, target, attempt, next);
    return true;
  }

  private retryLater(pending: Pending, delivery: Delivery): void {
    this.host.clock.at(delivery.dueMs, () => this.underWay(() => this.deliver([{ pending, delivery }])));
  }

  /** Sends what cannot be delivered to the dead-letter queue of the target; without one it is lost, as on AWS. */
  private async giveUp(rule: Rule, target: Target, { pending, delivery }: Attempt, reason: GivenUp): Promise<void> {
    const what = `EventBridge: rule ${rule.name} gave up on ${target.Arn} (${reason.errorCode}: ${reason.errorMessage})`;
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    if (deadLetterArn === undefined) return this.host.report(`${what}; there is no dead-letter queue.`);
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: reason.errorCode,
      ERROR_MESSAGE: reason.errorMessage,
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
      ...(reason.exhausted && { EXHAUSTED_RETRY_CONDITION: reason.exhausted }),
    };
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value || '-' }]),
    );
    const message = { QueueUrl: queueUrlOf(deadLetterArn), MessageBody: pending.event.text, MessageAttributes };
    try {
      await this.host.call('sqs', 'SendMessage', message, {
        kind: 'service',
        service: 'events.amazonaws.com',
        sourceArn: rule.arn,
      });
      measureRule(this.host, rule, 'InvocationsSentToDlq');
    } catch (error) {
      measureRule(this.host, rule, 'InvocationsFailedToBeSentToDlq');
      this.host.report(`${what}; its dead-letter queue refused it: ${String(error)}`);
    }
  }

  /** Takes targets off the records of their events, and the records off the disk when none is left. */
  private async settle(attempts: readonly Attempt[]): Promise<void> {
    const writes: StoreWrite[] = [];
    for (const { pending, delivery } of attempts) {
      pending.remaining.delete(delivery);
      if (pending.remaining.size === 0) writes.push({ key: pending.key, value: undefined });
      // Others that wait for a retry may wait long: a restart in between must not repeat this one.
      else if ([...pending.remaining].some(({ attempts: failed }) => failed > 0)) writes.push(writeOf(pending));
    }
    if (writes.length > 0) await this.host.store.write(writes);
  }
}

interface Attempt {
  readonly pending: Pending;
  readonly delivery: Delivery;
}

function dueNow(pendings: readonly Pending[], nowMs: number): Attempt[] {
  return pendings.flatMap((pending) =>
    [...pending.remaining].filter(({ dueMs }) => dueMs <= nowMs).map((delivery) => ({ pending, delivery })),
  );
}

function writeOf({ key, busName, event, remaining }: Pending): StoreWrite {
  const { text, acceptedMs } = event;
  return { key, value: JSON.stringify({ busName, text, acceptedMs, remaining: [...remaining] }) };
}

function readPending(key: string, value: string): Pending {
  const { busName, text, acceptedMs, remaining } = JSON.parse(value) as {
    busName: string;
    text: string;
    acceptedMs: number;
    remaining: Delivery[];
  };
  const parsed = JSON.parse(text) as Record<string, unknown>;
  return { key, busName, event: { text, parsed, acceptedMs }, remaining: new Set(remaining) };
}
