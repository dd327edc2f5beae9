import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  RedriveExecutionCommand,
  type DescribeExecutionOutput,
} from '@aws-sdk/client-sfn';
import { ENVIRONMENT } from '../../core/environment.ts';
import { StoreUnavailableError } from '../../core/errors.ts';
import { executionNameOf } from '../../core/ids.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import type { ChangeContext } from '../../core/order-change.ts';
import type { Order } from '../../core/order.ts';
import { supersededIntervention } from '../intervention/intervention-store.ts';
import { currentIntervention } from '../intervention/record-decision.ts';
import { OrderStore } from './order-store.ts';
import { requireEnvironment } from './require-environment.ts';
import { startSaga } from './start-saga.ts';
import { stepFunctions } from './step-functions-client.ts';

/**
 * What was done for the saga of an order:
 * - `started`: its run had never begun
 * - `running`: nothing, it runs
 * - `redriven`: the execution had died and goes on where it was
 * - `restarted`: that was not possible any more, and another run walks the guarded steps again
 * - `ended`: nothing, the order has come to its end
 */
export type Revival = 'started' | 'running' | 'redriven' | 'restarted' | 'ended';

/** Step Functions keeps an execution for 90 days from its end; one that is not found may have been forgotten. */
const EXECUTION_KEPT_MS = 90 * 24 * 60 * 60 * 1000;
/** Others may revive the same order at the same moment: it is looked at again when it has changed meanwhile. */
const LOOKS = 5;

/**
 * Sees to it that somebody carries the order on. Safe at any time and however often: executions have names, and a new run is
 * written on the order before it is started, so that whoever comes after a crash starts that very run.
 * @param order as the caller has read or written it
 */
export async function reviveSaga(
  order: Order,
  context: Pick<ChangeContext, 'now' | 'causationId'>,
  store: OrderStore = new OrderStore(),
): Promise<Revival> {
  let seen = order;
  for (let look = 1; look <= LOOKS; look += 1) {
    const execution = await describeRun(seen);
    if (execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE') return 'running';
    // Only now the order is read: what the execution did last is on it, and it may have ended well.
    const current = await store.get(order.orderId);
    if (isTerminal(current.status)) return 'ended';
    const revival = current.run === seen.run ? await revive(current, execution, context, store) : undefined;
    if (revival) return revival;
    seen = current;
  }
  throw new StoreUnavailableError(`Order ${order.orderId} was changed ${LOOKS} times meanwhile; try again.`);
}

/** @returns undefined when somebody else has changed the order meanwhile */
async function revive(
  order: Order,
  execution: DescribeExecutionOutput | undefined,
  context: Pick<ChangeContext, 'now' | 'causationId'>,
  store: OrderStore,
): Promise<Revival | undefined> {
  if (!execution) {
    const ageMs = Date.parse(context.now) - Date.parse(order.restartedAt ?? order.createdAt);
    if (ageMs >= EXECUTION_KEPT_MS) return restart(order, 'ExecutionForgotten', context, store);
    await startSaga(order);
    return 'started';
  }
  if (execution.redriveStatus === 'REDRIVABLE') {
    const redriven = await redrive(execution);
    if (redriven) return redriven;
  }
  return restart(order, REASONS[execution.status ?? ''] ?? 'ExecutionFailed', context, store);
}

/** Reasons in the event SagaRestarted. SUCCEEDED with an order that is under way: the order was changed behind its back. */
const REASONS: Readonly<Record<string, string>> = {
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
  SUCCEEDED: 'ExecutionEndedEarly',
};

/** The execution of the run that the order is in; undefined when there is none (any more). */
export async function describeRun({ orderId, run }: Order): Promise<DescribeExecutionOutput | undefined> {
  const machineArn = requireEnvironment(ENVIRONMENT.stateMachineArn);
  const executionArn = `${machineArn.replace(':stateMachine:', ':execution:')}:${executionNameOf(orderId, run)}`;
  try {
    return await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** @returns undefined when it cannot be redriven: 14 days after its end, or with a history that is full */
async function redrive({ executionArn }: DescribeExecutionOutput): Promise<'redriven' | 'running' | undefined> {
  try {
    await stepFunctions.send(new RedriveExecutionCommand({ executionArn }));
    return 'redriven';
  } catch (error) {
    if (!(error instanceof ExecutionNotRedrivable)) throw error;
    // Another caller was faster. What is described lags behind; the refusal does not.
    return /RUNNING|PENDING_REDRIVE/.test(error.message) ? 'running' : undefined;
  }
}

/** @returns undefined when somebody else has changed the order meanwhile */
async function restart(
  order: Order,
  reason: string,
  context: Pick<ChangeContext, 'now' | 'causationId'>,
  store: OrderStore,
): Promise<Revival | undefined> {
  const intervention = await currentIntervention(order);
  // The decision is written on the order, where the new run finds it; the execution that waited for it is gone.
  const closing = intervention?.status === 'DECIDED' ? [supersededIntervention(intervention, context.now)] : [];
  try {
    const { order: restarted } = await store.commit(
      order,
      {
        change({ version }) {
          if (version !== order.version) throw new ChangedMeanwhile();
          return { type: 'SagaRestarted', details: { run: order.run + 1, reason } };
        },
        effects: { of: () => closing, refusal: () => new ChangedMeanwhile() },
      },
      context,
    );
    await startSaga(restarted);
    return 'restarted';
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return undefined;
    throw error;
  }
}

/** The order is not as it was looked at. */
class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}
