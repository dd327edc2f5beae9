import type { ServiceName } from '../aws-service.ts';

export type FaultAction = 'fail' | 'delay' | 'lose-answer' | 'repeat' | 'kill' | 'hold';

/** Which calls a fault is about; a member that is absent matches all. */
export interface FaultMatch {
  readonly service?: string | readonly string[];
  readonly operation?: string | readonly string[];
  /** Name of the invoked function where the call is an invocation, of the calling function everywhere else. */
  readonly function?: string | readonly string[];
  /** Text that occurs in the call's input, as JSON: the name of a table, an ARN, an order id. */
  readonly resource?: string;
  /** Seconds of the host's clock since the plan came into force. */
  readonly during?: { readonly fromSeconds?: number; readonly toSeconds?: number };
  /** Which of the calls that match all of the above, counted from 1 since the plan came into force. */
  readonly attempt?: number | string | readonly (number | string)[];
}

export interface Fault {
  /** What reports and lists call it. */
  readonly name?: string;
  readonly match: FaultMatch;
  readonly action: FaultAction;
  /** Before or after the effect of the call. */
  readonly when?: 'before' | 'after';
  /** Of `fail`: `throttled`, `unavailable`, or the code of an error. */
  readonly error?: string;
  readonly message?: string;
  readonly status?: number;
  /** Further members of the error, such as `CancellationReasons`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Time of the host's clock that passes before the action is carried out. */
  readonly delayMs?: number;
  /** How often it happens to a call that matches; absent: always. */
  readonly probability?: number;
}

export interface FaultPlan {
  /** Of the dice for `probability`: the same plan falls the same way. */
  readonly seed?: number;
  readonly faults: readonly Fault[];
}

/** `dynamodb` is DynamoDB without its streams, which are `dynamodbstreams`. */
const SERVICES: readonly (ServiceName | '*')[] = [
  ...(['*', 'apigateway', 'cloudwatch', 'cognito-idp', 'dynamodb', 'dynamodbstreams', 'events', 'iam'] as const),
  ...(['lambda', 'logs', 'scheduler', 'ses', 'sesv2', 'sns', 'sqs', 'states', 'sts'] as const),
];

/** A delay of a day is longer than anything in a saga but its interventions' deadlines, which `clock advance` skips. */
const LONGEST_DELAY_MS = 86_400_000;

const ATTEMPT_FORMS = 'a number, "2-4", "3-" (from the third on), "every 3", or a list of these';
const ONE_ATTEMPT = {
  anyOf: [
    { type: 'integer', minimum: 1 },
    { type: 'string', pattern: '^([1-9]\\d*(-([1-9]\\d*)?)?|every [1-9]\\d*)$' },
  ],
};

/** A name or a list of names. */
function oneOrMore(one: object): object {
  return { anyOf: [one, { type: 'array', items: one, minItems: 1 }] };
}

const NAME = { type: 'string', minLength: 1 };

/** `description` says what is allowed in the words that an error uses. */
export const FAULT_PLAN_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['faults'],
  description: 'an object with the members "faults" and, for repeatable dice, "seed"',
  properties: {
    seed: { type: 'integer', description: 'a whole number' },
    faults: {
      type: 'array',
      description: 'a list of faults',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['match', 'action'],
        description: 'an object with at least "match" and "action"',
        properties: {
          name: { ...NAME, description: 'a text' },
          match: {
            type: 'object',
            additionalProperties: false,
            description: 'an object, {} for every call',
            properties: {
              service: { ...oneOrMore({ enum: SERVICES }), description: `one of ${SERVICES.join(', ')}, or a list` },
              operation: { ...oneOrMore(NAME), description: 'an operation as AWS names it (PutItem), or a list' },
              function: { ...oneOrMore(NAME), description: 'the name of a function (ChargePayment), or a list' },
              resource: { ...NAME, description: "a text that occurs in the call's input" },
              during: {
                type: 'object',
                additionalProperties: false,
                description: 'an object with fromSeconds, toSeconds or both',
                minProperties: 1,
                properties: {
                  fromSeconds: { type: 'number', minimum: 0, description: 'seconds from 0' },
                  toSeconds: { type: 'number', exclusiveMinimum: 0, description: 'seconds above 0' },
                },
              },
              attempt: { ...oneOrMore(ONE_ATTEMPT), description: ATTEMPT_FORMS },
            },
          },
          action: {
            enum: ['fail', 'delay', 'lose-answer', 'repeat', 'kill', 'hold'],
            description: 'one of fail, delay, lose-answer, repeat, kill, hold',
          },
          when: { enum: ['before', 'after'], description: 'before or after (the effect)' },
          error: { ...NAME, description: 'throttled, unavailable, or the code of an error' },
          message: { type: 'string', description: 'a text' },
          status: { type: 'integer', minimum: 400, maximum: 599, description: 'an HTTP status from 400 to 599' },
          members: { type: 'object', description: 'an object' },
          delayMs: {
            type: 'integer',
            minimum: 1,
            maximum: LONGEST_DELAY_MS,
            description: `milliseconds from 1 to ${LONGEST_DELAY_MS} (a day)`,
          },
          probability: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'above 0, at most 1' },
        },
      },
    },
  },
} as const;
