import { violations } from '../../core/invariants.ts';
import type { Violation } from '../../core/invariants/snapshot.ts';
import { recordsIn } from '../../core/order-records.ts';
import type { Booking, PaymentIntent } from '../../core/ports.ts';
import type { StepName } from '../../core/saga-steps.ts';
import type { StockItem } from '../../core/stock.ts';
import { handler as chargePayment } from '../../functions/payment/charge-payment.ts';
import { handler as closeIntervention } from '../../functions/intervention/close-intervention.ts';
import { handler as closeOrder } from '../../functions/order/close-order.ts';
import { handler as completeOrder } from '../../functions/order/complete-order.ts';
import { handler as openIntervention } from '../../functions/intervention/open-intervention.ts';
import { handler as refundPayment } from '../../functions/payment/refund-payment.ts';
import { handler as releaseInventory } from '../../functions/inventory/release-inventory.ts';
import { handler as reserveInventory } from '../../functions/inventory/reserve-inventory.ts';
import { handler as resolvePayment } from '../../functions/payment/resolve-payment.ts';
import { handler as resolveShipment } from '../../functions/shipment/resolve-shipment.ts';
import { handler as shipOrder } from '../../functions/shipment/ship-order.ts';
import { ORDER_ID } from '../orders.ts';
import {
  type Assign,
  catcherOf,
  DEFINITION,
  type Definition,
  evaluated,
  type State,
  type TaskState,
} from '../statemachines/definition.ts';
import { PAYLOAD, type SagaUnderTest } from './saga-under-test.ts';

export const HANDLERS: Readonly<Record<StepName, unknown>> = {
  ReserveInventory: reserveInventory,
  ChargePayment: chargePayment,
  ShipOrder: shipOrder,
  CompleteOrder: completeOrder,
  RefundPayment: refundPayment,
  ReleaseInventory: releaseInventory,
  CloseOrder: closeOrder,
  ResolvePayment: resolvePayment,
  ResolveShipment: resolveShipment,
  OpenIntervention: openIntervention,
  CloseIntervention: closeIntervention,
};

/** What a function answers, or whoever sends the answer of a waiting task. */
export type Answer = object;

export interface Visited {
  readonly name: StepName;
  readonly state: TaskState;
  /** Put together anew for each try, as the machine does: a waiting task gets a new token each time. */
  readonly payload: () => Promise<object>;
}

/** How the machine visits one state: it resolves with what the step answers, and rejects with the error it gives up for. */
export type Visit = (visited: Visited) => Promise<Answer>;

/** What becomes of an execution that waits: the answer that somebody sends with its token, or undefined at the deadline. */
export type Wait = () => Promise<Answer | undefined>;

export interface Walk {
  readonly visit: Visit;
  readonly wait?: Wait;
  readonly newToken?: () => string;
  readonly definition?: Definition;
  readonly input?: object;
}

const NOBODY_DECIDES: Wait = () => Promise.reject(new Error('the execution waits, and nobody is there'));

/** The longest way of these tests, by two interventions, takes some twenty states. */
const MOST_VISITS = 100;

