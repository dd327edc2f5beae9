import type { Host } from '../../../aws-service.ts';
import type { Rule } from '../rule.ts';

/** A rule's schedule since when. In the store, since the phase of a rate goes on over a restart. */
interface Kept {
  readonly expression: string;
  readonly startMs: number;
}

/**
 * Fires the rules that are on a schedule. Timers are of the background: time does not jump to the next tick, but ticks come in
 * their order when it passes over them. What was due while the host was not running is not made up, as on AWS.
 */
export class Scheduler {
  private readonly host: Host;
  private readonly fire: (rule: Rule, dueMs: number) => Promise<void>;
  /** The rules that fire. */
  private readonly rules = new Map<string, Rule>();
  private started = false;
  private readonly timers = new Map<string, { cancel(): void }>();

  constructor(host: Host, fire: (rule: Rule, dueMs: number) => Promise<void>) {
    this.host = host;
    this.fire = fire;
  }

  /** Takes a rule as it is now: one that is disabled, or has no schedule, does not fire. */
  set(rule: Rule): void {
    this.disarm(rule);
    if (!rule.schedule || rule.state === 'DISABLED') return;
    this.rules.set(rule.arn, rule);
    if (this.started) this.arm(rule);
  }

  /** Forgets a rule that was deleted. */
  async remove(rule: Rule): Promise<void> {
    this.disarm(rule);
    await this.host.store.write([{ key: keyOf(rule), value: undefined }]);
  }

  /** Begins to fire, when there is someone to deliver to. */
  start(): void {
    this.started = true;
    for (const rule of this.rules.values()) this.arm(rule);
  }

  private disarm({ arn }: Rule): void {
    this.timers.get(arn)?.cancel();
    this.timers.delete(arn);
    this.rules.delete(arn);
  }

  private arm(rule: Rule): void {
    const dueMs = rule.schedule?.next(this.host.clock.now(), this.startOf(rule));
    if (dueMs === undefined) return;
    const tick = () => {
      this.arm(rule);
      this.host.clock
        .work(() => this.fire(rule, dueMs))
        .catch((error: unknown) => this.host.report(`EventBridge: rule ${rule.name} did not fire: ${String(error)}`));
    };
    this.timers.set(rule.arn, this.host.clock.at(dueMs, tick, { background: true }));
  }

  /** When the schedule of a rule was made: now, unless the store knows better. */
  private startOf(rule: Rule): number {
    const key = keyOf(rule);
    const { scheduleExpression: expression = '' } = rule;
    const text = this.host.store.get(key);
    const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
    if (kept?.expression === expression) return kept.startMs;
    const made: Kept = { expression, startMs: this.host.clock.now() };
    // Nothing waits for it: a host that dies first has not fired the rule either.
    void this.host.store.write([{ key, value: JSON.stringify(made) }]);
    return made.startMs;
  }
}

function keyOf({ arn }: Rule): string {
  return `events/schedule/${arn}`;
}
