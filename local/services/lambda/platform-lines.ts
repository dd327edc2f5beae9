import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionFailure } from './worker/protocol.ts';

/** What Lambda itself writes around every invocation: START, END and REPORT, as text or as JSON. */
export interface PlatformLines {
  start(requestId: string): string[];
  end(requestId: string, outcome: Outcome): string[];
}

export interface Outcome {
  readonly durationMs: number;
  readonly initDurationMs: number | undefined;
  readonly usedMb: number;
  readonly failure: FunctionFailure | undefined;
}

export function platformLines(definition: LambdaFunction, now: () => number): PlatformLines {
  return definition.logging.format === 'JSON' ? jsonLines(definition, now) : textLines(definition, now);
}

function textLines({ memoryMb, version }: LambdaFunction, now: () => number): PlatformLines {
  return {
    start: (requestId) => [`START RequestId: ${requestId} Version: ${version}`],
    end(requestId, { durationMs, initDurationMs, usedMb, failure }) {
      const init = initDurationMs === undefined ? '' : `Init Duration: ${initDurationMs.toFixed(2)} ms\t`;
      const report =
        `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\t` +
        `Memory Size: ${memoryMb} MB\tMax Memory Used: ${usedMb} MB\t${init}`;
      const reason = isOfTheRuntime(failure)
        ? [`${new Date(now()).toISOString()} ${whatHappened(requestId, failure)}`]
        : [];
      return [...reason, `END RequestId: ${requestId}`, report];
    },
  };
}

function jsonLines({ memoryMb, logging, version }: LambdaFunction, now: () => number): PlatformLines {
  const quiet = logging.systemLevel === 'WARN';
  const event = (type: string, record: object): string =>
    JSON.stringify({ time: new Date(now()).toISOString(), type, record });
  return {
    start: (requestId) => (quiet ? [] : [event('platform.start', { requestId, version })]),
    end(requestId, { durationMs, initDurationMs, usedMb, failure }) {
      if (quiet && !isOfTheRuntime(failure)) return [];
      const metrics = {
        durationMs: round(durationMs),
        billedDurationMs: Math.ceil(durationMs),
        memorySizeMB: memoryMb,
        maxMemoryUsedMB: usedMb,
        ...(initDurationMs !== undefined && { initDurationMs: round(initDurationMs) }),
      };
      const status = failure === undefined ? 'success' : failure.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
      const errorType = failure && { errorType: failure.errorType };
      return [event('platform.report', { requestId, metrics, status, ...errorType })];
    },
  };
}

/** Failures that the function's own code cannot have written to the log. */
function isOfTheRuntime(failure: FunctionFailure | undefined): failure is FunctionFailure {
  return failure?.errorType === 'Sandbox.Timedout' || failure?.errorType === 'Runtime.ExitError';
}

/** `RequestId: <id> Error: Task timed out …` without its prefix. */
function whatHappened(requestId: string, failure: FunctionFailure): string {
  return `${requestId} ${failure.errorMessage.replace(/^RequestId: \S+ (Error: )?/, '')}`;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
