import type { MapState, ParallelState, State, Workflow } from '../definition/workflow.ts';
import { Payload } from '../engine/payload.ts';
import { Walker, type Visit, type Waiting } from '../engine/walker.ts';

/** A payload on disk: the event that shows it, or where none does, itself. */
type PayloadReference = number | { readonly v: unknown };

/** A walker on disk. Values are not repeated: the log has them. */
export interface Frame {
  readonly l: number;
  readonly e?: 'succeeded' | 'failed' | 'aborted';
  readonly o?: PayloadReference;
  /** Variables: name to the event that assigned it. */
  readonly v?: Readonly<Record<string, number>>;
  readonly s?: VisitFrame;
}

interface VisitFrame {
  readonly n: string;
  readonly i: PayloadReference;
  readonly e: number;
  readonly t: number;
  readonly p: number;
  readonly d?: 1;
  readonly r?: readonly number[];
  readonly w?: WaitingFrame;
}

type WaitingFrame =
  | { readonly k: 'time'; readonly d: number }
  | { readonly k: 'retry'; readonly d: number }
  | {
      readonly k: 'task';
      readonly p: PayloadReference;
      readonly tk?: string | undefined;
      readonly to?: number | undefined;
      readonly hs?: number | undefined;
      readonly hd?: number | undefined;
      readonly sb?: 1 | undefined;
      readonly c?: string | undefined;
    }
  | {
      readonly k: 'children';
      readonly c: readonly (Frame | null)[];
      readonly i?: PayloadReference | undefined;
      readonly m: number;
      readonly t: number;
    };

/** What the log gives back about an event. */
export interface LogReader {
  payload(eventId: number): Payload;
  variables(eventId: number): Readonly<Record<string, unknown>>;
}

export function frameOf(walker: Walker): Frame {
  const { visit, ended, output, scope, lastEvent } = walker;
  const variables = scope.origins;
  return {
    l: lastEvent,
    ...(ended && { e: ended }),
    ...(output && { o: reference(output) }),
    ...(variables && { v: variables }),
    ...(visit && ended !== 'succeeded' && { s: visitFrame(visit) }),
  };
}

function visitFrame(visit: Visit): VisitFrame {
  return {
    n: visit.state.name,
    i: reference(visit.input),
    e: visit.enteredEventId,
    t: visit.enteredMs,
    p: visit.previousEventId,
    ...(visit.decided && { d: 1 }),
    ...(visit.retries.length > 0 && { r: visit.retries }),
    ...(visit.waiting && { w: waitingFrame(visit.waiting) }),
  };
}

function waitingFrame(waiting: Waiting): WaitingFrame {
  switch (waiting.kind) {
    case 'time':
    case 'retry':
      return { k: waiting.kind, d: waiting.dueMs };
    case 'task':
      return {
        k: 'task',
        p: reference(waiting.parameters),
        tk: waiting.token,
        to: waiting.timeoutDueMs,
        hs: waiting.heartbeatSeconds,
        hd: waiting.heartbeatDueMs,
        sb: waiting.submitted ? 1 : undefined,
        c: waiting.childArn,
      };
    case 'children':
      return {
        k: 'children',
        // An iteration of a distributed Map has no log to go on from; after a restart it runs again.
        c: waiting.children.map((child) =>
          child && (!child.silent || child.ended === 'succeeded') ? frameOf(child) : null,
        ),
        i: waiting.items && reference(waiting.items),
        m: waiting.maxConcurrency,
        t: waiting.toleratedFailures,
      };
  }
}

/** Puts what a frame says into a new walker. */
export function thaw(frame: Frame, walker: Walker, log: LogReader): Walker {
  walker.lastEvent = frame.l;
  walker.ended = frame.e;
  walker.reported = frame.e !== undefined;
  if (frame.o !== undefined) walker.output = dereference(frame.o, log);
  for (const [name, eventId] of Object.entries(frame.v ?? {})) {
    walker.scope.assign({ [name]: log.variables(eventId)[name] }, eventId);
  }
  if (frame.s) walker.visit = thawVisit(frame.s, walker, log);
  return walker;
}

function thawVisit(frame: VisitFrame, walker: Walker, log: LogReader): Visit {
  const state = walker.workflow.states.get(frame.n) as State;
  return {
    state,
    input: dereference(frame.i, log),
    enteredEventId: frame.e,
    enteredMs: frame.t,
    previousEventId: frame.p,
    decided: frame.d === 1,
    retries: [...(frame.r ?? [])],
    attempt: 0,
    waiting: frame.w && thawWaiting(frame.w, state, walker, log),
    timers: [],
  };
}

function thawWaiting(frame: WaitingFrame, state: State, walker: Walker, log: LogReader): Waiting {
  if (frame.k === 'time' || frame.k === 'retry') return { kind: frame.k, dueMs: frame.d };
  if (frame.k === 'task') {
    return {
      kind: 'task',
      parameters: dereference(frame.p, log),
      token: frame.tk,
      timeoutDueMs: frame.to,
      heartbeatSeconds: frame.hs,
      heartbeatDueMs: frame.hd,
      submitted: frame.sb === 1,
      childArn: frame.c,
    };
  }
  const items = frame.i === undefined ? undefined : dereference(frame.i, log);
  const children = frame.c.map((child, index) => child && thaw(child, childWalker(state, walker, index, items), log));
  return {
    kind: 'children',
    children: children.map((child) => child ?? undefined),
    items,
    maxConcurrency: frame.m,
    toleratedFailures: frame.t,
  };
}

function childWalker(state: State, parent: Walker, index: number, items: Payload | undefined): Walker {
  if (state.type === 'Parallel') return new Walker(branch(state, index), 0, { parent, index });
  const { processor, distributed } = state as MapState;
  const mapItem = { Index: index, Value: (items?.value as unknown[])[index] };
  return new Walker(processor, 0, { parent, index, mapItem, silent: distributed || parent.silent });
}

function branch(state: ParallelState, index: number): Workflow {
  return state.branches[index] as Workflow;
}

function reference(payload: Payload): PayloadReference {
  return payload.eventId ?? { v: payload.value };
}

function dereference(kept: PayloadReference, log: LogReader): Payload {
  return typeof kept === 'number' ? log.payload(kept) : new Payload(kept.v);
}
