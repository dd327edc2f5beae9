import { notServed } from '../../aws-error.ts';
import { LONGEST_EVENT_AGE, MOST_RETRIES, SHORTEST_EVENT_AGE } from '../retry-policy.ts';
import { isTimeZone } from '../timetable/time-zone.ts';
import type { ScheduleSettings, Target } from './schedule.ts';
import { constraint, validationError } from './scheduler-errors.ts';

/** Services that a schedule can call here, by the service in the target's ARN. */
export const TARGET_SERVICES = ['lambda', 'sqs', 'sns', 'states', 'events'] as const;
export type TargetService = (typeof TARGET_SERVICES)[number];

/** Members of targets of other services. */
const OTHER_TARGETS = ['EcsParameters', 'KinesisParameters', 'SageMakerPipelineParameters'];

/** A window has at most a day, in minutes. */
const LONGEST_WINDOW = 1440;

/** Names of schedules and groups. */
const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;

type Input = Readonly<Record<string, unknown>>;

export function checkName(name: unknown, member: string): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw constraint(name, member, 'satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$');
}

/** Checks what CreateSchedule or UpdateSchedule is given, and says what is meant where it says nothing. */
export function readSettings(input: Input): ScheduleSettings {
  const { FlexibleTimeWindow, Target, Description, StartDate, EndDate, KmsKeyArn } = input;
  const expression = text(input['ScheduleExpression'], 'scheduleExpression');
  const zone = input['ScheduleExpressionTimezone'] ?? 'UTC';
  if (typeof zone !== 'string' || !isTimeZone(zone)) {
    throw validationError(`Invalid ScheduleExpressionTimezone ${JSON.stringify(zone)}.`);
  }
  const settings: ScheduleSettings = {
    ScheduleExpression: expression,
    ScheduleExpressionTimezone: zone,
    FlexibleTimeWindow: readWindow(FlexibleTimeWindow),
    Target: readTarget(Target),
    State: oneOf(input['State'], 'state', ['ENABLED', 'DISABLED']),
    ActionAfterCompletion: oneOf(input['ActionAfterCompletion'], 'actionAfterCompletion', ['NONE', 'DELETE']),
    ...(typeof Description === 'string' && { Description }),
    ...(StartDate !== undefined && { StartDate: toSeconds(StartDate, 'startDate') }),
    ...(EndDate !== undefined && { EndDate: toSeconds(EndDate, 'endDate') }),
    ...(typeof KmsKeyArn === 'string' && { KmsKeyArn }),
  };
  if ((settings.StartDate ?? -Infinity) >= (settings.EndDate ?? Infinity)) {
    throw validationError('The StartDate you specify must come before the EndDate.');
  }
  return settings;
}

/** The service of a target. Throws for one that the host does not serve. */
export function serviceOf(arn: string): TargetService {
  const service = TARGET_SERVICES.find((one) => one === arn.split(':')[2]);
  if (service) return service;
  throw notServed(`targets of schedules such as ${arn}; it serves ${TARGET_SERVICES.join(', ')}`);
}

function readWindow(given: unknown): ScheduleSettings['FlexibleTimeWindow'] {
  const { Mode, MaximumWindowInMinutes: minutes } = (given ?? {}) as Record<string, unknown>;
  if (Mode === undefined) throw constraint(undefined, 'flexibleTimeWindow', 'not be null');
  if (Mode === 'OFF') {
    if (minutes === undefined) return { Mode };
    throw validationError('MaximumWindowInMinutes must not be specified when the Mode of FlexibleTimeWindow is OFF.');
  }
  if (Mode !== 'FLEXIBLE') throw constraint(Mode, 'flexibleTimeWindow.mode', 'satisfy enum value set: [OFF, FLEXIBLE]');
  if (Number.isInteger(minutes) && (minutes as number) >= 1 && (minutes as number) <= LONGEST_WINDOW) {
    return { Mode, MaximumWindowInMinutes: minutes as number };
  }
  throw constraint(minutes, 'flexibleTimeWindow.maximumWindowInMinutes', `have value between 1 and ${String(LONGEST_WINDOW)}`); // prettier-ignore
}

function readTarget(given: unknown): Target {
  const target = (given ?? {}) as Target & Input;
  const arn = text(target.Arn, 'target.arn');
  text(target.RoleArn, 'target.roleArn');
  const other = OTHER_TARGETS.find((member) => target[member] !== undefined);
  if (other !== undefined) throw notServed(`targets of schedules with ${other}`);
  const service = serviceOf(arn);
  if (service === 'events' && !target.EventBridgeParameters) {
    throw validationError('EventBridgeParameters must be specified for a target that is an event bus.');
  }
  if (target.Input !== undefined && service !== 'sqs' && service !== 'sns') checkJson(target.Input);
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = target.RetryPolicy ?? {};
  inRange(retries, 'target.retryPolicy.maximumRetryAttempts', 0, MOST_RETRIES);
  inRange(age, 'target.retryPolicy.maximumEventAgeInSeconds', SHORTEST_EVENT_AGE, LONGEST_EVENT_AGE);
  if (target.DeadLetterConfig?.Arn?.endsWith('.fifo')) {
    throw validationError('A FIFO queue cannot be the dead-letter queue of a schedule.');
  }
  return target;
}

function checkJson(input: string): void {
  try {
    // Placeholders stand outside of quotes too, in the place of a value.
    JSON.parse(input.replaceAll(/<aws\.scheduler\.[a-z-]+>/g, '0'));
  } catch (error) {
    throw validationError(`Invalid Input in Target: ${(error as Error).message}`);
  }
}

function inRange(value: number | undefined, member: string, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return;
  throw constraint(value, member, value < min ? `have value greater than or equal to ${String(min)}` : `have value less than or equal to ${String(max)}`); // prettier-ignore
}

/** One of two values; the first where nothing is said. */
function oneOf<Value extends string>(value: unknown, member: string, values: readonly [Value, Value]): Value {
  if (value === undefined) return values[0];
  const known = values.find((one) => one === value);
  if (known !== undefined) return known;
  throw constraint(value, member, `satisfy enum value set: [${values.join(', ')}]`);
}

/** A date is epoch seconds on the wire, and a text in templates. */
function toSeconds(value: unknown, member: string): number {
  const seconds = typeof value === 'number' ? value : Date.parse(String(value)) / 1000;
  if (Number.isNaN(seconds)) throw constraint(value, member, 'be a date');
  return seconds;
}

function text(value: unknown, member: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw constraint(undefined, member, 'not be null');
}
