import { parseSchedule } from '../../../local/services/events/schedule/schedule-expression.ts';

const ms = (time: string) => Date.parse(time);

/** The first instants after a Thursday morning at which an expression is due. */
function ticks(expression: string, count: number, after = '2026-01-15T10:00:00Z'): string[] {
  const schedule = parseSchedule(expression);
  const due: string[] = [];
  for (let next = schedule.next(ms(after), ms(after)); next !== undefined && due.length < count;) {
    due.push(new Date(next).toISOString().slice(0, 16));
    next = schedule.next(next, ms(after));
  }
  return due;
}

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', ['2026-01-15T10:01', '2026-01-15T10:02']],
    ['rate(5 minutes)', ['2026-01-15T10:05', '2026-01-15T10:10']],
    ['rate(1 hour)', ['2026-01-15T11:00', '2026-01-15T12:00']],
    ['rate(7 days)', ['2026-01-22T10:00', '2026-01-29T10:00']],
  ])('%s', (expression, expected) => {
    expect(ticks(expression, 2)).toEqual(expected);
  });

  it('counts from when it was made, not from when it is asked', () => {
    const madeMs = ms('2026-01-15T10:00:17Z');

    const next = parseSchedule('rate(5 minutes)').next(ms('2026-01-15T12:01:00Z'), madeMs);

    expect(next).toBe(ms('2026-01-15T12:05:17Z'));
  });
});

describe('a cron expression', () => {
  // The examples of the user guide, and each special character once.
  it.each([
    ['cron(0 10 * * ? *)', ['2026-01-16T10:00', '2026-01-17T10:00', '2026-01-18T10:00']],
    ['cron(15 12 * * ? *)', ['2026-01-15T12:15', '2026-01-16T12:15', '2026-01-17T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-01-15T18:00', '2026-01-16T18:00', '2026-01-19T18:00']],
    ['cron(0 8 1 * ? *)', ['2026-02-01T08:00', '2026-03-01T08:00', '2026-04-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2026-01-15T10:15', '2026-01-15T10:30', '2026-01-15T10:45']],
    ['cron(0/10 * ? * MON-FRI *)', ['2026-01-15T10:10', '2026-01-15T10:20', '2026-01-15T10:30']],
    ['cron(0/30 20-21 ? * MON-FRI *)', ['2026-01-15T20:00', '2026-01-15T20:30', '2026-01-15T21:00']],
    ['cron(15 10 ? * 6L 2026-2027)', ['2026-01-30T10:15', '2026-02-27T10:15', '2026-03-27T10:15']],
    ['cron(0 9 ? * 2#1 *)', ['2026-02-02T09:00', '2026-03-02T09:00', '2026-04-06T09:00']],
    ['cron(0 0 L * ? *)', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['cron(0 0 LW * ? *)', ['2026-01-30T00:00', '2026-02-27T00:00', '2026-03-31T00:00']],
    ['cron(0 0 15W * ? *)', ['2026-02-16T00:00', '2026-03-16T00:00', '2026-04-15T00:00']],
    ['cron(0 0 1W * ? *)', ['2026-02-02T00:00', '2026-03-02T00:00', '2026-04-01T00:00']],
    ['cron(0 0 31 * ? *)', ['2026-01-31T00:00', '2026-03-31T00:00', '2026-05-31T00:00']],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['cron(5,35 14 * * ? *)', ['2026-01-15T14:05', '2026-01-15T14:35', '2026-01-16T14:05']],
    ['cron(0 0 ? JAN,JUL L *)', ['2026-01-17T00:00', '2026-01-24T00:00', '2026-01-31T00:00']],
    ['cron(59 23 31 12 ? 2026)', ['2026-12-31T23:59']],
    ['cron(0 0 1 1 ? 2026)', []],
  ])('%s', (expression, expected) => {
    expect(ticks(expression, 3)).toEqual(expected);
  });

  it('is due after an instant, not at it', () => {
    expect(ticks('cron(0 10 * * ? *)', 1, '2026-01-15T09:59:59Z')).toEqual(['2026-01-15T10:00']);
    expect(ticks('cron(0 10 * * ? *)', 1, '2026-01-15T10:00:00Z')).toEqual(['2026-01-16T10:00']);
  });
});

it.each([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(-1 minutes)',
  'rate(5 seconds)',
  'rate(1.5 hours)',
  'every 5 minutes',
  'cron(0 10 * * * *)',
  'cron(0 10 ? * ? *)',
  'cron(0 10 * * ?)',
  'cron(60 10 * * ? *)',
  'cron(0 24 * * ? *)',
  'cron(0 10 32 * ? *)',
  'cron(0 10 0 * ? *)',
  'cron(0 10 ? * 8 *)',
  'cron(0 10 ? * FUNDAY *)',
  'cron(0 10 ? * 2#6 *)',
  'cron(0 10 * 13 ? *)',
  'cron(0 10 * * ? 1969)',
  'cron(? 10 * * ? *)',
  'cron(0/0 10 * * ? *)',
  'cron(30-10 10 * * ? *)',
])('%s is refused', (expression) => {
  expect(() => parseSchedule(expression)).toThrow('Parameter ScheduleExpression is not valid.');
});
