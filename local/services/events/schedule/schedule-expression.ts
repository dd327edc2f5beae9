import { validationError } from '../events-errors.ts';
import { CronFields } from '../../timetable/cron-fields.ts';
import { readRate } from '../../timetable/rate.ts';

/** When a rule on a schedule is due. */
export interface Schedule {
  /**
   * The first instant (epoch ms) after another at which the rule is due; undefined when it never is again.
   * @param startMs when the schedule was made: the instant from which a rate counts
   */
  next(afterMs: number, startMs: number): number | undefined;
}

/**
 * Reads `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`, in UTC. Throws EventBridge's ValidationException.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): Schedule {
  const schedule = parseRate(expression) ?? parseCron(expression);
  if (!schedule) throw validationError('Parameter ScheduleExpression is not valid.');
  return schedule;
}

/** A unit is singular for one and plural for more; `rate(1 hours)` is refused. */
function parseRate(expression: string): Schedule | undefined {
  const rate = readRate(expression);
  if (!rate || rate.plural !== rate.value > 1) return undefined;
  const { periodMs } = rate;
  return {
    next: (afterMs, startMs) => startMs + (Math.floor(Math.max(0, afterMs - startMs) / periodMs) + 1) * periodMs,
  };
}

function parseCron(expression: string): Schedule | undefined {
  const [, text] = /^cron\((.+)\)$/.exec(expression) ?? [];
  const fields = text === undefined ? undefined : CronFields.parse(text);
  return fields && { next: (afterMs) => fields.next(afterMs) };
}
