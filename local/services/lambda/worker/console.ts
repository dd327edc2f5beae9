import { format } from 'node:util';
import type { Outbox } from './outbox.ts';
import type { FunctionFailure } from './protocol.ts';
import type { Tenancy } from './tenancy.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

export interface RuntimeLog {
  /** The line that the runtime itself writes when an invocation or the process fails. */
  failure(heading: string, failure: FunctionFailure): void;
}

/**
 * Sends what functions write to their logs: `process.stdout` and `process.stderr` as they are, one event per line;
 * `console` in the format of Lambda's runtime, with time, request id and level.
 */
export function captureOutput(tenancy: Tenancy, outbox: Outbox, requestId: () => string | undefined): RuntimeLog {
  const emit = (text: string): void =>
    outbox.line({ tenant: tenancy.current()?.tenant, timeMs: Date.now(), text, requestId: requestId() });
  captureStream(process.stdout, tenancy, emit);
  captureStream(process.stderr, tenancy, emit);
  const asText = textWriter(emit, requestId);
  const asJson = jsonWriter(() => tenancy.current()?.logLevel ?? 'INFO', emit, requestId);
  const isJson = (): boolean => tenancy.current()?.logFormat === 'JSON';
  const write: Write = (level, args) => (isJson() ? asJson : asText)(level, args);
  console.trace = (...args: unknown[]) => write('TRACE', args);
  console.debug = (...args: unknown[]) => write('DEBUG', args);
  console.log = (...args: unknown[]) => write('INFO', args);
  console.info = (...args: unknown[]) => write('INFO', args);
  console.warn = (...args: unknown[]) => write('WARN', args);
  console.error = (...args: unknown[]) => write('ERROR', args);
  return {
    failure(heading, { errorType, errorMessage, trace = [] }) {
      if (isJson()) write('ERROR', [{ errorType, errorMessage, stackTrace: trace }]);
      else write('ERROR', [`${heading} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`]);
    },
  };
}

type Write = (level: Level, args: readonly unknown[]) => void;

function textWriter(emit: (text: string) => void, requestId: () => string | undefined): Write {
  return (level, args) =>
    emit(`${new Date().toISOString()}\t${requestId() ?? 'undefined'}\t${level}\t${format(...args)}`);
}

function jsonWriter(lowest: () => string, emit: (text: string) => void, requestId: () => string | undefined): Write {
  return (level, args) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest() as Level)) return;
    const [first] = args;
    const error = args.find((arg): arg is Error => arg instanceof Error);
    emit(
      JSON.stringify({
        timestamp: new Date().toISOString(),
        level,
        requestId: requestId(),
        message: args.length === 1 && typeof first === 'object' && !error ? first : format(...args),
        ...(error && {
          errorType: error.name,
          errorMessage: error.message,
          stackTrace: (error.stack ?? '')
            .split('\n')
            .slice(1)
            .map((frame) => frame.trim()),
        }),
      }),
    );
  };
}

function captureStream(stream: NodeJS.WriteStream, tenancy: Tenancy, emit: (text: string) => void): void {
  /** By tenant, what it has not ended with a line break yet. */
  const unfinished = new Map<number | undefined, string>();
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const tenant = tenancy.current()?.tenant;
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const lines = ((unfinished.get(tenant) ?? '') + text).split('\n');
    unfinished.set(tenant, lines.pop() ?? '');
    for (const line of lines) if (line !== '') emit(line);
    const written = rest.at(-1);
    if (typeof written === 'function') (written as () => void)();
    return true;
  };
}
