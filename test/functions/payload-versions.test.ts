import { isTerminal } from '../../core/lifecycle.ts';
import { STEP_NAMES, type StepName } from '../../core/saga-steps.ts';
import { ORDER_ID } from '../orders.ts';
import type { Catcher, Definition, Retrier, State } from '../statemachines/definition.ts';
import { DEFINITION } from '../statemachines/definition.ts';
import { type Encounter, InterruptedSaga } from './interrupted-walk.ts';
import type { Interruption } from './interrupter.ts';
import { PAYLOAD } from './saga-under-test.ts';
import { HANDLERS } from './saga-walk.ts';

const interrupted = new InterruptedSaga();
beforeAll(() => interrupted.open());
afterAll(() => interrupted.close());

const FAILURE = { step: 'ShipOrder', error: 'CarrierUnavailable', cause: '', attempts: 3 };
const WAIT = { followed: 0, deadlineSeconds: 60 };
/** What each step is handed besides the input of the execution. */
const EXTRAS: Partial<Record<StepName, object>> = {
  ResolvePayment: { failure: FAILURE },
  ResolveShipment: { failure: FAILURE },
  CloseOrder: { closing: { status: 'CANCELLED', reason: 'CarrierUnavailable' } },
  CloseIntervention: WAIT,
  OpenIntervention: {
    ...WAIT,
    failure: FAILURE,
    resolving: 'ShippingImpossible',
    taskToken: 'token-1',
    turn: { enteredAt: '2026-11-20T13:00:00.000Z', retries: 0 },
  },
};
const MISSING = 'b877508c-d516-55cd-af20-000000000000';

describe.each(STEP_NAMES)('%s', (step) => {
  const invoke = (payload: object) => interrupted.saga.invoke(HANDLERS[step], { ...payload, ...EXTRAS[step] });

  test.each([
    ['2, the current one', { payloadVersion: 2, orderId: MISSING, run: 1 }],
    ['1', { payloadVersion: 1, orderId: MISSING, run: 1 }],
    ['1 with its visit', { payloadVersion: 1, orderId: MISSING, run: 1, visit: 1 }],
  ])('accepts a payload of version %s', async (_, payload) => {
    // It was read: what is missing is the order.
    await expect(invoke(payload)).rejects.toMatchObject({ name: 'OrderNotFound' });
  });

  test.each([0, 3, '2'])('refuses a payload of version %j, and names the field', async (payloadVersion) => {
    await expect(invoke({ payloadVersion, orderId: ORDER_ID, run: 1 })).rejects.toMatchObject({
      name: 'InvalidPayload',
      message: 'payloadVersion must be 1 or 2.',
    });
  });

  test('refuses what it does not know, and names it', async () => {
    await expect(invoke({ ...PAYLOAD, customer: 'Ada' })).rejects.toMatchObject({
      name: 'InvalidPayload',
      message: 'customer is not a known property; remove it.',
    });
  });
});

/** A state of the definition before, with the retriers that it has still. */
function step(name: StepName, next: StepName | undefined, ...Catch: Catcher[]): [string, State] {
  const { Arguments, Output = '' } = DEFINITION.States[name]!;
  const Retry: readonly Retrier[] = DEFINITION.States[name]?.Retry ?? [];
  const Payload = name === 'CloseOrder' ? Arguments!.Payload : '{% $states.context.Execution.Input %}';
  const way = next === undefined ? { End: true } : { Next: next };
  return [name, { Type: 'Task', Comment: '', Arguments: { ...Arguments!, Payload }, Retry, Catch, Output, ...way }];
}

function on(error: string, Next: StepName, status?: string): Catcher {
  const closing = { status, reason: '{% $states.errorOutput.Error %}' };
  return { ErrorEquals: [error], Next, ...(status !== undefined && { Assign: { closing } }) };
}

/** The routes of payload version 1, before there were states that resolve and wait: executions of them may still run. */
const BEFORE: Definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'ReserveInventory',
  States: Object.fromEntries([
    step(
      'ReserveInventory',
      'ChargePayment',
      on('InsufficientStock', 'CloseOrder', 'REJECTED'),
      on('States.ALL', 'ReleaseInventory', 'CANCELLED'),
    ),
    step(
      'ChargePayment',
      'ShipOrder',
      on('PaymentDeclined', 'ReleaseInventory', 'PAYMENT_FAILED'),
      on('OrderCancelled', 'RefundPayment', 'CANCELLED'),
      on('States.ALL', 'RefundPayment', 'PAYMENT_FAILED'),
    ),
    step('ShipOrder', 'CompleteOrder', on('States.ALL', 'RefundPayment', 'CANCELLED')),
    step('CompleteOrder', undefined),
    step('RefundPayment', 'ReleaseInventory', on('OrderAlreadyShipped', 'CompleteOrder')),
    step('ReleaseInventory', 'CloseOrder'),
    step('CloseOrder', undefined),
  ]),
};

describe('an execution that runs on the definition before', () => {
  const settings = { definition: BEFORE, input: { payloadVersion: 1, orderId: ORDER_ID, run: 1, visit: 1 } };

  test.each<[end: string, encounter: Encounter]>([
    ['COMPLETED', {}],
    ['COMPLETED', { token: 'tok_flaky', postalCode: '00001' }],
    ['REJECTED', { mugs: 1 }],
    ['PAYMENT_FAILED', { token: 'tok_declined' }],
    ['PAYMENT_FAILED', { token: 'tok_unavailable' }],
    // Lost answers were compensated then.
    ['PAYMENT_FAILED', { token: 'tok_timeout_charged' }],
    ['PAYMENT_FAILED', { token: 'tok_timeout_late' }],
    ['PAYMENT_FAILED', { token: 'tok_silent' }],
    ['CANCELLED', { postalCode: '00000' }],
    ['CANCELLED', { postalCode: '00002' }],
    ['CANCELLED', { postalCode: '00003' }],
    ['CANCELLED', { postalCode: '00004' }],
  ])(
    'ends as %s with the functions of today, given %j, whatever is interrupted',
    async (end, encounter) => {
      const { calls, status, violations } = await interrupted.endOf(encounter, 'retries', settings);
      expect({ status, violations }).toEqual({ status: end, violations: [] });
      for (let call = 1; call <= calls; call += 1) {
        for (const moment of ['before', 'after'] as const) {
          const interruption: Interruption = { call, moment, invocation: 'sleeps' };
          const givenUp = await interrupted.endOf(encounter, 'gives up', { ...settings, interruption });
          expect({ interruption, ...givenUp }).toMatchObject({ violations: [], lateViolations: [] });
          expect(isTerminal(givenUp.status)).toBe(true);
        }
      }
    },
    30_000,
  );
});
