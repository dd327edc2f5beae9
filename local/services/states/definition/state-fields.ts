import type { StateType } from './asl.ts';
import {
  anything,
  arrayOrExpression,
  type FieldCheck,
  flag,
  integer,
  LONGEST_SECONDS,
  number,
  object,
  objectOrExpression,
  orExpression,
  queryLanguage,
  text,
  timestamp,
} from './field-checks.ts';

/** What a type of state may say. Fields with a structure of their own are checked in check-state.ts. */
export interface StateFields {
  readonly fields: Readonly<Record<string, FieldCheck>>;
  readonly required: readonly string[];
  /** Whether it names its successor (`Next` or `End`). */
  readonly moves: boolean;
}

const COMMON = { Type: text, Comment: text, QueryLanguage: queryLanguage };
const MOVES = { Next: text, End: flag };
const EFFECTS = { Assign: object, Output: anything };
const HANDLERS = { Retry: anything, Catch: anything };
const seconds = orExpression(integer(1, LONGEST_SECONDS));

export const STATE_FIELDS: Readonly<Record<StateType, StateFields>> = {
  Task: {
    fields: {
      ...COMMON,
      ...MOVES,
      ...EFFECTS,
      ...HANDLERS,
      Resource: text,
      Arguments: objectOrExpression,
      TimeoutSeconds: seconds,
      HeartbeatSeconds: seconds,
      Credentials: object,
    },
    required: ['Resource'],
    moves: true,
  },
  Pass: { fields: { ...COMMON, ...MOVES, ...EFFECTS }, required: [], moves: true },
  Choice: { fields: { ...COMMON, ...EFFECTS, Choices: anything, Default: text }, required: ['Choices'], moves: false },
  Wait: {
    fields: {
      ...COMMON,
      ...MOVES,
      ...EFFECTS,
      Seconds: orExpression(integer(0, LONGEST_SECONDS)),
      Timestamp: timestamp,
    },
    required: [],
    moves: true,
  },
  Parallel: {
    fields: { ...COMMON, ...MOVES, ...EFFECTS, ...HANDLERS, Arguments: anything, Branches: anything },
    required: ['Branches'],
    moves: true,
  },
  Map: {
    fields: {
      ...COMMON,
      ...MOVES,
      ...EFFECTS,
      ...HANDLERS,
      ItemProcessor: anything,
      Items: arrayOrExpression,
      ItemSelector: objectOrExpression,
      MaxConcurrency: orExpression(integer(0, Number.MAX_SAFE_INTEGER)),
      ToleratedFailureCount: orExpression(integer(0, Number.MAX_SAFE_INTEGER)),
      ToleratedFailurePercentage: orExpression(number(0, 100)),
      Label: text,
    },
    required: ['ItemProcessor'],
    moves: true,
  },
  Succeed: { fields: { ...COMMON, Output: anything }, required: [], moves: false },
  Fail: { fields: { ...COMMON, Error: text, Cause: text }, required: [], moves: false },
};

/** Fields that only mean something in JSONPath, which the host does not evaluate. */
export const JSONPATH_FIELDS: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'Parameters',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'Iterator',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'ErrorPath',
  'CausePath',
]);

/** Fields that only mean something in JSONata. */
export const JSONATA_FIELDS: ReadonlySet<string> = new Set(['Arguments', 'Output', 'Items']);

/** Fields of a distributed Map that read and write S3, which the host does not have. */
export const S3_FIELDS: ReadonlySet<string> = new Set(['ItemReader', 'ItemBatcher', 'ResultWriter']);
