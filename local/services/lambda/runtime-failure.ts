import type { FunctionFailure } from './worker/protocol.ts';

/** What Lambda answers for an invocation that outlived the function's timeout. */
export function timedOut(requestId: string, timeoutMs: number): FunctionFailure {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

/** What Lambda answers for the invocations in flight when the process of the function ends. */
export function exited(status: number | undefined): (requestId: string) => FunctionFailure {
  const how = status === undefined ? 'signal: killed' : `exit status ${status}`;
  const what = status === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${how}`;
  return (requestId) => ({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: ${what}` });
}

/** The largest answer of a synchronous invocation: 6 MB and room for its envelope, as Lambda counts it. */
export const RESPONSE_LIMIT_BYTES = 6_291_556;

export function responseTooLarge(): FunctionFailure {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
  };
}
