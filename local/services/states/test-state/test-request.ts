import { AwsError, notServed } from '../../../aws-error.ts';
import type { State } from '../definition/workflow.ts';
import { isObject } from '../definition/field-checks.ts';
import { LARGEST_PAYLOAD_BYTES, Payload } from '../engine/payload.ts';
import { StateError } from '../engine/errors.ts';
import { type Input, invalid, optionalText } from '../operations/input.ts';
import type { Mock } from './mocked-state.ts';
import { checkMockedResult, type ValidationMode } from './result-model.ts';
import type { Tested } from './single-state.ts';
import { holdsState } from './tested-state.ts';

/** AWS's limits for a mocked error. */
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;

const MODES: readonly ValidationMode[] = ['STRICT', 'PRESENT', 'NONE'];

/** What the request puts in place of the state's work. */
export async function mockOf(input: Input, state: State): Promise<Mock | undefined> {
  const mock = input['mock'];
  if (mock === undefined || mock === null) return undefined;
  if (!isObject(mock)) throw invalid("Value at 'mock' failed to satisfy constraint: Member must be a structure");
  if (state.type !== 'Task' && state.type !== 'Map' && state.type !== 'Parallel') {
    throw invalid(`A mock can only be specified for Task, Map and Parallel states, and not for a ${state.type} state`);
  }
  const { result, errorOutput } = mock;
  if ((result === undefined) === (errorOutput === undefined)) {
    throw invalid("A mock must have exactly one of the fields 'result' and 'errorOutput'");
  }
  const mode = oneOf(mock, 'fieldValidationMode', MODES) ?? 'STRICT';
  if (result === undefined) return { result: undefined, failure: failureOf(errorOutput), failedIterations: 0 };
  const text = optionalText(mock, 'result', LARGEST_PAYLOAD_BYTES) as string;
  const payload = new Payload(json(text, 'ValidationException', "The field 'mock.result' is not valid JSON"));
  await checkResult(state, payload.value, mode);
  return { result: payload, failure: undefined, failedIterations: 0 };
}

/** The result of a Map or Parallel state is a list whatever is asked for; that of a Task is held against the API's model. */
async function checkResult(state: State, result: unknown, mode: ValidationMode): Promise<void> {
  if (state.type === 'Task') return checkMockedResult(state.resource, result, mode);
  if (mode === 'NONE') return;
  if (!Array.isArray(result)) throw invalid(`The mocked result of a ${state.type} state must be an array`);
  if (state.type === 'Parallel' && result.length !== state.branches.length) {
    throw invalid(
      `The mocked result of the Parallel state must have ${state.branches.length} items, one for each branch, but has ${result.length}`,
    );
  }
}

function failureOf(errorOutput: unknown): StateError {
  const output = isObject(errorOutput) ? errorOutput : {};
  const error = optionalText(output, 'error', LONGEST_ERROR);
  if (error === undefined) throw invalid("The field 'mock.errorOutput.error' is required");
  return new StateError(error, optionalText(output, 'cause', LONGEST_CAUSE));
}

/** What only runs with other states, or until somebody calls back, must be mocked; what calls a service needs a role. */
export function checkMockNeeded(state: State, mock: Mock | undefined, roleArn: string | undefined): void {
  if (mock) return;
  const waits =
    state.type === 'Task' && state.resource.kind === 'service' && state.resource.pattern !== 'requestResponse';
  if (waits || state.type === 'Map' || state.type === 'Parallel') {
    const what = waits ? `A task with the pattern ${state.resource.arn.split('.').at(-1)}` : `A ${state.type} state`;
    throw invalid(`${what} can only be tested with a mock`);
  }
  if (state.type === 'Task' && roleArn === undefined) {
    throw invalid("Value null at 'roleArn' failed to satisfy constraint: a task without a mock needs a role");
  }
}

/** How often the Retrier was used before, and how many iterations failed. */
export function configurationOf(
  input: Input,
  state: State,
  mock: Mock | undefined,
): { retries: number; failedIterations: number } {
  const given = isObject(input['stateConfiguration']) ? input['stateConfiguration'] : {};
  const { mapItemReaderData, errorCausedByState } = given;
  if (mapItemReaderData !== undefined)
    throw notServed("'mapItemReaderData' of TestState: no Map state has an ItemReader");
  if (errorCausedByState !== undefined && !holdsState(state, shown(errorCausedByState))) {
    throw invalid(
      `The field 'stateConfiguration.errorCausedByState' names no state inside the state: ${shown(errorCausedByState)}`,
    );
  }
  const retries = count(given, 'retrierRetryCount');
  if (retries !== undefined && !mock?.failure) {
    throw invalid("The field 'stateConfiguration.retrierRetryCount' needs a mock with an errorOutput");
  }
  const failedIterations = count(given, 'mapIterationFailureCount');
  if (failedIterations !== undefined && state.type !== 'Map') {
    throw invalid("The field 'stateConfiguration.mapIterationFailureCount' is for Map states");
  }
  return { retries: retries ?? 0, failedIterations: failedIterations ?? 0 };
}

function count(holder: Input, name: string): number | undefined {
  const value = holder[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw invalid(
    `Value '${shown(value)}' at 'stateConfiguration.${name}' failed to satisfy constraint: Member must have value greater than or equal to 0`,
  );
}

/** No more iterations can have failed than there are. */
export function checkFailedIterations({ seen }: Tested, failed: number): void {
  if (seen.map && failed > seen.map.length) {
    throw invalid(
      `The field 'stateConfiguration.mapIterationFailureCount' is ${failed}, but the Map state has ${seen.map.length} items`,
    );
  }
}

/** Members of the context object that the request lays down. */
export function contextOf(input: Input, mock: Mock | undefined): object | undefined {
  const text = optionalText(input, 'context', LARGEST_PAYLOAD_BYTES);
  if (text === undefined) return undefined;
  if (!mock) throw invalid("The field 'context' can only be specified with a mock");
  return objectIn(text, 'context');
}

export function variablesOf(input: Input): Record<string, unknown> {
  const text = optionalText(input, 'variables', LARGEST_PAYLOAD_BYTES);
  return text === undefined ? {} : (objectIn(text, 'variables') as Record<string, unknown>);
}

function objectIn(text: string, member: string): object {
  const value = json(text, 'ValidationException', `The field '${member}' is not valid JSON`);
  if (isObject(value)) return value;
  throw invalid(`The field '${member}' must be a JSON object`);
}

export function json(text: string, code: string, problem: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AwsError(code, `${problem}: '${(error as Error).message}'`);
  }
}

export function oneOf<Name extends string>(holder: Input, member: string, allowed: readonly Name[]): Name | undefined {
  const value = holder[member];
  if (value === undefined || value === null) return undefined;
  const found = allowed.find((name) => name === value);
  if (found !== undefined) return found;
  throw invalid(
    `Value '${shown(value)}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
