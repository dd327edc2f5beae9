import type { MapState } from '../../definition/workflow.ts';
import { RUNTIME, StateError, tooLarge, TOLERANCE_EXCEEDED } from '../errors.ts';
import { type Outcome, WAITING } from '../outcome.ts';
import { Payload } from '../payload.ts';
import type { Run } from '../run.ts';
import { type MapItem, Walker, type WaitingForChildren } from '../walker.ts';

type MapRun = Run<MapState>;

/**
 * AWS's limits of iterations at once, whatever MaxConcurrency says.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
 */
const MOST_INLINE = 40;
const MOST_DISTRIBUTED = 10_000;

/** What a Map state says of its iterations, evaluated when it is entered. */
export interface MapSettings {
  readonly items: Payload;
  readonly length: number;
  readonly maxConcurrency: number;
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
  /** How many iterations may fail. Either threshold ends the state when it is passed, so the lower one counts. */
  readonly toleratedFailures: number;
}

/** Runs the processor once per item, as many at a time as MaxConcurrency allows. */
export async function beginMap(run: MapRun): Promise<Outcome> {
  const { state, visit, walker, execution } = run;
  const { items, length, maxConcurrency, toleratedFailures } = await mapSettings(run);
  execution.step(walker, 'MapStateStarted', length);
  if (state.distributed) execution.step(walker, 'MapRunStarted', mapRunArn(run));
  const waiting: WaitingForChildren = {
    kind: 'children',
    children: Array.from({ length }, () => undefined),
    items,
    maxConcurrency,
    toleratedFailures,
  };
  if (length === 0) return finished(run, waiting);
  visit.waiting = waiting;
  startIterations(run, waiting, walker.lastEvent);
  return WAITING;
}

/** Starts iterations while there is room; `previousEventId` is what made the room. */
export function startIterations(run: MapRun, waiting: WaitingForChildren, previousEventId: number): void {
  const { children } = waiting;
  const most = Math.min(waiting.maxConcurrency || Infinity, run.state.distributed ? MOST_DISTRIBUTED : MOST_INLINE);
  let running = children.filter((child) => child && !child.reported).length;
  for (let index = 0; index < children.length; index += 1) {
    if (running >= most) return;
    if (children[index]) continue;
    children[index] = startIteration(run, waiting, index, previousEventId);
    running += 1;
  }
}

function startIteration(run: MapRun, waiting: WaitingForChildren, index: number, previousEventId: number): Walker {
  const { state, execution, walker, engine } = run;
  const child = iterationWalker(run, waiting, index, previousEventId);
  const item = child.mapItem;
  engine.launch(execution, child, async () => {
    const input = await iterationInput(run, item as MapItem);
    if (!state.distributed)
      child.lastEvent = execution.event(walker, previousEventId, 'MapIterationStarted', state.name, index);
    return engine.enter(execution, child, child.workflow.startAt, input)();
  });
  return child;
}

/** What an iteration begins with: its item, or what ItemSelector makes of it. */
export async function iterationInput(run: MapRun, mapItem: MapItem): Promise<Payload> {
  const { itemSelector } = run.state;
  if (!itemSelector) return new Payload(mapItem.Value);
  const input = new Payload(await run.evaluate(itemSelector, 'ItemSelector', { mapItem }));
  if (input.tooLarge) throw tooLarge(run.state.name);
  return input;
}

/** The walker of one iteration, new or as it is taken up after a restart. */
export function iterationWalker(run: MapRun, waiting: WaitingForChildren, index: number, lastEvent: number): Walker {
  const value = (waiting.items?.value as unknown[])[index];
  const silent = run.state.distributed || run.walker.silent;
  return new Walker(run.state.processor, lastEvent, {
    parent: run.walker,
    index,
    mapItem: { Index: index, Value: value },
    silent,
  });
}

/** An iteration has come to its end: the next one starts, or the state is done. */
export function iterationSucceeded(run: MapRun, waiting: WaitingForChildren, child: Walker): Outcome {
  const { execution, walker, state } = run;
  if (!state.distributed)
    walker.lastEvent = execution.event(walker, child.lastEvent, 'MapIterationSucceeded', state.name, child.index);
  return iterationEnded(run, waiting, child);
}

