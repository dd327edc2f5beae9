import { AwsError } from '../../aws-error.ts';

export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** A whole number in a range, or AWS's refusal. */
export function inRange(value: unknown, name: string, range: { min: number; max: number; fallback: number }): number {
  if (value === undefined || value === null) return range.fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
  const { min, max } = range;
  const limits = `Must be >= ${String(min)} and <= ${String(max)}, if provided.`;
  throw invalidParameter(`Value ${String(number)} for parameter ${name} is invalid. Reason: ${limits}`);
}
