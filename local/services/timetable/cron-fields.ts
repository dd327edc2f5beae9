import { readDays, type DayTest } from './cron-days.ts';
import { readValues } from './cron-field.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MINUTE = { least: 0, most: 59 };
const HOUR = { least: 0, most: 23 };
const MONTH = { least: 1, most: 12, names: MONTHS };
const YEAR = { least: 1970, most: 2199 };

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: DayTest;
  readonly months: readonly number[];
  readonly years: readonly number[];
}

/**
 * The six fields of a cron expression of EventBridge: minutes, hours, day of month, month, day of week, year; in UTC.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export class CronFields {
  private readonly fields: Fields;

  private constructor(fields: Fields) {
    this.fields = fields;
  }

  /** Undefined when the text is no such expression. */
  static parse(text: string): CronFields | undefined {
    const parts = text.toUpperCase().split(/\s+/);
    if (parts.length !== 6) return undefined;
    const [minute, hour, dayOfMonth, month, dayOfWeek, year] = parts as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const fields = {
      minutes: readValues(minute, MINUTE),
      hours: readValues(hour, HOUR),
      days: readDays(dayOfMonth, dayOfWeek),
      months: readValues(month, MONTH),
      years: readValues(year, YEAR),
    };
    return Object.values(fields).includes(undefined) ? undefined : new CronFields(fields as Fields);
  }

  /** The first instant (epoch ms) after another that the fields mean. */
  next(afterMs: number): number | undefined {
    const { years, months } = this.fields;
    const after = new Date(afterMs);
    for (const year of years) {
      if (year < after.getUTCFullYear()) continue;
      for (const month of months) {
        if (Date.UTC(year, month, 1) <= afterMs) continue;
        const found = this.inMonth(year, month, afterMs);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  private inMonth(year: number, month: number, afterMs: number): number | undefined {
    const { days, hours, minutes } = this.fields;
    const startMs = Date.UTC(year, month - 1, 1);
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const firstWeekday = new Date(startMs).getUTCDay() + 1;
    for (let day = 1; day <= length; day += 1) {
      const dayMs = Date.UTC(year, month - 1, day);
      if (dayMs + 86_400_000 <= afterMs || !days(day, { length, firstWeekday })) continue;
      for (const hour of hours) {
        const hourMs = dayMs + hour * 3_600_000;
        if (hourMs + 3_600_000 <= afterMs) continue;
        const minute = minutes.find((one) => hourMs + one * 60_000 > afterMs);
        if (minute !== undefined) return hourMs + minute * 60_000;
      }
    }
    return undefined;
  }
}
