import type { Host } from '../../../aws-service.ts';
import type { State } from '../definition/workflow.ts';
import { beginAction } from '../engine/actions/actions.ts';
import { type EngineParts, Run } from '../engine/run.ts';
import { StateError, TIMEOUT } from '../engine/errors.ts';
import type { Execution } from '../engine/execution.ts';
import { type Left, leaveByCatcher, leaveState } from '../engine/leave-state.ts';
import { type Outcome, type Step, WAITING } from '../engine/outcome.ts';
import { quiet } from '../engine/abort.ts';
import { namesError, retrierFor, retryDelayMs } from '../engine/retry.ts';
import type { Visit } from '../engine/walker.ts';
import type { Integrations } from '../integrations/integrations.ts';
import { type Mock, mockedOutcome, type Seen } from './mocked-state.ts';

/** AWS's limit for one test: five minutes. */
const LONGEST_TEST_MS = 5 * 60 * 1000;

/** How the tested state came out. */
export interface Tested {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  readonly left?: Left | undefined;
  readonly failure?: StateError | undefined;
  readonly catchIndex?: number | undefined;
  readonly retryIndex?: number | undefined;
  readonly retryDelayMs?: number | undefined;
  /** What the inspection shows besides input and output. */
  readonly seen: Seen;
}

/**
 * Runs one state by the engine's own actions, once: nothing is written, no other state is entered, and a Retrier is only
 * asked what it would do. Branches and iterations do not run, since their states come with a mock.
 */
export class SingleState implements EngineParts {
  readonly host: Host;
  readonly integrations: Integrations;
  private goOn: ((step: Step) => void) | undefined;

  constructor(host: Host, integrations: Integrations) {
    this.host = host;
    this.integrations = integrations;
  }

  /** `retries`: how often the Retrier that takes the failure has been used before. */
  async test(execution: Execution, mock: Mock | undefined, retries: number): Promise<Tested> {
    const run = new Run<State>(this, execution, execution.root, execution.root.visit as Visit);
    const seen: Seen = {};
    try {
      const outcome = mock ? await mockedOutcome(run, mock, seen) : await this.outcome(run, seen);
      if (outcome.result) seen.result = outcome.result;
      return { status: 'SUCCEEDED', left: await leaveState(run, outcome), seen };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return await this.failed(run, error, retries, seen);
    } finally {
      quiet(run.visit);
    }
  }

  launch(): void {}

  abort(): void {}

  save(): void {}

  enter(): Step {
    throw new Error('A test of one state enters no other.');
  }

  whenEnded(): never {
    throw new Error('A test of one state waits for no execution.');
  }

  resume(run: Run<State>, attempt: number, step: Step): void {
    if (run.visit.attempt !== attempt) return;
    quiet(run.visit);
    run.visit.attempt += 1;
    this.goOn?.(step);
  }

  arm(run: Run<State>, dueMs: number, then: Step): void {
    const { attempt } = run.visit;
    run.visit.timers.push(this.host.clock.at(dueMs, () => this.resume(run, attempt, then)));
  }

  /** Does what the state does, calls to services included. */
  private async outcome(run: Run<State>, seen: Seen): Promise<Exclude<Outcome, typeof WAITING>> {
    const deadline = this.host.clock.now() + LONGEST_TEST_MS;
    let outcome = await beginAction(run);
    while (outcome === WAITING) {
      if (run.visit.waiting?.kind === 'task') seen.arguments = run.visit.waiting.parameters;
      outcome = await (await this.nextStep(run, deadline))();
    }
    return outcome;
  }

  private nextStep(run: Run<State>, deadlineMs: number): Promise<Step> {
    return new Promise((resolve) => {
      this.goOn = resolve;
      this.arm(run, deadlineMs, () => {
        throw new StateError(TIMEOUT, 'The test of the state took more than five minutes.');
      });
      for (const call of run.execution.calls.splice(0)) call();
    });
  }

  /** Retry comes before Catch, as in an execution. */
  private async failed(run: Run<State>, failure: StateError, retries: number, seen: Seen): Promise<Tested> {
    const { state } = run;
    const used = state.retriers.map(() => retries);
    const retrier = retrierFor(state.retriers, used, failure);
    if (retrier) {
      const delayMs = retryDelayMs(retrier.retrier, retries, () => this.host.random());
      return { status: 'RETRIABLE', failure, retryIndex: retrier.index, retryDelayMs: delayMs, seen };
    }
    const catchIndex = state.catchers.findIndex(({ errorEquals }) => namesError(errorEquals, failure));
    const catcher = state.catchers[catchIndex];
    if (!catcher) return { status: 'FAILED', failure, seen };
    try {
      return {
        status: 'CAUGHT_ERROR',
        failure,
        catchIndex,
        left: await leaveByCatcher(run, catcher, failure),
        seen,
      };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      return { status: 'FAILED', failure: error, seen };
    }
  }
}
