import type { Invocation, TenantSettings } from './protocol.ts';

/** The context object that Lambda's Node.js runtime gives a handler. */
export interface HandlerContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  /** A string on Lambda as well. */
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly identity: undefined;
  readonly clientContext: unknown;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export function makeContext(settings: TenantSettings, invocation: Invocation): HandlerContext {
  // Elapsed time and not `Date`: under a virtual clock the date stands still while the function works.
  const deadline = performance.now() + invocation.timeoutMs;
  return {
    functionName: settings.functionName,
    functionVersion: settings.variables['AWS_LAMBDA_FUNCTION_VERSION'] ?? '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    awsRequestId: invocation.requestId,
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    identity: undefined,
    clientContext: invocation.clientContext === undefined ? undefined : JSON.parse(invocation.clientContext),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}
