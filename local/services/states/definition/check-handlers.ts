import { type Checking, checkEffects, checkFields } from './check-state.ts';
import {
  integer,
  isObject,
  LONGEST_DELAY_SECONDS,
  LONGEST_SECONDS,
  number,
  object,
  oneOf,
  text,
  anything,
} from './field-checks.ts';

const RETRIER_FIELDS = {
  Comment: text,
  ErrorEquals: anything,
  IntervalSeconds: integer(1, LONGEST_SECONDS),
  MaxAttempts: integer(0, LONGEST_SECONDS),
  BackoffRate: number(1, Number.MAX_SAFE_INTEGER),
  MaxDelaySeconds: integer(1, LONGEST_DELAY_SECONDS),
  JitterStrategy: oneOf('FULL', 'NONE'),
};

const CATCHER_FIELDS = { Comment: text, ErrorEquals: anything, Next: text, Assign: object, Output: anything };

/** Retry: a list of Retriers whose wildcard, if any, comes last. */
export function checkRetry(retriers: unknown, location: string, checking: Checking): void {
  const { diagnostics } = checking;
  if (!Array.isArray(retriers)) return diagnostics.schema(location, 'Expected value of type [ARRAY]');
  retriers.forEach((retrier: unknown, index) => {
    const at = `${location}[${index}]`;
    if (!isObject(retrier)) return diagnostics.schema(at, 'Expected value of type [OBJECT]');
    checkFields(retrier, at, { fields: RETRIER_FIELDS, required: ['ErrorEquals'] }, checking);
    checkErrorEquals(retrier['ErrorEquals'], index === retriers.length - 1, at, checking);
    const { IntervalSeconds = 1, MaxDelaySeconds } = retrier;
    if (typeof MaxDelaySeconds === 'number' && MaxDelaySeconds <= (IntervalSeconds as number)) {
      diagnostics.schema(`${at}/MaxDelaySeconds`, 'MaxDelaySeconds must be greater than IntervalSeconds');
    }
  });
}

/** Catch: the same for Catchers; returns the states that they lead to. */
export function checkCatch(catchers: unknown, location: string, checking: Checking): void {
  const { diagnostics } = checking;
  if (!Array.isArray(catchers)) return diagnostics.schema(location, 'Expected value of type [ARRAY]');
  catchers.forEach((catcher: unknown, index) => {
    const at = `${location}[${index}]`;
    if (!isObject(catcher)) return diagnostics.schema(at, 'Expected value of type [OBJECT]');
    checkFields(catcher, at, { fields: CATCHER_FIELDS, required: ['ErrorEquals', 'Next'] }, checking);
    checkErrorEquals(catcher['ErrorEquals'], index === catchers.length - 1, at, checking);
    checkEffects(catcher, at, checking, { result: false, errorOutput: true });
  });
}

function checkErrorEquals(errors: unknown, last: boolean, location: string, { diagnostics }: Checking): void {
  if (errors === undefined) return;
  const at = `${location}/ErrorEquals`;
  if (!Array.isArray(errors) || errors.length === 0 || !errors.every((error) => typeof error === 'string')) {
    return diagnostics.schema(at, 'ErrorEquals must be a non-empty array of Strings');
  }
  if (!errors.includes('States.ALL')) return;
  if (errors.length > 1) diagnostics.schema(at, 'States.ALL must appear alone in ErrorEquals');
  if (!last) diagnostics.schema(at, 'States.ALL must be in the last retrier or catcher');
}
