import { type FieldRange, isIn, readList, readSpan, valueOf } from './cron-field.ts';

/** A month as its days are found in it. */
export interface Month {
  readonly length: number;
  /** Day of the week of the 1st, 1 (Sunday) to 7. */
  readonly firstWeekday: number;
}

/** Whether a day of a month is meant. */
export type DayTest = (day: number, month: Month) => boolean;

const DAYS: FieldRange = { least: 1, most: 31 };
const WEEKDAYS: FieldRange = { least: 1, most: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };

/**
 * The days that the fields for the day of the month and of the week mean together. One of them is `?`, since both at once would
 * contradict each other. Undefined when they are not valid.
 */
export function readDays(ofMonth: string, ofWeek: string): DayTest | undefined {
  if ((ofMonth === '?') === (ofWeek === '?')) return undefined;
  const tests = ofMonth === '?' ? readList(ofWeek, readWeekday) : readList(ofMonth, readMonthDay);
  return tests && ((day, month) => tests.some((test) => test(day, month)));
}

/** `15`, `1-5`, `L` (the last day), `LW` (the last weekday), `15W` (the weekday nearest to the 15th). */
function readMonthDay(part: string): DayTest | undefined {
  if (part === 'L') return (day, { length }) => day === length;
  if (part === 'LW') return (day, month) => day === nearestWeekday(month.length, month);
  const [, near] = /^(\d+)W$/.exec(part) ?? [];
  if (near !== undefined) {
    const wanted = Number(near);
    if (wanted < DAYS.least || wanted > DAYS.most) return undefined;
    return (day, month) => wanted <= month.length && day === nearestWeekday(wanted, month);
  }
  const span = readSpan(part, DAYS);
  return span && ((day) => isIn(span, day));
}

/** `2`, `MON-FRI`, `L` (Saturday), `6L` (the last Friday), `3#2` (the second Tuesday). */
function readWeekday(part: string): DayTest | undefined {
  if (part === 'L') return (day, month) => weekdayOf(day, month) === WEEKDAYS.most;
  const [, name = '', kind, count] = /^([A-Z]{3}|\d)(?:(L)|#(\d))$/.exec(part) ?? [];
  if (name !== '') {
    const wanted = valueOf(name, WEEKDAYS);
    if (wanted === undefined || wanted < WEEKDAYS.least || wanted > WEEKDAYS.most) return undefined;
    if (kind === 'L') return (day, month) => weekdayOf(day, month) === wanted && day + 7 > month.length;
    const nth = Number(count);
    if (nth < 1 || nth > 5) return undefined;
    return (day, month) => weekdayOf(day, month) === wanted && Math.ceil(day / 7) === nth;
  }
  const span = readSpan(part, WEEKDAYS);
  return span && ((day, month) => isIn(span, weekdayOf(day, month)));
}

function weekdayOf(day: number, { firstWeekday }: Month): number {
  return ((firstWeekday - 1 + day - 1) % 7) + 1;
}

/** Monday to Friday, as near as possible to a day, but never in another month. */
function nearestWeekday(day: number, month: Month): number {
  const weekday = weekdayOf(day, month);
  if (weekday === 7) return day === 1 ? day + 2 : day - 1;
  if (weekday === 1) return day === month.length ? day - 2 : day + 1;
  return day;
}
