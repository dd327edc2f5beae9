import type { Host } from '../../../aws-service.ts';
import type { State } from '../definition/workflow.ts';
import type { Integrations } from '../integrations/integrations.ts';
import { type JsonType, type Template, evaluateTemplate, evaluateTyped } from '../jsonata/template.ts';
import { bindingsFor, type StatesExtras } from './bindings.ts';
import { EvaluationError, EvaluationFault, type StateError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Step } from './outcome.ts';
import type { Visit, Walker } from './walker.ts';

/** What an action may ask of the engine. */
export interface EngineParts {
  readonly host: Host;
  readonly integrations: Integrations;
  /** Sets a new walker off; what it fails with before its first state fails the parent's state. */
  launch(execution: Execution, child: Walker, first: Step): void;
  /** Goes on with a visit that waited, unless that attempt is over. */
  resume(run: Run<State>, attempt: number, step: Step): void;
  /** Calls `then` at an instant, as long as the attempt that asked still waits. */
  arm(run: Run<State>, dueMs: number, then: Step): void;
  /** Ends walkers that nobody needs any more, with the events that follow `previousEventId` unless the error is fatal. */
  abort(
    execution: Execution,
    walkers: readonly (Walker | undefined)[],
    because: StateError,
    previousEventId: number,
  ): void;
  /** Enters the first state of a walker. */
  enter(execution: Execution, walker: Walker, stateName: string, input: Visit['input']): Step;
  /** Calls once an execution has ended. */
  whenEnded(executionArn: string, listener: () => void): { cancel(): void };
  /** Writes what has changed, once nothing moves. */
  save(execution: Execution): void;
}

/** An attempt at a state, as its action sees it. */
export class Run<Kind extends State> {
  readonly engine: EngineParts;
  readonly execution: Execution;
  readonly walker: Walker;
  readonly visit: Visit;
  readonly state: Kind;

  constructor(engine: EngineParts, execution: Execution, walker: Walker, visit: Visit) {
    this.engine = engine;
    this.execution = execution;
    this.walker = walker;
    this.visit = visit;
    this.state = visit.state as Kind;
  }

  /** The value of a field, or undefined where the state does not have it. */
  async evaluate(template: Template | undefined, location: string, extras?: StatesExtras): Promise<unknown> {
    if (!template) return undefined;
    const bindings = bindingsFor(this.execution, this.walker, this.visit, [template], extras);
    return this.orFail(evaluateTemplate(template, bindings, location));
  }

  /** The same where the language lays the type down. */
  async evaluateTyped(
    template: Template | undefined,
    location: string,
    type: JsonType,
    extras?: StatesExtras,
  ): Promise<unknown> {
    if (!template) return undefined;
    const bindings = bindingsFor(this.execution, this.walker, this.visit, [template], extras);
    return this.orFail(evaluateTyped(template, bindings, location, type));
  }

  /** The same for a whole number within bounds, which an expression may miss. */
  async evaluateInteger(
    template: Template | undefined,
    location: string,
    bounds: { readonly least: number; readonly most: number },
  ): Promise<number | undefined> {
    const value = (await this.evaluateTyped(template, location, 'number')) as number | undefined;
    if (value === undefined || (Number.isInteger(value) && value >= bounds.least && value <= bounds.most)) return value;
    const range = bounds.most === Infinity ? `not below ${bounds.least}` : `between ${bounds.least} and ${bounds.most}`;
    throw this.misfit(`The ${location} field must be an integer ${range} but was: ${value}`, location);
  }

  /** Fails the state because of a value that was evaluated well and cannot be used. */
  misfit(message: string, location: string): EvaluationError {
    this.visit.decided = true;
    return this.fault(message, location);
  }

  /** Fails the state with AWS's words for a value that cannot be used. */
  fault(message: string, location?: string): EvaluationError {
    return new EvaluationError(new EvaluationFault(message, location), this.state.name, this.visit.enteredEventId);
  }

  private async orFail(evaluation: Promise<unknown>): Promise<unknown> {
    try {
      return await evaluation;
    } catch (error) {
      if (!(error instanceof EvaluationFault)) throw error;
      throw new EvaluationError(error, this.state.name, this.visit.enteredEventId);
    }
  }
}
