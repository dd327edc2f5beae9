import type { Host } from '../../aws-service.ts';
import type { Invocations } from './invocations.ts';
import { progressWrite, readProgress } from './progress.ts';
import type { ScheduleBook } from './schedule-book.ts';
import type { Schedule } from './schedule.ts';

/** Scheduler is precise to the minute: what was due so short a while ago is still on time. */
const PRECISION_MS = 60_000;
const MINUTE_MS = 60_000;

/**
 * Calls the targets of schedules when they are due. Timers are of the background: virtual time does not jump to the next one, but
 * they come in their order when it passes over them. A schedule that is due once is made up for after the host was down; times of
 * one that comes again are not.
 */
export class Firing {
  private readonly host: Host;
  private readonly book: ScheduleBook;
  private readonly invocations: Invocations;
  private readonly timers = new Map<string, { cancel(): void }>();
  private started = false;

  constructor(host: Host, book: ScheduleBook, invocations: Invocations) {
    this.host = host;
    this.book = book;
    this.invocations = invocations;
  }

  /** Begins to fire, when there is someone to call. */
  start(): void {
    this.started = true;
    for (const schedule of this.book.all()) this.set(schedule);
  }

  /** Takes a schedule as it is now: one that is disabled or has come to its end does not fire. */
  set(schedule: Schedule): void {
    this.forget(schedule);
    if (!this.started || schedule.settings.State === 'DISABLED') return;
    const nowMs = this.host.clock.now();
    const progress = readProgress(this.host.store, schedule, nowMs);
    const dueMs = this.nextDue(schedule, progress, nowMs);
    // Nothing waits for it: a host that dies first has not fired the schedule either.
    void this.host.store.write([progressWrite(schedule, { ...progress, completed: dueMs === undefined })]);
    if (dueMs === undefined) {
      if (progress.lastMs !== undefined) this.complete(schedule);
      return;
    }
    const atMs = Math.max(nowMs, dueMs + Math.floor(this.host.random() * windowOf(schedule)));
    this.timers.set(
      schedule.arn,
      this.host.clock.at(atMs, () => this.due(schedule, dueMs), { background: true }),
    );
  }

  forget({ arn }: Schedule): void {
    this.timers.get(arn)?.cancel();
    this.timers.delete(arn);
  }

  private nextDue(
    schedule: Schedule,
    { sinceMs, lastMs = sinceMs - 1 }: { sinceMs: number; lastMs: number | undefined },
    nowMs: number,
  ): number | undefined {
    // prettier-ignore
    const { StartDate, EndDate } = schedule.settings;
    const { once } = schedule.timetable;
    const afterMs = once ? lastMs : Math.max(lastMs, nowMs - windowOf(schedule) - PRECISION_MS);
    const dueMs = schedule.timetable.next(afterMs, StartDate === undefined ? sinceMs : StartDate * 1000);
    // Dates are for schedules that come again; one that is due once has its own.
    return dueMs === undefined || (!once && EndDate !== undefined && dueMs > EndDate * 1000) ? undefined : dueMs;
  }

  private due(schedule: Schedule, dueMs: number): void {
    const { clock, store } = this.host;
    const progress = { ...readProgress(store, schedule, clock.now()), lastMs: dueMs };
    clock
      .work(() => this.invocations.begin(schedule, dueMs, [progressWrite(schedule, progress)]))
      .catch((error: unknown) => this.host.report(`Scheduler: ${schedule.name} was not invoked: ${String(error)}`));
    this.set(schedule);
  }

  /** A schedule that has run for the last time goes, if it is meant to. */
  private complete(schedule: Schedule): void {
    if (schedule.settings.ActionAfterCompletion !== 'DELETE') return;
    const writes = this.book.remove(schedule);
    // One of the template would come again at the next start, were it not known that it has run.
    if (!schedule.fromTemplate) writes.push(progressWrite(schedule, undefined));
    void this.host.store.write(writes);
  }
}

/** The time after it is due in which a schedule may be invoked, in milliseconds. */
function windowOf({ settings }: Schedule): number {
  return (settings.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * MINUTE_MS;
}
