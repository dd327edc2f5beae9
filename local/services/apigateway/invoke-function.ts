import type { Host, Principal } from '../../aws-service.ts';

export interface Invocation {
  readonly functionArn: string;
  /** Role to call with; without one API Gateway calls in its own name. */
  readonly credentials: string | undefined;
  /** ARN that a Lambda permission names as its source. */
  readonly sourceArn: string;
  readonly event: object;
  readonly traceId: string;
}

export interface InvocationResult {
  /** What the function returned, or its error as Lambda describes it. */
  readonly payload: unknown;
  readonly failed: boolean;
}

/** Calls a function and waits for its answer. Rejects with Lambda's AwsError when it could not be called. */
export async function invokeFunction(host: Host, invocation: Invocation): Promise<InvocationResult> {
  const { functionArn, credentials, sourceArn, event, traceId } = invocation;
  const principal: Principal = credentials
    ? { kind: 'role', roleArn: credentials, sessionName: 'BackplaneAssumeRoleSession' }
    : { kind: 'service', service: 'apigateway.amazonaws.com', sourceArn };
  const input = {
    FunctionName: functionArn,
    InvocationType: 'RequestResponse',
    Payload: JSON.stringify(event),
    TraceId: traceId,
  };
  const output = (await host.call('lambda', 'Invoke', input, principal)) as {
    Payload?: string;
    FunctionError?: string;
  };
  const payload: unknown = output.Payload ? JSON.parse(output.Payload) : undefined;
  return { payload, failed: output.FunctionError !== undefined };
}

/** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`. */
export function functionArnOf(invocationUri: string): string {
  const [, arn] =
    /^arn:aws:apigateway:[^:]+:lambda:path\/+2015-03-31\/functions\/(.+)\/invocations$/.exec(invocationUri) ?? [];
  if (arn === undefined) throw new Error(`${invocationUri} is no invocation URI of a Lambda function.`);
  return arn;
}
