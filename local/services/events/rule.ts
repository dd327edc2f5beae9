import { AwsError, notServed } from '../../aws-error.ts';
import { LONGEST_EVENT_AGE, MOST_RETRIES, SHORTEST_EVENT_AGE } from '../retry-policy.ts';
import { checkPath } from './json-path.ts';
import { invalidPattern, required, validationError } from './events-errors.ts';
import type { Schedule } from './schedule/schedule-expression.ts';
import { type CompiledPattern, compilePattern, InvalidPattern } from './patterns/compile-pattern.ts';

/** Where a rule sends what it matches, in the API's own members. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly description: string | undefined;
  readonly eventPattern: string | undefined;
  readonly pattern: CompiledPattern | undefined;
  readonly scheduleExpression: string | undefined;
  readonly schedule: Schedule | undefined;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn: string | undefined;
  readonly targets: readonly Target[];
  /** True for a rule of the template, which is made anew at each start; others are kept in the store. */
  readonly fromTemplate: boolean;
}

/** Services that a rule can send to here, by the service in the target's ARN. */
export const TARGET_SERVICES = ['sqs', 'lambda', 'logs', 'sns', 'states', 'events'] as const;
export type TargetService = (typeof TARGET_SERVICES)[number];

/** In characters: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const LONGEST_PATTERN = 4096;

/** A rule has no more: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const MOST_TARGETS = 5;

/** The target's service. Throws for one that the host does not serve. */
export function serviceOf(arn: string): TargetService {
  const service = arn.split(':')[2];
  const served = TARGET_SERVICES.find((one) => one === service);
  if (served) return served;
  throw notServed(`targets of rules such as ${arn}; it serves ${TARGET_SERVICES.join(', ')}`);
}

/** Compiles a pattern, or refuses it as EventBridge does. */
export function compileOrRefuse(eventPattern: string): CompiledPattern {
  if (eventPattern.length > LONGEST_PATTERN) {
    throw validationError(`1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to ${String(LONGEST_PATTERN)}`); // prettier-ignore
  }
  try {
    return compilePattern(eventPattern);
  } catch (error) {
    throw error instanceof InvalidPattern ? invalidPattern(error.message) : error;
  }
}

/** Checks a target as PutTargets does. */
export function checkTarget(target: Target): Target {
  required(target.Id, 'targets.1.member.id');
  required(target.Arn, 'targets.1.member.arn');
  serviceOf(target.Arn);
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1) {
    throw validationError(
      `Only one of Input, InputPath, or InputTransformer must be provided for target Id ${target.Id}.`,
    );
  }
  if (target.Input !== undefined) checkJson(target.Input, target.Id);
  if (target.InputPath !== undefined) checkPath(target.InputPath, `InputPath of target ${target.Id}`);
  for (const [name, path] of Object.entries(target.InputTransformer?.InputPathsMap ?? {})) {
    checkPath(path, `InputPathsMap ${name} of target ${target.Id}`);
  }
  const { MaximumRetryAttempts: attempts = 0, MaximumEventAgeInSeconds: age = LONGEST_EVENT_AGE } =
    target.RetryPolicy ?? {};
  if (attempts < 0 || attempts > MOST_RETRIES) throw outOfRange('maximumRetryAttempts', attempts, 0, MOST_RETRIES);
  if (age < SHORTEST_EVENT_AGE || age > LONGEST_EVENT_AGE) {
    throw outOfRange('maximumEventAgeInSeconds', age, SHORTEST_EVENT_AGE, LONGEST_EVENT_AGE);
  }
  return target;
}

function checkJson(input: string, id: string): void {
  try {
    JSON.parse(input);
  } catch (error) {
    throw new AwsError('ValidationException', `Invalid JSON in Input for target ${id}: ${(error as Error).message}`);
  }
}

function outOfRange(member: string, value: number, min: number, max: number): AwsError {
  const bound = value < min ? `greater than or equal to ${String(min)}` : `less than or equal to ${String(max)}`;
  return validationError(
    `1 validation error detected: Value '${String(value)}' at 'targets.1.member.retryPolicy.${member}' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
