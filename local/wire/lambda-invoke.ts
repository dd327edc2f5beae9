import type { RestAnswer, RestRequest } from './rest-protocol.ts';

/** Invoke takes the payload as the body and all else as headers. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function readInvoke({ headers, body }: RestRequest): Record<string, unknown> {
  const members = {
    InvocationType: headers['x-amz-invocation-type'] ?? 'RequestResponse',
    ClientContext: headers['x-amz-client-context'],
    LogType: headers['x-amz-log-type'],
    TraceId: headers['x-amzn-trace-id'],
    Payload: body === '' ? undefined : body,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Invoke answers with the payload itself and says the rest in headers. */
export function writeInvoke(output: unknown): RestAnswer {
  const { StatusCode, FunctionError, Payload, ExecutedVersion, LogResult } = output as {
    StatusCode: number;
    FunctionError?: string;
    Payload?: string;
    ExecutedVersion?: string;
    LogResult?: string;
  };
  const headers: Record<string, string> = { 'x-amz-executed-version': ExecutedVersion ?? '$LATEST' };
  if (FunctionError !== undefined) headers['x-amz-function-error'] = FunctionError;
  if (LogResult !== undefined) headers['x-amz-log-result'] = LogResult;
  return { status: StatusCode, headers, body: Payload ?? '' };
}
