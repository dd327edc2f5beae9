/** States of an alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface Threshold {
  readonly operator: string;
  readonly threshold: number;
}

const OPERATORS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

export const COMPARISON_OPERATORS = Object.keys(OPERATORS);

export function breaches(value: number, { operator, threshold }: Threshold): boolean {
  return OPERATORS[operator]?.(value, threshold) ?? false;
}

export interface EvaluationRule extends Threshold {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

/**
 * CloudWatch looks further back than EvaluationPeriods where data is missing. How far depends on the period; the one case that
 * its documentation draws, three periods, looks back over five.
 */
export const EXTRA_PERIODS = 2;

/**
 * The datapoints that count, of those of the evaluation range (newest last): the newest real ones, as many as there are
 * evaluation periods; the others are given as undefined.
 */
export function evaluatedDatapoints(
  range: readonly (number | undefined)[],
  evaluationPeriods: number,
): (number | undefined)[] {
  let wanted = evaluationPeriods;
  return range
    .map((_, index) => range[range.length - 1 - index])
    .map((value) => {
      if (value === undefined || wanted === 0) return undefined;
      wanted -= 1;
      return value;
    })
    .reverse();
}

/**
 * The state that follows from the datapoints of the evaluation range, newest last (undefined: no data).
 *
 * With as many real datapoints as evaluation periods, the newest of them decide, and what missing data means is not asked.
 * With fewer, all real ones count, and only as many missing ones as are needed. They breach or not as the alarm says; with
 * `ignore` and `missing` one datapoint within the threshold is enough for OK; without any data `ignore` keeps the state and
 * `missing` means INSUFFICIENT_DATA. With `missing`, an alarm whose oldest breaching datapoint is as old as the number that it
 * takes goes off, if nothing newer is within the threshold.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateAlarm(
  range: readonly (number | undefined)[],
  rule: EvaluationRule,
  current: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, treatMissingData } = rule;
  const evaluated = evaluatedDatapoints(range, evaluationPeriods);
  const verdicts = evaluated.flatMap((value) => (value === undefined ? [] : [breaches(value, rule)]));
  const filled = evaluationPeriods - verdicts.length;
  const breaching = verdicts.filter(Boolean).length;
  const assumed = treatMissingData === 'breaching' ? filled : 0;
  if (breaching + assumed >= datapointsToAlarm) return 'ALARM';
  if (filled === 0 || treatMissingData === 'breaching' || treatMissingData === 'notBreaching') return 'OK';
  if (verdicts.includes(false)) return 'OK';
  if (treatMissingData === 'ignore') return current;
  if (breaching === 0) return 'INSUFFICIENT_DATA';
  const age = range.length - range.findIndex((value) => value !== undefined);
  return age >= datapointsToAlarm ? 'ALARM' : current;
}