/** A failed iteration fails the state unless as many failures are tolerated. */
export function iterationFailed(run: MapRun, waiting: WaitingForChildren, child: Walker, failure: StateError): Outcome {
  const { execution, walker, state, engine } = run;
  const failed = waiting.children.filter((one) => one?.reported && one.ended === 'failed').length;
  if (failed <= waiting.toleratedFailures) return iterationEnded(run, waiting, child);
  if (!state.distributed) walker.lastEvent = child.lastEvent;
  engine.abort(execution, waiting.children, failure, walker.lastEvent);
  if (state.distributed) throw thresholdExceeded(run);
  // Like the events of the iterations that were cut, it follows the last event of the one that failed, as MapStateFailed does.
  if (failure.error !== RUNTIME) {
    execution.event(walker, walker.lastEvent, 'MapIterationFailed', state.name, child.index);
  }
  throw failure;
}

function thresholdExceeded({ execution, walker }: MapRun): StateError {
  const exceeded = new StateError(TOLERANCE_EXCEEDED, 'The specified tolerated failure threshold was exceeded');
  execution.step(walker, 'MapRunFailed', exceeded.error, exceeded.errorCause);
  return exceeded;
}

function iterationEnded(run: MapRun, waiting: WaitingForChildren, child: Walker): Outcome {
  if (waiting.children.every((one) => one?.reported)) return finished(run, waiting);
  startIterations(run, waiting, child.lastEvent);
  return WAITING;
}

/** The result holds the outputs of the iterations that succeeded, in the order of their items. */
function finished(run: MapRun, waiting: WaitingForChildren): Outcome {
  const { execution, walker, state } = run;
  const succeeded = waiting.children.filter((child) => child?.ended === 'succeeded');
  const result = new Payload(succeeded.map((child) => child?.output?.value));
  if (state.distributed) execution.step(walker, 'MapRunSucceeded');
  execution.event(walker, walker.lastEvent, 'MapStateSucceeded');
  return { result, output: result };
}

/** The fields of a Map state that are evaluated before its first iteration. */
export async function mapSettings(run: MapRun): Promise<MapSettings> {
  const { state } = run;
  const count = { least: 0, most: Infinity };
  const items = await itemsOf(run);
  const { length } = items.value as unknown[];
  const maxConcurrency = (await run.evaluateInteger(state.maxConcurrency, 'MaxConcurrency', count)) ?? 0;
  const toleratedCount = await run.evaluateInteger(state.toleratedCount, 'ToleratedFailureCount', count);
  const toleratedPercentage = await percentageOf(run);
  const byShare = toleratedPercentage === undefined ? Infinity : Math.floor((toleratedPercentage / 100) * length);
  const tolerated = Math.min(toleratedCount ?? Infinity, byShare);
  // An inline Map may say what it tolerates, but only a distributed one tolerates anything.
  const toleratedFailures = tolerated === Infinity || !state.distributed ? 0 : tolerated;
  return { items, length, maxConcurrency, toleratedCount, toleratedPercentage, toleratedFailures };
}

async function percentageOf(run: MapRun): Promise<number | undefined> {
  const field = 'ToleratedFailurePercentage';
  const share = (await run.evaluateTyped(run.state.toleratedPercentage, field, 'number')) as number | undefined;
  if (share === undefined || (share >= 0 && share <= 100)) return share;
  throw run.misfit(`The ${field} field must be a number between 0 and 100 but was: ${share}`, field);
}

async function itemsOf(run: MapRun): Promise<Payload> {
  const { state, visit } = run;
  if (state.items) return new Payload(await run.evaluateTyped(state.items, 'Items', 'array'));
  if (Array.isArray(visit.input.value)) return visit.input;
  throw run.fault(`Map state input must be an array but was: ${visit.input.text}`);
}

function mapRunArn({ execution, state, engine }: MapRun): string {
  const { region, accountId } = engine.host;
  const label = state.label ?? engine.host.uuid().slice(0, 8);
  return `arn:aws:states:${region}:${accountId}:mapRun:${execution.header.machineName}/${label}:${engine.host.uuid()}`;
}
