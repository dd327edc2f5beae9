import type { State, StateOfType } from '../../definition/workflow.ts';
import type { StateType } from '../../definition/asl.ts';
import type { Outcome } from '../outcome.ts';
import type { Run } from '../run.ts';
import { beginChoice } from './choice.ts';
import { beginFail } from './fail.ts';
import { beginMap } from './map.ts';
import { beginParallel } from './parallel.ts';
import { beginPass } from './pass.ts';
import { beginSucceed } from './succeed.ts';
import { beginTask } from './task.ts';
import { beginWait } from './wait.ts';

/** What each type of state does when it is entered or tried again; a type without an action does not compile. */
const ACTIONS: { readonly [Type in StateType]: (run: Run<StateOfType<Type>>) => Outcome | Promise<Outcome> } = {
  Task: beginTask,
  Pass: beginPass,
  Choice: beginChoice,
  Wait: beginWait,
  Parallel: beginParallel,
  Map: beginMap,
  Succeed: beginSucceed,
  Fail: beginFail,
};

export function beginAction(run: Run<State>): Outcome | Promise<Outcome> {
  const begin = ACTIONS[run.state.type] as (run: Run<State>) => Outcome | Promise<Outcome>;
  return begin(run);
}
