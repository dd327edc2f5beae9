import type { ExpressionCompiler } from '../jsonata/expression.ts';
import { isServed } from '../integrations/integrations.ts';
import { type QueryLanguage, STATE_TYPES, type StateType } from './asl.ts';
import { checkExpressions, type InReach } from './check-expressions.ts';
import { checkCatch, checkRetry } from './check-handlers.ts';
import type { Diagnostics } from './diagnostics.ts';
import { anything, booleanOrExpression, type FieldCheck, isObject, object, text } from './field-checks.ts';
import { parseResource } from './resource-arn.ts';
import { JSONATA_FIELDS, JSONPATH_FIELDS, S3_FIELDS, STATE_FIELDS, type StateFields } from './state-fields.ts';

/** What a check needs to know besides what it checks. */
export interface Checking {
  readonly diagnostics: Diagnostics;
  readonly compiler: ExpressionCompiler;
  /** The language in force, and the state that it is in force in. */
  readonly language: QueryLanguage;
  readonly state: string;
  /** Names of all variables in sight. */
  readonly variables: ReadonlySet<string>;
}

/** Variables are named like this; `states` is taken. */
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const LONGEST_VARIABLE_NAME = 80;

/** A label becomes part of an ARN: at most 40 characters, and none that an ARN cannot hold. */

const LABEL = /^[^\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]{1,40}$/;

const NOTHING_ELSE = { result: false, errorOutput: false };
const WITH_RESULT: ReadonlySet<StateType> = new Set(['Task', 'Parallel', 'Map']);

/** Checks one state, except for the workflows inside it. */
export function checkState(state: Record<string, unknown>, location: string, checking: Checking): void {
  const { diagnostics } = checking;
  const type = state['Type'] as StateType;
  if (!STATE_TYPES.includes(type))
    return diagnostics.schema(`${location}/Type`, `Value should be one of the following: [${STATE_TYPES.join(', ')}]`);
  const rules = STATE_FIELDS[type];
  checkFields(state, location, rules, checking);
  checkMove(state, location, rules, checking);
  const result = WITH_RESULT.has(type);
  checkEffects(state, location, checking, { result, errorOutput: false });
  for (const [name, value] of Object.entries(state)) {
    const at = `${location}/${name}`;
    if (name === 'Retry') checkRetry(value, at, checking);
    else if (name === 'Catch') checkCatch(value, at, checking);
    else if (EVALUATED.has(name)) checkTexts(value, at, checking);
  }
  if (type === 'Task') checkTask(state, location, checking);
  if (type === 'Choice') checkChoices(state['Choices'], `${location}/Choices`, checking);
  if (type === 'Wait') checkWait(state, location, checking);
  if (type === 'Map' && typeof state['Label'] === 'string' && !LABEL.test(state['Label'])) {
    diagnostics.add(
      'INVALID_LABEL_NAME',
      `${location}/Label`,
      'The label is empty, longer than 40 characters or has characters that are not allowed',
    );
  }
}

/** Fields in which expressions may stand, besides Assign and Output. */
const EVALUATED: ReadonlySet<string> = new Set([
  'Arguments',
  'Cause',
  'Credentials',
  'Error',
  'HeartbeatSeconds',
  'Items',
  'ItemSelector',
  'MaxConcurrency',
  'Seconds',
  'TimeoutSeconds',
  'Timestamp',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
]);

/** Every field is known, allowed in the query language in force, and of the right type; none that is required is missing. */
export function checkFields(
  holder: Record<string, unknown>,
  location: string,
  { fields, required }: { fields: Readonly<Record<string, FieldCheck>>; required: readonly string[] },
  { diagnostics, language, state }: Checking,
): void {
  for (const [name, value] of Object.entries(holder)) {
    const at = `${location}/${name}`;
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (JSONPATH_FIELDS.has(name) || (language === 'JSONPath' && name === 'Variable')) {
      if (language === 'JSONata') diagnostics.schema(location, otherLanguage(language, name, 'JSONPath'));
      else {
        const fix = `state '${state}' uses '${name}' (set "QueryLanguage": "JSONata")`;
        diagnostics.schema(at, `JSONPath is not supported by the local host: ${fix}`);
      }
    } else if (S3_FIELDS.has(name)) diagnostics.schema(at, `The local host does not serve '${name}' of a Map state`);
    else if (!check) diagnostics.schema(location, `Field '${name}' is not supported`);
    else if (language === 'JSONPath' && JSONATA_FIELDS.has(name)) {
      diagnostics.schema(location, otherLanguage(language, name, 'JSONata'));
    } else check(value, at, diagnostics);
  }
  const missing = required.filter((name) => holder[name] === undefined);
  if (missing.length > 0) diagnostics.schema(location, `These fields are required: [${missing.join(', ')}]`);
}

function otherLanguage(language: QueryLanguage, field: string, needed: QueryLanguage): string {
  return `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${needed}' QueryLanguage`;
}

