import { CronFields } from '../timetable/cron-fields.ts';
import { readRate } from '../timetable/rate.ts';
import { instantOf, wallTime } from '../timetable/time-zone.ts';
import { validationError } from './scheduler-errors.ts';

/** When a schedule is due. */
export interface Timetable {
  /** Whether it is due a single time. */
  readonly once: boolean;
  /**
   * The first instant (epoch ms) after another at which it is due; undefined when it never is again.
   * @param startMs its start date or, without one, when it was made
   */
  next(afterMs: number, startMs: number): number | undefined;
}

/**
 * Reads `rate(5 minutes)`, `cron(30 8 * * ? *)` or `at(2026-12-24T18:00:00)`, the last two by the clocks of a time zone.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readScheduleExpression(expression: string, zone: string): Timetable {
  const timetable = rateTable(expression) ?? cronTable(expression, zone) ?? atTable(expression, zone);
  if (!timetable) throw validationError(`Invalid Schedule Expression ${expression}.`);
  return timetable;
}

/** Due at its start, and then at a rate from there. */
function rateTable(expression: string): Timetable | undefined {
  const periodMs = readRate(expression)?.periodMs;
  if (periodMs === undefined) return undefined;
  return {
    once: false,
    next: (afterMs, startMs) =>
      afterMs < startMs ? startMs : startMs + (Math.floor((afterMs - startMs) / periodMs) + 1) * periodMs,
  };
}

/** A time that the clocks leave out in spring is left out; one that they show twice in autumn counts once. */
function cronTable(expression: string, zone: string): Timetable | undefined {
  const [, text] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const fields = text === undefined ? undefined : CronFields.parse(text);
  if (!fields) return undefined;
  return {
    once: false,
    next(afterMs, startMs) {
      const fromMs = Math.max(afterMs, startMs - 1);
      for (let wallMs = fields.next(wallTime(fromMs, zone)); wallMs !== undefined; wallMs = fields.next(wallMs)) {
        const dueMs = instantOf(wallMs, zone);
        if (dueMs !== undefined && dueMs > fromMs) return dueMs;
      }
      return undefined;
    },
  };
}

function atTable(expression: string, zone: string): Timetable | undefined {
  const [, text] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  const wallMs = text === undefined ? NaN : Date.parse(`${text}Z`);
  // A date that does not exist, such as the 30th of February, would be read as another.
  if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 19) !== text) return undefined;
  const dueMs = instantOf(wallMs, zone);
  return { once: true, next: (afterMs) => (dueMs !== undefined && dueMs > afterMs ? dueMs : undefined) };
}