/** Walks a definition as Step Functions does, and answers what it puts out. Rejects where the execution would fail. */
export async function walkSaga({
  visit,
  wait = NOBODY_DECIDES,
  newToken = () => 'token',
  definition = DEFINITION,
  input = PAYLOAD,
}: Walk): Promise<Answer> {
  let name = definition.StartAt;
  let variables: Readonly<Record<string, unknown>> = {};
  let given: unknown = input;
  let visits = 0;
  for (;;) {
    const state = definition.States[name]!;
    if (state.Type === 'Choice') {
      const { next, assign } = await chosen(state, variables, given);
      variables = { ...variables, ...(await assigned(assign, variables, { input: given })) };
      name = next;
      continue;
    }
    const scope = variables;
    visits += 1;
    if (visits > MOST_VISITS) throw new Error(`The saga does not end: it has come to ${name} another time.`);
    // A second for each state, which is all that anybody reads of the time.
    const EnteredTime = new Date(Date.UTC(2026, 10, 20, 13, 0, visits)).toISOString();
    let RetryCount = -1;
    const payload = async (): Promise<object> => {
      RetryCount += 1;
      const context = {
        Execution: { Input: input, RedriveCount: 0 },
        State: { EnteredTime, RetryCount },
        Task: { Token: newToken() },
      };
      return (await evaluated(state.Arguments?.Payload, { ...scope, states: { context } })) as object;
    };
    try {
      const answer = await visit({ name: name as StepName, state: state as TaskState, payload });
      given = state.Resource?.endsWith('.waitForTaskToken') ? await waited(wait) : answer;
      variables = { ...variables, ...(await assigned(state.Assign, variables, {})) };
      if (state.Next === undefined) return given as Answer;
      name = state.Next;
    } catch (error) {
      const errorOutput = asErrorOutput(error as Error);
      const catcher = catcherOf(state, errorOutput.Error);
      if (!catcher) throw error;
      variables = { ...variables, ...(await assigned(catcher.Assign, variables, { errorOutput })) };
      name = catcher.Next;
    }
  }
}

async function waited(wait: Wait): Promise<Answer> {
  const answer = await wait();
  if (answer === undefined) throw Object.assign(new Error('the deadline'), { name: 'States.Timeout' });
  return answer;
}

async function chosen({ Choices = [], Default, Assign }: State, variables: object, input: unknown) {
  for (const { Condition, Next, Assign: assign } of Choices) {
    if (await evaluated(Condition, { ...variables, states: { input } })) return { next: Next, assign };
  }
  return { next: Default!, assign: Assign };
}

async function assigned(assign: Assign | undefined, variables: object, states: object): Promise<object> {
  if (!assign) return {};
  const context = { State: { RetryCount: 0 } };
  return (await evaluated(assign, { ...variables, states: { context, ...states } })) as object;
}

/** As Step Functions has it: an error of a function with its JSON, an error of Lambda's or its own without. */
function asErrorOutput({ name, message }: Error): { Error: string; Cause?: string } {
  if (/^(States|Lambda|Runtime|Sandbox)\./.test(name)) return { Error: name };
  return { Error: name, Cause: JSON.stringify({ errorType: name, errorMessage: message }) };
}

/** Tries of the machine at an infrastructure error, at most; in these tests it has passed long before. */
const ENOUGH = 10;

/**
 * Invokes a step, again for as long as the machine retries its error.
 * @param exceptFor errors that are not retried: as if no retry had helped
 */
export async function retried(
  { Retry = [] }: State,
  invoke: () => Promise<Answer>,
  exceptFor: readonly string[] = [],
): Promise<Answer> {
  const left = Retry.map(({ MaxAttempts }) => Math.min(MaxAttempts, ENOUGH));
  for (;;) {
    try {
      return await invoke();
    } catch (error) {
      const { name } = error as Error;
      const retrier = Retry.findIndex(({ ErrorEquals }) => ErrorEquals.includes(name));
      if (retrier === -1 || exceptFor.includes(name) || left[retrier] === 0) throw error;
      left[retrier]! -= 1;
    }
  }
}

/** What of the invariants is broken now that the execution has ended. */
export async function violationsOf({ tables }: SagaUnderTest): Promise<Violation[]> {
  const records = recordsIn(await tables.all<{ sk: string }>('Orders'));
  return violations({
    ...records,
    stock: await tables.all<StockItem>('Inventory'),
    intents: await tables.all<PaymentIntent>('Payments'),
    bookings: await tables.all<Booking>('Shipments'),
    notifications: [],
    mails: [],
    publishedEventIds: records.events.map(({ eventId }) => eventId),
    executions: [{ name: `${ORDER_ID}-1`, status: 'SUCCEEDED' }],
  });
}
