import { AwsError } from '../../aws-error.ts';

/** 6 MB for an answer that the caller waits for, 1 MB for an event that is queued. */
const PAYLOAD_LIMIT_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

export type InvocationType = keyof typeof PAYLOAD_LIMIT_BYTES;

export interface InvokeInput {
  readonly functionName: unknown;
  readonly qualifier: unknown;
  readonly type: InvocationType;
  /** JSON text. */
  readonly event: string;
  readonly clientContext: string | undefined;
  readonly wantsLogTail: boolean;
  /** What X-Ray calls the tracing header: `Root=…;Parent=…;Sampled=0`. */
  readonly traceHeader: string | undefined;
}

/**
 * Reads the input of Invoke. Its payload is JSON text: the body of the HTTP request, not a blob in a JSON document.
 * `TraceId` is the host's own member for the `X-Amzn-Trace-Id` header, which callers inside the host pass on.
 */
export function readInvokeInput(input: unknown): InvokeInput {
  const { FunctionName, Qualifier, InvocationType, Payload, ClientContext, LogType, TraceId } = input as Record<
    string,
    unknown
  >;
  const type = (InvocationType as string | undefined) ?? 'RequestResponse';
  if (!isInvocationType(type)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: ` +
        'Member must satisfy enum value set: [Event, RequestResponse, DryRun]',
    );
  }
  return {
    functionName: FunctionName,
    qualifier: Qualifier,
    type,
    event: readPayload(Payload, type),
    clientContext: typeof ClientContext === 'string' ? Buffer.from(ClientContext, 'base64').toString() : undefined,
    wantsLogTail: LogType === 'Tail',
    traceHeader: typeof TraceId === 'string' ? toHeader(TraceId) : undefined,
  };
}

function isInvocationType(value: string): value is InvocationType {
  return Object.hasOwn(PAYLOAD_LIMIT_BYTES, value);
}

function readPayload(payload: unknown, type: InvocationType): string {
  if (payload === undefined || payload === '') return '{}';
  const text = typeof payload === 'string' ? payload : Buffer.from(payload as Uint8Array).toString();
  const bytes = Buffer.byteLength(text);
  const limit = PAYLOAD_LIMIT_BYTES[type];
  if (bytes > limit) {
    const message = `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
    throw new AwsError('RequestTooLargeException', message, { status: 413 });
  }
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = `Could not parse request body into json: ${(error as Error).message}`;
    throw new AwsError('InvalidRequestContentException', reason, { members: { Type: 'User' } });
  }
  return text;
}

function toHeader(traceId: string): string {
  return traceId.startsWith('Root=') ? traceId : `Root=${traceId};Sampled=0`;
}
