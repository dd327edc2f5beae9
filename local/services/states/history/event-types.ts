/** How a field of an event is kept: as it is, as a payload (JSON text for the reader), or as the variables of an Assign. */
type FieldKind = 'plain' | 'payload' | 'variables';

interface EventType {
  readonly type: string;
  /** Member of the HistoryEvent that holds the details; undefined for events without any. */
  readonly details: string | undefined;
  readonly fields: readonly (readonly [name: string, kind: FieldKind])[];
}

const input = ['input', 'payload'] as const;
const output = ['output', 'payload'] as const;
const failure = [plain('error'), plain('cause')] as const;
const task = [plain('resourceType'), plain('resource')] as const;
const iteration = [plain('name'), plain('index')] as const;

/**
 * Every type of event that the engine writes. An event is kept as a list that begins with its number in this table, so
 * entries are only ever added at the end.
 */
const TYPES = [
  event('ExecutionStarted', 'executionStartedEventDetails', input, plain('roleArn'), plain('stateMachineVersionArn')),
  event('ExecutionSucceeded', 'executionSucceededEventDetails', output),
  event('ExecutionFailed', 'executionFailedEventDetails', ...failure),
  event('ExecutionAborted', 'executionAbortedEventDetails', ...failure),
  event('ExecutionTimedOut', 'executionTimedOutEventDetails', ...failure),
  event('ExecutionRedriven', 'executionRedrivenEventDetails', plain('redriveCount')),
  event('EvaluationFailed', 'evaluationFailedEventDetails', ...failure, plain('location'), plain('state')),
  ...['Task', 'Pass', 'Choice', 'Wait', 'Parallel', 'Map', 'Succeed', 'Fail'].flatMap((type) => [
    event(`${type}StateEntered`, 'stateEnteredEventDetails', plain('name'), input),
    event(`${type}StateExited`, 'stateExitedEventDetails', plain('name'), output, ['assignedVariables', 'variables']),
  ]),
  event(
    'TaskScheduled',
    'taskScheduledEventDetails',
    ...task,
    plain('region'),
    ['parameters', 'payload'],
    plain('timeoutInSeconds'),
    plain('heartbeatInSeconds'),
    plain('taskCredentials'),
  ),
  event('TaskStarted', 'taskStartedEventDetails', ...task),
  event('TaskSubmitted', 'taskSubmittedEventDetails', ...task, output),
  event('TaskSucceeded', 'taskSucceededEventDetails', ...task, output),
  event('TaskFailed', 'taskFailedEventDetails', ...task, ...failure),
  event('TaskTimedOut', 'taskTimedOutEventDetails', ...task, ...failure),
  event('TaskSubmitFailed', 'taskSubmitFailedEventDetails', ...task, ...failure),
  event(
    'LambdaFunctionScheduled',
    'lambdaFunctionScheduledEventDetails',
    plain('resource'),
    input,
    plain('timeoutInSeconds'),
  ),
  event('LambdaFunctionStarted', undefined),
  event('LambdaFunctionSucceeded', 'lambdaFunctionSucceededEventDetails', output),
  event('LambdaFunctionFailed', 'lambdaFunctionFailedEventDetails', ...failure),
  event('LambdaFunctionTimedOut', 'lambdaFunctionTimedOutEventDetails', ...failure),
  event('ParallelStateStarted', undefined),
  event('ParallelStateSucceeded', undefined),
  event('ParallelStateFailed', undefined),
  event('ParallelStateAborted', undefined),
  event('MapStateStarted', 'mapStateStartedEventDetails', plain('length')),
  event('MapStateSucceeded', undefined),
  event('MapStateFailed', undefined),
  event('MapStateAborted', undefined),
  event('MapIterationStarted', 'mapIterationStartedEventDetails', ...iteration),
  event('MapIterationSucceeded', 'mapIterationSucceededEventDetails', ...iteration),
  event('MapIterationFailed', 'mapIterationFailedEventDetails', ...iteration),
  event('MapIterationAborted', 'mapIterationAbortedEventDetails', ...iteration),
  event('MapRunStarted', 'mapRunStartedEventDetails', plain('mapRunArn')),
  event('MapRunSucceeded', undefined),
  event('MapRunFailed', 'mapRunFailedEventDetails', ...failure),
  event('MapRunAborted', undefined),
  event('TaskStateAborted', undefined),
  event('WaitStateAborted', undefined),
] as const satisfies readonly EventType[];

const CODES = new Map(TYPES.map(({ type }, code) => [type, code]));

/** The number of a type of event in what is kept on disk. */
export function eventCode(type: string): number {
  const code = CODES.get(type);
  if (code === undefined) throw new Error(`The history knows no event of type ${type}.`);
  return code;
}

export function eventType(code: number): EventType {
  const type = TYPES[code];
  if (!type) throw new Error(`The history knows no event with the number ${code}.`);
  return type;
}

function plain(name: string): readonly [string, 'plain'] {
  return [name, 'plain'];
}

function event(type: string, details: string | undefined, ...fields: EventType['fields'][number][]): EventType {
  return { type, details, fields };
}
