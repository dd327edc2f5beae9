import type { Host, Principal } from '../../../aws-service.ts';
import { StateError } from '../engine/errors.ts';
import { optimizedError, type OptimizedNames } from './service-errors.ts';

interface InvokeOutput {
  readonly StatusCode?: number;
  readonly FunctionError?: string;
  readonly Payload?: string;
  readonly ExecutedVersion?: string;
}

const NAMES: OptimizedNames = { prefix: 'Lambda', baseException: 'AWSLambdaException', sdkName: 'AWSLambda' };

/** `arn:aws:states:::lambda:invoke`: the answer of Invoke with its payload parsed. */
export async function lambdaInvoke(host: Host, parameters: unknown, principal: Principal): Promise<unknown> {
  const { Payload, ...rest } = parameters as { Payload?: unknown };
  const output = await invoke(
    host,
    { ...rest, ...(Payload !== undefined && { Payload: JSON.stringify(Payload) }) },
    principal,
  );
  return {
    ExecutedVersion: output.ExecutedVersion ?? '$LATEST',
    Payload: parsed(output.Payload),
    SdkHttpMetadata: { HttpStatusCode: output.StatusCode ?? 200 },
    SdkResponseMetadata: { RequestId: host.uuid() },
    StatusCode: output.StatusCode ?? 200,
  };
}

/** A function's ARN as Resource: its bare payload. */
export async function lambdaFunction(
  host: Host,
  arn: string,
  parameters: unknown,
  principal: Principal,
): Promise<unknown> {
  const output = await invoke(host, { FunctionName: arn, Payload: JSON.stringify(parameters) }, principal);
  return parsed(output.Payload);
}

async function invoke(host: Host, input: object, principal: Principal): Promise<InvokeOutput> {
  let output: InvokeOutput;
  try {
    output = (await host.call('lambda', 'Invoke', input, principal)) as InvokeOutput;
  } catch (error) {
    throw optimizedError(error, NAMES, host.uuid());
  }
  if (output.FunctionError !== undefined) throw functionError(output.Payload ?? 'null');
  return output;
}

/** What a function threw: its `errorType` is the error, and the whole payload the cause. */
function functionError(payload: string): StateError {
  const body = parsed(payload) as { errorType?: unknown } | null;
  if (typeof body?.errorType === 'string') return new StateError(body.errorType, payload);
  const unknown = 'The cause could not be determined because Lambda did not return an error type.';
  return new StateError('Lambda.Unknown', `${unknown} Returned payload: ${payload}`);
}

function parsed(payload: string | undefined): unknown {
  if (payload === undefined || payload === '') return null;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}
