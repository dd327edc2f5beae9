import type { Principal, ServiceName } from '../aws-service.ts';
import { AwsError } from '../aws-error.ts';
import type { InvocationOutcome } from '../services/lambda/function-runner.ts';
import type { Faults, Perform } from './faults.ts';

/** A call of a service through the plan in force. `callerOf` names the function whose code a principal is. */
export function faultyCall(
  faults: Faults,
  callerOf: (principal: Principal) => string | undefined,
  [service, operation, input, principal]: [ServiceName, string, unknown, Principal],
  perform: Perform,
): Promise<unknown> {
  if (service === 'lambda' && operation === 'Invoke') {
    const { FunctionName, InvocationType } = input as { FunctionName?: string; InvocationType?: string };
    // With Event, Invoke only puts the event on a queue: the run comes later, by faultyRun.
    const operation = InvocationType === 'Event' ? 'InvokeAsync' : 'Invoke';
    return faults.call({ service, operation, input, functionName: functionNameOf(FunctionName) }, perform);
  }
  return faults.call({ service, operation, input, functionName: callerOf(principal) }, perform);
}

/** An ARN with its account and region would match whatever has their letters in it. */
function functionNameOf(nameOrArn = ''): string {
  return nameOrArn.replace(/^.*:function:/, '').replace(/:.*$/, '');
}

/** The form of Invoke's answer, in which faults speak. */
interface InvokeOutput {
  readonly Payload: string;
  readonly FunctionError?: string;
  readonly LogResult?: string;
}

/**
 * A run of a function that comes from an event source or from the queue of asynchronous invocations. Both know two ends besides
 * success: the function failed, or Lambda throttled. A lost answer and a failing Lambda are to them a run that failed.
 */
export async function faultyRun(
  faults: Faults,
  functionName: string,
  event: string,
  run: () => Promise<InvocationOutcome>,
): Promise<InvocationOutcome> {
  const input = { FunctionName: functionName, Payload: event };
  const call = { service: 'lambda', operation: 'Invoke', input, functionName };
  try {
    const { Payload, FunctionError, LogResult } = (await faults.call(call, async () =>
      toOutput(await run()),
    )) as InvokeOutput;
    return { payload: Payload, failed: FunctionError !== undefined, logTail: LogResult };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code === 'TooManyRequestsException') throw error;
    const payload = JSON.stringify({ errorType: error.code, errorMessage: error.message });
    return { payload, failed: true, logTail: undefined };
  }
}

function toOutput({ payload, failed, logTail }: InvocationOutcome): InvokeOutput {
  return {
    Payload: payload,
    ...(failed && { FunctionError: 'Unhandled' }),
    ...(logTail !== undefined && { LogResult: logTail }),
  };
}
