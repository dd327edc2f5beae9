import type { RuntimeLog } from './console.ts';
import type { Outbox } from './outbox.ts';
import type { FunctionFailure } from './protocol.ts';
import type { Tenancy } from './tenancy.ts';

/** Exit status of Lambda's Node.js runtime after an unhandled rejection and after an uncaught exception. */
const REJECTION_STATUS = 128;
const EXCEPTION_STATUS = 129;

interface Surroundings {
  readonly tenancy: Tenancy;
  readonly outbox: Outbox;
  readonly log: RuntimeLog;
  readonly requestId: () => string | undefined;
}

/**
 * The ways in which a function ends its process. In an isolate of its own the thread really ends; in a shared one only the
 * function is over for the host, which then lets the others finish and ends the thread.
 */
export class Endings {
  private readonly around: Surroundings;
  private readonly exit: (status: number) => void;

  constructor(shared: boolean, around: Surroundings) {
    this.around = around;
    const exitThread = process.exit.bind(process);
    this.exit = shared ? () => {} : exitThread;
    if (shared) process.exit = (status) => this.exitOfTenant(exitThread, Number(status ?? 0));
    process.on('exit', () => around.outbox.flush());
    process.on('unhandledRejection', (reason) => {
      if (reason instanceof Exited) return;
      const errorMessage = reason instanceof Error ? reason.toString() : String(reason);
      const failure = { ...toFailure(reason), errorType: 'Runtime.UnhandledPromiseRejection', errorMessage };
      this.end('Unhandled Promise Rejection', failure, REJECTION_STATUS);
    });
    process.on('uncaughtException', (error) => {
      if (!(error instanceof Exited)) this.end('Uncaught Exception', toFailure(error), EXCEPTION_STATUS);
    });
  }

  notLoaded(error: unknown): void {
    if (!(error instanceof Exited)) this.end('Uncaught Exception', toFailure(error), 1);
  }

  private end(heading: string, failure: FunctionFailure, status: number): void {
    const { tenancy, outbox, log, requestId } = this.around;
    log.failure(heading, failure);
    outbox.ending({ tenant: tenancy.current()?.tenant, requestId: requestId(), failure, status });
    this.exit(status);
  }

  private exitOfTenant(exitThread: (status: number) => never, status: number): never {
    const { tenancy, outbox, requestId } = this.around;
    const tenant = tenancy.current()?.tenant;
    if (tenant === undefined) return exitThread(status);
    outbox.ending({ tenant, requestId: requestId(), failure: undefined, status });
    throw new Exited();
  }
}

/** Leaves the code that has called `process.exit`. */
class Exited extends Error {
  override readonly name = 'Exited';
}

/** The three members that Lambda makes of whatever was thrown. */
export function toFailure(thrown: unknown): FunctionFailure {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}
