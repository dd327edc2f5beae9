import type { Host } from '../../../aws-service.ts';
import type { State } from '../definition/workflow.ts';
import type { Integrations } from '../integrations/integrations.ts';
import { beginAction } from './actions/actions.ts';
import { abortWalkers, quiet } from './abort.ts';
import { childEnded } from './child-ended.ts';
import { endFromOutside, failExecution, finish } from './ending.ts';
import { RUNTIME, StateError, TIMEOUT } from './errors.ts';
import type { Execution } from './execution.ts';
import { logEvaluation, logStateFailed, logTaskCut, takeRetry } from './failure.ts';
import { leaveByCatcher, leaveState } from './leave-state.ts';
import { type Step, WAITING } from './outcome.ts';
import { Payload } from './payload.ts';
import { namesError } from './retry.ts';
import { type EngineParts, Run } from './run.ts';
import { newVisit, type Visit, type Walker } from './walker.ts';

/** Who keeps executions and tells the world about them. */
export interface Keeper {
  /** Writes an execution whose walkers all stand still; resolves when it is on disk. */
  keep(execution: Execution): Promise<void>;
  /** Calls once an execution has ended, also when it has already. */
  whenEnded(executionArn: string, listener: () => void): { cancel(): void };
}

/** A walker and its next move; undefined when it waits or has ended. */
type Move = readonly [Walker, Step] | undefined;

/** A walker that never waits (a loop of Pass states) lets others have their turn after this many moves. */
const MOVES_PER_TURN = 64;

/**
 * Moves walkers from state to state. A walker moves until it waits for a timer, a task or its children; when all walkers of
 * an execution stand still, its log and its state are written in one batch, and then the calls that follow are made.
 */
export class Engine implements EngineParts {
  readonly host: Host;
  readonly integrations: Integrations;
  private readonly keeper: Keeper;

  constructor(host: Host, integrations: Integrations, keeper: Keeper) {
    this.host = host;
    this.integrations = integrations;
    this.keeper = keeper;
  }

  /** Begins a new execution. `execution.written` then tells when it is on disk. */
  begin(execution: Execution): void {
    execution.event(execution.root, 0, 'ExecutionStarted', execution.input, execution.header.roleArn);
    const { timeoutSeconds } = execution.machine;
    if (timeoutSeconds !== undefined) execution.timeoutDueMs = this.host.clock.now() + timeoutSeconds * 1000;
    this.armTimeout(execution);
    this.launch(
      execution,
      execution.root,
      this.enter(execution, execution.root, execution.machine.startAt, execution.input),
    );
  }

  armTimeout(execution: Execution): void {
    if (execution.timeoutDueMs === undefined) return;
    execution.timeoutTimer = this.host.clock.at(execution.timeoutDueMs, () => {
      endFromOutside(execution, 'TIMED_OUT', 'ExecutionTimedOut', this.host.clock.now(), TIMEOUT);
      this.save(execution);
    });
  }

