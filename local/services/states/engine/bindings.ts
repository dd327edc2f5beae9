import type { Template } from '../jsonata/template.ts';
import type { Bindings } from '../jsonata/expression.ts';
import type { Execution } from './execution.ts';
import type { Payload } from './payload.ts';
import type { MapItem, Visit, Walker } from './walker.ts';

/** What `$states` holds besides the input. */
export interface StatesExtras {
  readonly result?: Payload | undefined;
  readonly errorOutput?: object | undefined;
  readonly token?: string | undefined;
  readonly mapItem?: MapItem | undefined;
}

/** What the expressions of a state see: its variables and `$states`. */
export function bindingsFor(
  execution: Execution,
  walker: Walker,
  visit: Visit,
  templates: readonly (Template | undefined)[],
  extras: StatesExtras = {},
): Bindings {
  const states: Record<string, unknown> = { input: visit.input.value };
  if (extras.result !== undefined) states['result'] = extras.result.value;
  if (extras.errorOutput !== undefined) states['errorOutput'] = extras.errorOutput;
  if (templates.some((template) => template?.usesContext))
    states['context'] = contextObject(execution, walker, visit, extras);
  return { ...walker.scope.variables, states };
}

/** The context object of AWS: who runs, what runs, and since when. */
function contextObject(execution: Execution, walker: Walker, visit: Visit, extras: StatesExtras): object {
  const { header } = execution;
  const mapItem = extras.mapItem ?? walker.mapItem;
  const context = {
    Execution: {
      Id: header.arn,
      Input: execution.input.value,
      Name: header.name,
      RoleArn: header.roleArn,
      StartTime: timestamp(header.startMs),
      RedriveCount: execution.redriveCount,
      ...(execution.redriveMs !== undefined && { RedriveTime: timestamp(execution.redriveMs) }),
    },
    State: { EnteredTime: timestamp(visit.enteredMs), Name: visit.state.name, RetryCount: retryCount(visit) },
    StateMachine: { Id: header.machineArn, Name: header.machineName },
    ...(extras.token !== undefined && { Task: { Token: extras.token } }),
    ...(mapItem && { Map: { Item: mapItem } }),
  };
  return execution.givenContext ? withGiven(context, execution.givenContext) : context;
}

/** TestState may say what the context object holds; members that it leaves out stay as they are. */
function withGiven(context: object, given: object): object {
  const merged: Record<string, unknown> = { ...context };
  for (const [name, value] of Object.entries(given)) {
    const before = merged[name];
    merged[name] = isObject(before) && isObject(value) ? withGiven(before, value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function retryCount(visit: Visit): number {
  return visit.retries.reduce((sum, used) => sum + (used ?? 0), 0);
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