/** Assign and Output of a state, a choice rule or a Catcher. */
export function checkEffects(
  holder: Record<string, unknown>,
  location: string,
  checking: Checking,
  reach: Omit<InReach, 'variables'>,
): void {
  const { diagnostics } = checking;
  const { Assign, Output } = holder;
  if (isObject(Assign)) {
    for (const name of Object.keys(Assign)) {
      const plainName = checking.language === 'JSONPath' ? name.replace(/\.\$$/, '') : name;
      if (!VARIABLE_NAME.test(plainName) || plainName === 'states' || plainName.length > LONGEST_VARIABLE_NAME) {
        diagnostics.schema(`${location}/Assign/${name}`, `'${name}' is not a valid variable name`);
      }
    }
  }
  checkTexts(Assign, `${location}/Assign`, checking, reach);
  checkTexts(Output, `${location}/Output`, checking, reach);
}

/** Expressions in JSONata states; in JSONPath states nothing may be one. */
function checkTexts(value: unknown, location: string, checking: Checking, reach = NOTHING_ELSE): void {
  const { language, compiler, diagnostics, variables } = checking;
  if (language === 'JSONata') checkExpressions(value, location, compiler, diagnostics, { ...reach, variables });
  else refusePaths(value, location, checking);
}

function refusePaths(value: unknown, location: string, checking: Checking): void {
  if (value === null || typeof value !== 'object') return;
  for (const [name, item] of Object.entries(value)) {
    const at = `${location}/${name}`;
    if (name.endsWith('.$')) {
      const problem = `state '${checking.state}' uses '${name}' (set "QueryLanguage": "JSONata")`;
      checking.diagnostics.schema(at, `JSONPath is not supported by the local host: ${problem}`);
    } else refusePaths(item, at, checking);
  }
}

function checkMove(
  state: Record<string, unknown>,
  location: string,
  { moves }: StateFields,
  { diagnostics }: Checking,
): void {
  if (!moves) return;
  const { Next, End } = state;
  if (Next !== undefined && End !== undefined)
    diagnostics.schema(location, "Only one of the fields 'Next' and 'End' is allowed");
  else if (Next === undefined && End !== true)
    diagnostics.schema(location, "One of the fields 'Next' and 'End' is required");
}

function checkTask(state: Record<string, unknown>, location: string, { diagnostics }: Checking): void {
  const { Resource, Credentials, TimeoutSeconds, HeartbeatSeconds } = state;
  if (typeof Resource === 'string') {
    const resource = parseResource(Resource);
    if (!resource) {
      diagnostics.add(
        'INVALID_RESOURCE',
        `${location}/Resource`,
        `The resource provided ${Resource} is not a valid resource ARN`,
      );
    } else if (!isServed(resource)) {
      diagnostics.add(
        'INVALID_RESOURCE',
        `${location}/Resource`,
        `The local host does not serve the resource ${Resource}`,
      );
    }
  }
  if (isObject(Credentials) && Credentials['RoleArn'] === undefined) {
    diagnostics.schema(`${location}/Credentials`, "The field 'RoleArn' is required but was missing");
  }
  if (
    typeof TimeoutSeconds === 'number' &&
    typeof HeartbeatSeconds === 'number' &&
    HeartbeatSeconds >= TimeoutSeconds
  ) {
    diagnostics.schema(`${location}/HeartbeatSeconds`, 'HeartbeatSeconds must be smaller than TimeoutSeconds');
  }
}

const CHOICE_FIELDS = { Comment: text, Condition: booleanOrExpression, Next: text, Assign: object, Output: anything };

function checkChoices(choices: unknown, location: string, checking: Checking): void {
  const { diagnostics, language, state } = checking;
  if (choices === undefined) return;
  if (!Array.isArray(choices) || choices.length === 0)
    return diagnostics.schema(location, 'Choices must be a non-empty array');
  if (language === 'JSONPath') {
    const problem = `state '${state}' chooses by paths (set "QueryLanguage": "JSONata")`;
    return diagnostics.schema(location, `JSONPath is not supported by the local host: ${problem}`);
  }
  choices.forEach((choice: unknown, index) => {
    const at = `${location}[${index}]`;
    if (!isObject(choice)) return diagnostics.schema(at, 'Expected value of type [OBJECT]');
    checkFields(choice, at, { fields: CHOICE_FIELDS, required: ['Condition', 'Next'] }, checking);
    checkTexts(choice['Condition'], `${at}/Condition`, checking);
    checkEffects(choice, at, checking, { result: false, errorOutput: false });
  });
}

function checkWait(
  { Seconds, Timestamp, ...rest }: Record<string, unknown>,
  location: string,
  { diagnostics }: Checking,
): void {
  if (Seconds !== undefined && Timestamp !== undefined) {
    diagnostics.schema(location, "Only one of the fields 'Seconds' and 'Timestamp' is allowed");
  } else if (Seconds === undefined && Timestamp === undefined && !rest['SecondsPath'] && !rest['TimestampPath']) {
    diagnostics.schema(location, "One of the fields 'Seconds' and 'Timestamp' is required");
  }
}
