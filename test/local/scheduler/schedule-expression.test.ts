import { readScheduleExpression } from '../../../local/services/scheduler/schedule-expression.ts';

/** The first instants at which an expression is due, in UTC. */
function ticks(expression: string, zone: string, after: string, count = 2): string[] {
  const table = readScheduleExpression(expression, zone);
  const startMs = Date.parse(after);
  const due: string[] = [];
  for (let next = table.next(startMs - 1, startMs); next !== undefined && due.length < count; next = table.next(next, startMs)) due.push(new Date(next).toISOString().slice(0, 19)); // prettier-ignore
  return due;
}

it.each([
  // A rate begins at once, or at its start.
  ['rate(5 minutes)', 'UTC', '2026-01-15T10:00:00Z', ['2026-01-15T10:00:00', '2026-01-15T10:05:00']],
  ['rate(1 hours)', 'UTC', '2026-01-15T10:00:07Z', ['2026-01-15T10:00:07', '2026-01-15T11:00:07']],
  // A day is 24 hours, also where clocks change.
  ['rate(1 days)', 'America/New_York', '2026-03-07T12:00:00Z', ['2026-03-07T12:00:00', '2026-03-08T12:00:00']],
  ['cron(30 8 * * ? *)', 'UTC', '2026-01-15T10:00:00Z', ['2026-01-16T08:30:00', '2026-01-17T08:30:00']],
  ['cron(30 8 * * ? *)', 'America/New_York', '2026-01-15T10:00:00Z', ['2026-01-15T13:30:00', '2026-01-16T13:30:00']],
  ['cron(0 0 L * ? *)', 'Asia/Kolkata', '2026-01-15T10:00:00Z', ['2026-01-30T18:30:00', '2026-02-27T18:30:00']],
  // 02:30 does not come on 8 March 2026, and 01:30 comes twice on 1 November.
  ['cron(30 2 * * ? *)', 'America/Los_Angeles', '2026-03-07T12:00:00Z', ['2026-03-09T09:30:00', '2026-03-10T09:30:00']],
  ['cron(30 1 * * ? *)', 'America/Los_Angeles', '2026-11-01T07:00:00Z', ['2026-11-01T08:30:00', '2026-11-02T09:30:00']],
  ['at(2026-12-24T18:00:00)', 'Europe/Berlin', '2026-01-15T10:00:00Z', ['2026-12-24T17:00:00']],
  ['at(2026-06-24T18:00:00)', 'Europe/Berlin', '2026-01-15T10:00:00Z', ['2026-06-24T16:00:00']],
  ['at(2020-01-01T00:00:00)', 'UTC', '2026-01-15T10:00:00Z', []],
])('%s in %s from %s', (expression, zone, after, expected) => {
  expect(ticks(expression, zone, after)).toEqual(expected);
});

it.each(['rate(0 minutes)', 'rate(5)', 'cron(30 8 * * *)', 'cron(61 8 * * ? *)', 'at(2026-02-30T00:00:00)', 'at(2026-01-15)', 'every day'])('%s is refused', (expression) => {
  expect(() => readScheduleExpression(expression, 'UTC')).toThrow(`Invalid Schedule Expression ${expression}.`);
}); // prettier-ignore
