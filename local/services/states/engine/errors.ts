/**
 * A state that failed: the error name and cause that Retriers, Catchers, the history and DescribeExecution see.
 * Either may be missing: a Fail state need not say both.
 */
export class StateError extends Error {
  readonly error: string | undefined;
  readonly errorCause: string | undefined;
  /** Another name under which Retriers and Catchers find it: a missed heartbeat is a States.Timeout too. */
  readonly alias: string | undefined;

  constructor(error: string | undefined, cause?: string, alias?: string) {
    super(cause ?? error ?? 'Failed');
    this.name = error ?? 'Failed';
    this.error = error;
    this.errorCause = cause;
    this.alias = alias;
  }
}

export const QUERY_EVALUATION_ERROR = 'States.QueryEvaluationError';
export const RUNTIME = 'States.Runtime';
export const TIMEOUT = 'States.Timeout';
export const HEARTBEAT_TIMEOUT = 'States.HeartbeatTimeout';
export const DATA_LIMIT_EXCEEDED = 'States.DataLimitExceeded';
export const TOLERANCE_EXCEEDED = 'States.ExceedToleratedFailureThreshold';

/** What an expression or a field's value did wrong, before the state and its entry event are known. */
export class EvaluationFault extends Error {
  /** Path of the field (`Output/total`), where the fault belongs to one. */
  readonly location: string | undefined;

  constructor(message: string, location?: string) {
    super(message);
    this.location = location;
  }
}

/** A failed evaluation with AWS's cause text; the history shows it as an EvaluationFailed event. */
export class EvaluationError extends StateError {
  readonly state: string;
  readonly location: string | undefined;

  constructor(fault: EvaluationFault, state: string, enteredEventId: number) {
    super(QUERY_EVALUATION_ERROR, causeIn(state, enteredEventId, fault.message));
    this.state = state;
    this.location = fault.location;
  }
}

/** A value of a state that is larger than AWS lets through, before it goes anywhere. */
export function tooLarge(stateOrTask: string): StateError {
  const cause = `The state/task '${stateOrTask}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateError(DATA_LIMIT_EXCEEDED, cause);
}

/**
 * The cause of an error that a state itself made, as AWS words it. TestState, whose state was entered by no event, says the problem
 * alone.
 */
export function causeIn(state: string, enteredEventId: number, problem: string): string {
  if (enteredEventId === 0) return problem;
  return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${problem}`;
}
