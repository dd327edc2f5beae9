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

/**
 * The state that follows from the datapoints of the evaluation periods, newest last (undefined: no data).
 *
 * Enough breaching datapoints are an alarm, whatever else is there. Where data is missing: it counts as breaching or not as
 * the alarm says; with `ignore` and `missing` one datapoint within the threshold is enough for OK; without any data `ignore`
 * keeps the state and `missing` means INSUFFICIENT_DATA. With `missing` an alarm whose oldest breaching datapoint is as old as
 * the number that it takes goes off, if nothing newer is within the threshold.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluateAlarm(
  datapoints: readonly (number | undefined)[],
  alarm: Threshold & { readonly datapointsToAlarm: number; readonly treatMissingData: MissingData },
  current: AlarmState,
): AlarmState {
  const { datapointsToAlarm, treatMissingData } = alarm;
  const verdicts = datapoints.map((value) => {
    if (value !== undefined) return breaches(value, alarm);
    if (treatMissingData === 'breaching') return true;
    return treatMissingData === 'notBreaching' ? false : undefined;
  });
  const breaching = verdicts.filter((verdict) => verdict === true).length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (verdicts.includes(false)) return 'OK';
  if (treatMissingData === 'ignore') return current;
  if (breaching === 0) return 'INSUFFICIENT_DATA';
  const age = verdicts.length - verdicts.indexOf(true);
  return age >= datapointsToAlarm ? 'ALARM' : current;
}
