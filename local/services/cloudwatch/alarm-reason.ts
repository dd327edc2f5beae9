import type { AlarmState } from './alarm-evaluation.ts';
import { breaches } from './alarm-evaluation.ts';
import type { Alarm } from './alarm.ts';
import { MINUTE_MS } from './metric-store.ts';

const OPERATOR_WORDS: Record<string, string> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

const TREATED_AS: Record<string, string> = { breaching: 'Breaching', notBreaching: 'NonBreaching' };

/** Why the state changed, in the words of CloudWatch, and the same as data. */
export function reasonFor(
  { configuration, metric }: Alarm,
  state: AlarmState,
  { values, endMinute }: { values: readonly (number | undefined)[]; endMinute: number },
): { reason: string; reasonData: string } {
  const {
    Threshold,
    ComparisonOperator,
    TreatMissingData = 'missing',
    EvaluationPeriods,
    DatapointsToAlarm,
  } = configuration;
  const count = EvaluationPeriods;
  const rule = { operator: ComparisonOperator, threshold: Threshold };
  const known = values
    .map((value, index) => ({ value, minute: endMinute - (values.length - index) * metric.periodMinutes }))
    .filter((one): one is { value: number; minute: number } => one.value !== undefined);
  const decisive = known.filter(({ value }) => breaches(value, rule) === (state === 'ALARM'));
  const needed = DatapointsToAlarm ?? EvaluationPeriods;
  const transition = state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
  const minimum = state === 'ALARM' ? needed : EvaluationPeriods - needed + 1;
  return { reason: text(), reasonData: JSON.stringify(data()) };

  function text(): string {
    if (known.length === 0) {
      const missing = `${count} missing ${plural(count, 'datapoint')}`;
      if (state === 'INSUFFICIENT_DATA')
        return `Insufficient Data: ${count} ${plural(count, 'datapoint')} ${count === 1 ? 'was' : 'were'} unknown.`;
      return (
        `Threshold Crossed: no datapoints were received for ${count} ${plural(count, 'period')} and ` +
        `${missing} ${count === 1 ? 'was' : 'were'} treated as [${TREATED_AS[TreatMissingData] ?? TreatMissingData}].`
      );
    }
    const shown = decisive.map(({ value, minute }) => `${decimal(value)} (${shortTime(minute)})`).join(', ');
    const words = `${state === 'ALARM' ? '' : 'not '}${OPERATOR_WORDS[ComparisonOperator] ?? ComparisonOperator}`;
    return (
      `Threshold Crossed: ${decisive.length} out of the last ${count} datapoints [${shown}] ` +
      `${decisive.length === 1 ? 'was' : 'were'} ${words} the threshold (${decimal(Threshold)}) ` +
      `(minimum ${minimum} ${plural(minimum, 'datapoint')} for ${transition} transition).`
    );
  }

  function data(): object {
    return {
      version: '1.0',
      queryDate: awsTime(endMinute * MINUTE_MS),
      ...(known[0] && { startDate: awsTime(known[0].minute * MINUTE_MS) }),
      ...(configuration.Statistic && { statistic: configuration.Statistic }),
      period: metric.periodMinutes * 60,
      recentDatapoints: known.map(({ value }) => value),
      threshold: Threshold,
      evaluatedDatapoints: known
        .map(({ value, minute }) => ({ timestamp: awsTime(minute * MINUTE_MS), value }))
        .reverse(),
    };
  }
}

/** `2026-01-15T10:00:00.000+0000`, as CloudWatch writes instants in messages. */
export function awsTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000');
}

/** `15/01/26 10:00:00`. */
function shortTime(minute: number): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(.{8})/.exec(new Date(minute * MINUTE_MS).toISOString()) ?? [];
  return `${day}/${month}/${year} ${time}`;
}

/** Java's way of writing a double: at least one decimal. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
