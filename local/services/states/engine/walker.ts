import type { State, Workflow } from '../definition/workflow.ts';
import type { Payload } from './payload.ts';
import { Scope } from './scope.ts';

/** The item of a Map iteration, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  readonly Index: number;
  readonly Value: unknown;
}

/** One path through a workflow: the execution itself, a branch of a Parallel state or an iteration of a Map state. */
export class Walker {
  readonly workflow: Workflow;
  readonly parent: Walker | undefined;
  /** Position among the branches or iterations of the parent's state. */
  readonly index: number;
  readonly scope: Scope;
  readonly mapItem: MapItem | undefined;
  /** Iterations of a distributed Map leave no events in this history; they count their own. */
  readonly silent: boolean;
  silentEvents = 0;
  /** The event that the next one of this path names as its previous one. */
  lastEvent: number;
  visit: Visit | undefined;
  ended: 'succeeded' | 'failed' | 'aborted' | undefined;
  output: Payload | undefined;
  /** True once the parent's state has taken notice of the end. */
  reported = false;

  constructor(
    workflow: Workflow,
    lastEvent: number,
    from?: { parent: Walker; index: number; mapItem?: MapItem; silent?: boolean },
  ) {
    this.workflow = workflow;
    this.lastEvent = lastEvent;
    this.parent = from?.parent;
    this.index = from?.index ?? 0;
    this.mapItem = from?.mapItem ?? from?.parent.mapItem;
    this.silent = from?.silent ?? from?.parent.silent ?? false;
    // Iterations of a distributed Map are executions of their own and do not see outer variables.
    const apart = this.silent && from?.parent.silent === false;
    this.scope = new Scope(apart ? undefined : from?.parent.scope);
  }
}

/** The stay of a walker in one state, over all attempts. */
export interface Visit {
  readonly state: State;
  readonly input: Payload;
  readonly enteredEventId: number;
  readonly enteredMs: number;
  /** The event before the entry. What fails in the first decision of a state follows this one in AWS's histories. */
  readonly previousEventId: number;
  /** True once anything has happened after the entry. */
  decided: boolean;
  /** Attempts used up, per Retrier: each counts for itself during the whole visit. */
  retries: number[];
  /** Tells the answers of an earlier attempt from those of this one. */
  attempt: number;
  waiting: Waiting | undefined;
  timers: { cancel(): void }[];
}

/** A visit that has just begun. */
export function newVisit(
  state: State,
  input: Payload,
  entry: Pick<Visit, 'enteredEventId' | 'enteredMs' | 'previousEventId'>,
): Visit {
  return { state, input, ...entry, decided: false, retries: [], attempt: 0, waiting: undefined, timers: [] };
}

/** What a visit waits for; kept on disk, so that a restart goes on waiting. */
export type Waiting = WaitingForTime | WaitingForTask | WaitingForChildren;

export interface WaitingForTime {
  readonly kind: 'time' | 'retry';
  readonly dueMs: number;
}

export interface WaitingForTask {
  readonly kind: 'task';
  readonly parameters: Payload;
  readonly token: string | undefined;
  readonly timeoutDueMs: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  heartbeatDueMs: number | undefined;
  /** True when the call has been made and only the token, or the end of the child, is awaited. */
  submitted: boolean;
  /** The execution whose end a `.sync` task waits for. */
  childArn: string | undefined;
}

export interface WaitingForChildren {
  readonly kind: 'children';
  /** By branch or iteration; undefined where none has started yet. */
  readonly children: (Walker | undefined)[];
  /** Of a Map state. */
  readonly items: Payload | undefined;
  readonly maxConcurrency: number;
  readonly toleratedFailures: number;
  /** True once the children that ended have decided how the state goes on. Not kept: a redrive asks again. */
  decided?: boolean;
}