  /** Ends a running execution from outside. */
  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    endFromOutside(execution, 'ABORTED', 'ExecutionAborted', this.host.clock.now(), error, cause);
    this.save(execution);
  }

  enter(execution: Execution, walker: Walker, stateName: string, input: Payload): Step {
    return () => {
      const state = walker.workflow.states.get(stateName) as State;
      const previousEventId = walker.lastEvent;
      const enteredEventId = execution.step(walker, `${state.type}StateEntered`, state.name, input);
      walker.visit = newVisit(state, input, { enteredEventId, enteredMs: this.host.clock.now(), previousEventId });
      return beginAction(this.run(execution, walker));
    };
  }

  launch(execution: Execution, walker: Walker, first: Step): void {
    void this.drive(execution, [walker, first]);
  }

  resume(run: Run<State>, attempt: number, step: Step): void {
    const { execution, walker, visit } = run;
    if (execution.ended || walker.ended || walker.visit !== visit || visit.attempt !== attempt) return;
    this.settle(visit);
    visit.decided = true;
    void this.drive(execution, [walker, step]);
  }

  arm(run: Run<State>, dueMs: number, then: Step): void {
    const { attempt } = run.visit;
    run.visit.timers.push(this.host.clock.at(dueMs, () => this.resume(run, attempt, then)));
  }

  abort(
    execution: Execution,
    walkers: readonly (Walker | undefined)[],
    because: StateError,
    previousEventId: number,
  ): void {
    abortWalkers(execution, walkers, because.error === RUNTIME ? undefined : previousEventId);
  }

  whenEnded(executionArn: string, listener: () => void): { cancel(): void } {
    return this.keeper.whenEnded(executionArn, listener);
  }

  /** Writes the execution now, or when its walkers stand still. */
  save(execution: Execution): void {
    if (execution.moving > 0) return;
    execution.saved(this.keeper.keep(execution));
    const { calls } = execution;
    execution.calls = [];
    for (const call of calls) call();
    if (execution.orphans.length > 0) this.integrations.stopOrphans(execution);
  }

  run(execution: Execution, walker: Walker): Run<State> {
    return new Run(this, execution, walker, walker.visit as Visit);
  }

  private async drive(execution: Execution, first: Move): Promise<void> {
    const done = this.host.clock.busy();
    execution.moving += 1;
    try {
      let moves = 0;
      for (let move = first; move; moves += 1) {
        if (moves % MOVES_PER_TURN === MOVES_PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
        move = await this.move(execution, ...move);
      }
    } catch (error) {
      this.giveUp(execution, error);
    } finally {
      execution.moving -= 1;
      this.save(execution);
      done();
    }
  }

  /** One move: the step, and what follows from how it came out. */
  private async move(execution: Execution, walker: Walker, step: Step): Promise<Move> {
    const before = walker.visit;
    const over = (): boolean => execution.ended || walker.ended !== undefined;
    try {
      const outcome = await step();
      if (over() || outcome === WAITING) return undefined;
      const run = this.run(execution, walker);
      if (run.visit === before) run.visit.decided = true;
      this.settle(run.visit);
      const { next, output } = await leaveState(run, outcome);
      if (over()) return undefined;
      return next === undefined
        ? this.succeeded(execution, walker, output)
        : [walker, this.enter(execution, walker, next, output)];
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (over()) return undefined;
      // What a walker fails with before its first state (an ItemSelector) is its parent's failure.
      const failing = walker.visit === undefined && before === undefined ? (walker.parent ?? walker) : walker;
      if (failing !== walker) walker.ended = 'aborted';
      return this.failed(execution, failing, error);
    }
  }

  private succeeded(execution: Execution, walker: Walker, output: Payload): Move {
    walker.output = output;
    walker.ended = 'succeeded';
    const { parent } = walker;
    if (!parent) {
      execution.step(walker, 'ExecutionSucceeded', output);
      finish(execution, 'SUCCEEDED', this.host.clock.now());
      return undefined;
    }
    return [parent, () => childEnded(this.run(execution, parent), walker, undefined)];
  }

  /** Retry comes before Catch; what neither takes fails the workflow. */
  private async failed(execution: Execution, walker: Walker, failure: StateError): Promise<Move> {
    const run = this.run(execution, walker);
    const { visit, state } = run;
    const children = visit.waiting?.kind === 'children' ? visit.waiting : undefined;
    if (children) this.abort(execution, children.children, failure, walker.lastEvent);
    this.settle(visit);
    logEvaluation(run, failure);
    const delayMs = takeRetry(run, failure);
    if (delayMs !== undefined) {
      this.waitToRetry(run, this.host.clock.now() + delayMs);
      return undefined;
    }
    const beforeFailed = walker.lastEvent;
    logStateFailed(run, failure);
    const catcher = state.catchers.find(({ errorEquals }) => namesError(errorEquals, failure));
    if (catcher) {
      try {
        const { next, output } = await leaveByCatcher(run, catcher, failure);
        return execution.ended || walker.ended
          ? undefined
          : [walker, this.enter(execution, walker, next as string, output)];
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        // The Catcher failed in the place of the state, which fails once more.
        walker.lastEvent = beforeFailed;
        logEvaluation(run, error);
        logStateFailed(run, error);
        visit.waiting = children;
        return this.failedForGood(execution, walker, error);
      }
    }
    // A redrive goes on with the branches that did succeed.
    visit.waiting = children;
    return this.failedForGood(execution, walker, failure);
  }

  /** Arms the timer of a retry, new or taken up after a restart. */
  waitToRetry(run: Run<State>, dueMs: number): void {
    run.visit.waiting = { kind: 'retry', dueMs };
    this.arm(run, dueMs, () => beginAction(run));
  }

  private failedForGood(execution: Execution, walker: Walker, failure: StateError): Move {
    walker.ended = 'failed';
    const { parent } = walker;
    logTaskCut(this.run(execution, walker), failure);
    if (!parent) {
      failExecution(execution, this.host.clock.now(), failure.error, failure.errorCause);
      return undefined;
    }
    return [parent, () => childEnded(this.run(execution, parent), walker, failure)];
  }

  /** The event limit, or a defect of the engine: the execution must not hang. */
  private giveUp(execution: Execution, error: unknown): void {
    const { message, stack } = error as Error;
    if (!(error instanceof StateError)) this.host.report(`states: ${execution.header.arn} failed: ${stack ?? message}`);
    failExecution(execution, this.host.clock.now(), RUNTIME, message);
  }

  /** The attempt is over: nothing of it may call back any more. */
  private settle(visit: Visit): void {
    quiet(visit);
    visit.attempt += 1;
    visit.waiting = undefined;
  }
}
