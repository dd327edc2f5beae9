import type { MapState, ParallelState, State, TaskState } from '../definition/workflow.ts';
import { beginTask } from '../engine/actions/task.ts';
import { iterationInput, type MapSettings, mapSettings } from '../engine/actions/map.ts';
import { StateError, TOLERANCE_EXCEEDED } from '../engine/errors.ts';
import type { Done } from '../engine/outcome.ts';
import { Payload } from '../engine/payload.ts';
import type { Run } from '../engine/run.ts';
import type { WaitingForTask } from '../engine/walker.ts';

/** What stands for the work of the state: its result or its failure. */
export interface Mock {
  readonly result: Payload | undefined;
  readonly failure: StateError | undefined;
  /** Of a Map state: how many of its iterations failed. */
  readonly failedIterations: number;
}

/** Intermediate values of a state, for the inspection. */
export interface Seen {
  arguments?: Payload;
  result?: Payload;
  itemInputs?: Payload;
  map?: MapSettings;
}

/** Evaluates what the state would have worked with, and takes the mock for what came of it. */
export async function mockedOutcome(run: Run<State>, mock: Mock, seen: Seen): Promise<Done> {
  switch (run.state.type) {
    case 'Task':
      await mockTask(run as Run<TaskState>, seen);
      break;
    case 'Parallel':
      await mockParallel(run as Run<ParallelState>, seen);
      break;
    case 'Map':
      await mockMap(run as Run<MapState>, mock, seen);
      break;
    default:
      throw new Error(`A ${run.state.type} state takes no mock: the request should have been refused.`);
  }
  if (mock.failure) throw mock.failure;
  const result = mock.result as Payload;
  return { result, output: result };
}

/** Schedules the task and then forgets the call that would follow. */
async function mockTask(run: Run<TaskState>, seen: Seen): Promise<void> {
  await beginTask(run);
  run.execution.calls = [];
  seen.arguments = (run.visit.waiting as WaitingForTask).parameters;
}

async function mockParallel(run: Run<ParallelState>, seen: Seen): Promise<void> {
  const { state } = run;
  if (state.arguments) seen.arguments = new Payload(await run.evaluate(state.arguments, 'Arguments'));
}

async function mockMap(run: Run<MapState>, mock: Mock, seen: Seen): Promise<void> {
  const settings = await mapSettings(run);
  seen.map = settings;
  const items = settings.items.value as unknown[];
  const inputs: unknown[] = [];
  for (const [Index, Value] of items.entries()) inputs.push((await iterationInput(run, { Index, Value })).value);
  if (run.state.itemSelector) seen.itemInputs = new Payload(inputs);
  if (mock.failedIterations > settings.toleratedFailures) {
    throw new StateError(TOLERANCE_EXCEEDED, 'The specified tolerated failure threshold was exceeded');
  }
}
