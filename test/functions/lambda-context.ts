import type { Context } from 'aws-lambda';
import type { LoggedContext } from '../../functions/shared/with-log.ts';

/** A Lambda context as the runtime hands it over, for one invocation: without the log, which the handler's middleware adds. */
export function lambdaContext(overrides: Partial<Context> = {}): LoggedContext {
  const context: Context = {
    awsRequestId: '8f5070d4-0a43-4d5c-8b5f-3f1c2f0e9b11',
    functionName: 'under-test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:under-test',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/under-test',
    logStreamName: '2026/11/20/[$LATEST]0',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => 10_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
    ...overrides,
  };
  return context as LoggedContext;
}
