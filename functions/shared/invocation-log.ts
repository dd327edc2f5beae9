import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { maskMailAddresses, PlainErrorLogFormatter } from './log-formatter.ts';

/** What a log line says besides its message: ids, codes and counts; never an address, a name, a token or a body. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes structured lines that all carry the fields of one invocation. Immutable: `with` returns another one. */
export interface InvocationLog {
  with(fields: LogFields): InvocationLog;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * The only logger of the process, and it is never given a key. Powertools keeps appended keys and the Lambda context per
 * logger (or in the InvokeStore where AWS_LAMBDA_MAX_CONCURRENCY is set), so where invocations interleave without
 * that store the keys of one would appear on the lines of another. Here the fields travel with each line instead.
 */
const logger = new Logger({
  serviceName: 'order-saga',
  logFormatter: new PlainErrorLogFormatter(),
  jsonReplacerFn: maskMailAddresses,
});

/**
 * The log of one invocation. Call it first thing in the handler: the trace id is read from where the runtime has put
 * it for this invocation, before anything is awaited.
 */
export function invocationLog(
  context: Pick<Context, 'awsRequestId' | 'functionName'>,
  fields: LogFields = {},
): InvocationLog {
  const traceId = currentTraceId();
  return logWith({
    function_name: context.functionName,
    function_request_id: context.awsRequestId,
    ...(traceId && { xray_trace_id: traceId }),
    ...fields,
  });
}

function logWith(fixed: LogFields): InvocationLog {
  return {
    with: (fields) => logWith({ ...fixed, ...fields }),
    debug: (message, fields) => logger.debug(message, { ...fixed, ...fields }),
    info: (message, fields) => logger.info(message, { ...fixed, ...fields }),
    warn: (message, fields) => logger.warn(message, { ...fixed, ...fields }),
    error: (message, fields) => logger.error(message, { ...fixed, ...fields }),
  };
}

/** Root of `Root=1-…;Parent=…;Sampled=1`; the InvokeStore has it where the runtime lets invocations interleave. */
function currentTraceId(): string | undefined {
  const runtime = globalThis as { awslambda?: { InvokeStore?: { getXRayTraceId(): string | undefined } } };
  const header = runtime.awslambda?.InvokeStore?.getXRayTraceId() ?? process.env['_X_AMZN_TRACE_ID'] ?? '';
  return /(?:^|Root=)(1-[^;]+)/.exec(header)?.[1];
}
