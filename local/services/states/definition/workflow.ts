import type { Template } from '../jsonata/template.ts';
import type { AslRetrier, StateType } from './asl.ts';
import type { TaskResource } from './resource-arn.ts';

/** A definition ready to run: names resolved, expressions compiled. */
export interface Machine extends Workflow {
  /** Seconds after which an execution is TIMED_OUT. */
  readonly timeoutSeconds: number | undefined;
}

/** The machine itself, a branch of a Parallel state or the processor of a Map state. */
export interface Workflow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** What leaving a state does besides naming the next one; absent templates mean "nothing assigned", "output as it comes". */
export interface Effects {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
  /** Where in the state they stand (`Choices[0]/`, `Catch[1]/`), which a failed evaluation names; empty for the state's own. */
  readonly place: string;
}

export interface Catcher extends Effects {
  readonly errorEquals: readonly string[];
  readonly next: string;
}

interface CommonState extends Effects {
  readonly name: string;
  /** Undefined ends the workflow. */
  readonly next: string | undefined;
  readonly retriers: readonly AslRetrier[];
  readonly catchers: readonly Catcher[];
}

export interface TaskState extends CommonState {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly arguments: Template | undefined;
  readonly credentials: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}

export interface PassState extends CommonState {
  readonly type: 'Pass';
}

export interface ChoiceRule extends Effects {
  readonly condition: Template;
  readonly next: string;
}

export interface ChoiceState extends CommonState {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly defaultNext: string | undefined;
}

export interface WaitState extends CommonState {
  readonly type: 'Wait';
  readonly seconds: Template | undefined;
  readonly timestamp: Template | undefined;
}

export interface ParallelState extends CommonState {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  readonly branches: readonly Workflow[];
}

export interface MapState extends CommonState {
  readonly type: 'Map';
  readonly processor: Workflow;
  /** A distributed Map runs its iterations as executions of their own, which this history does not show. */
  readonly distributed: boolean;
  readonly label: string | undefined;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedCount: Template | undefined;
  readonly toleratedPercentage: Template | undefined;
}

export interface SucceedState extends CommonState {
  readonly type: 'Succeed';
}

export interface FailState extends CommonState {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}

export type State =
  TaskState | PassState | ChoiceState | WaitState | ParallelState | MapState | SucceedState | FailState;

export type StateOfType<Type extends StateType> = Extract<State, { type: Type }>;
