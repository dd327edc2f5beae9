import { AwsError, notServed } from '../../aws-error.ts';

/** Days that a log group may keep its events. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const RETENTION_DAYS: readonly number[] = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

export function checkGroupName(name: unknown): void {
  if (typeof name === 'string' && /^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return;
  throw invalid(
    constraint(name, 'logGroupName', 'Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+'),
  );
}

export function checkStreamName(name: unknown): void {
  if (typeof name === 'string' && /^[^:*]{1,512}$/.test(name)) return;
  throw invalid(constraint(name, 'logStreamName', 'Member must satisfy regular expression pattern: [^:*]*'));
}

/** Other classes of groups cannot be searched as these can. */
export function checkGroupClass(logGroupClass: unknown): void {
  if (logGroupClass !== undefined && logGroupClass !== 'STANDARD') {
    throw notServed(`log groups of the class ${JSON.stringify(logGroupClass)}`);
  }
}

export function checkRetention(days: unknown): void {
  if (typeof days === 'number' && RETENTION_DAYS.includes(days)) return;
  throw invalid(constraint(days, 'retentionInDays', `Member must be one of ${RETENTION_DAYS.join(', ')}`));
}

export function checkLimit(limit: number | undefined, most: number): void {
  if (limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= most)) return;
  throw invalid(constraint(limit, 'limit', `Member must have value from 1 to ${most}`));
}

function constraint(value: unknown, member: string, words: string): string {
  return `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${words}`;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
