import type { Effects } from '../definition/workflow.ts';
import type { Payload } from './payload.ts';

/** What an attempt at a state came to, failures aside (they are thrown as StateErrors). */
export type Outcome = Done | typeof WAITING;

/** Something will call back: a timer, a task, a branch. */
export const WAITING = Symbol('waiting');

export interface Done {
  /** `$states.result`, of the states that have one. */
  readonly result?: Payload;
  /** The output where the state does not say its own. */
  readonly output: Payload;
  /** Where the state chooses its successor itself (Choice). */
  readonly transition?: Effects & { readonly next: string | undefined };
}

/** One move of a walker; a StateError fails its state. */
export type Step = () => Outcome | Promise<Outcome>;
