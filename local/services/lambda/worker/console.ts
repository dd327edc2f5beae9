import { format } from 'node:util';
import type { Outbox } from './outbox.ts';
import type { FunctionFailure, WorkerSettings } from './protocol.ts';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

export interface RuntimeLog {
  /** The line that the runtime itself writes when an invocation or the process fails. */
  failure(heading: string, failure: FunctionFailure): void;
}

/**
 * Sends what the function writes to its log: `process.stdout` and `process.stderr` as they are, one event per line;
 * `console` in the format of Lambda's runtime, with time, request id and level.
 */
export function captureOutput(
  settings: WorkerSettings,
  outbox: Outbox,
  requestId: () => string | undefined,
): RuntimeLog {
  const emit = (text: string): void => outbox.line({ timeMs: Date.now(), text, requestId: requestId() });
  captureStream(process.stdout, emit);
  captureStream(process.stderr, emit);
  const write =
    settings.logFormat === 'JSON' ? jsonWriter(settings.logLevel, emit, requestId) : textWriter(emit, requestId);
  console.trace = (...args: unknown[]) => write('TRACE', args);
  console.debug = (...args: unknown[]) => write('DEBUG', args);
  console.log = (...args: unknown[]) => write('INFO', args);
  console.info = (...args: unknown[]) => write('INFO', args);
  console.warn = (...args: unknown[]) => write('WARN', args);
  console.error = (...args: unknown[]) => write('ERROR', args);
  return {
    failure(heading, { errorType, errorMessage, trace = [] }) {
      if (settings.logFormat === 'JSON') write('ERROR', [{ errorType, errorMessage, stackTrace: trace }]);
      else write('ERROR', [`${heading} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`]);
    },
  };
}

type Write = (level: Level, args: readonly unknown[]) => void;

function textWriter(emit: (text: string) => void, requestId: () => string | undefined): Write {
  return (level, args) =>
    emit(`${new Date().toISOString()}\t${requestId() ?? 'undefined'}\t${level}\t${format(...args)}`);
}

function jsonWriter(lowest: string, emit: (text: string) => void, requestId: () => string | undefined): Write {
  const lowestIndex = LEVELS.indexOf(lowest as Level);
  return (level, args) => {
    if (LEVELS.indexOf(level) < lowestIndex) return;
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

function captureStream(stream: NodeJS.WriteStream, emit: (text: string) => void): void {
  let unfinished = '';
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const lines = (unfinished + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) if (line !== '') emit(line);
    const written = rest.at(-1);
    if (typeof written === 'function') (written as () => void)();
    return true;
  };
}
