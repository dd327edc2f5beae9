import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { ClientId } from '../../core/ids.ts';
import { orderIdOf } from '../../core/order-id.ts';
import { clientConfiguration } from '../../ops/stack.ts';
import { anOrder, submit } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';
import {
  afterDeciding,
  advance,
  decide,
  expectInvariants,
  freshKey,
  interventionOf,
  orderOf,
  setFaults,
  settledOrder,
  SILENT_PAYMENT,
  NO_CARRIER,
  SILENT_CARRIER,
  RETRY,
  PARCEL,
  SHIPPED_MANUALLY,
  MARK_REFUNDED,
  TOTAL_MINOR,
  cancel,
} from './staff.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await runHost();
});
afterAll(() => host.dispose());
afterEach(() => expectInvariants(host));

const NOT_CHARGED = { status: 'CANCELLED', payment: { chargedMinor: 0, refundedMinor: 0 }, cancelRequested: true };
const REFUNDED = {
  ...NOT_CHARGED,
  payment: { status: 'REFUNDED', chargedMinor: TOTAL_MINOR, refundedMinor: TOTAL_MINOR },
};

const executionArn = (orderId: string, run = 1) =>
  `${host.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}-${run}`;
const stepFunctions = () => new SFNClient(clientConfiguration(host.outputs));

async function statusOfExecution(orderId: string, run = 1) {
  const command = new DescribeExecutionCommand({ executionArn: executionArn(orderId, run) });
  const { status, redriveCount } = await stepFunctions().send(command);
  return { status, redriveCount };
}

const typesOf = (order: { timeline: { type: string }[] }) => order.timeline.map(({ type }) => type);

describe('an order that waits for people', () => {
  test.each([
    ['because its payment is unknown', SILENT_PAYMENT],
    ['because no carrier takes it', NO_CARRIER],
    ['because its parcel is unknown', SILENT_CARRIER],
  ])('%s is cancelled, and people are relieved of it', async (_, parts) => {
    const orderId = await settledOrder(host, parts);

    const { status } = await cancel(host, orderId, { body: { reason: 'took too long' } });
    await host.idle();

    expect(status).toBe(202);
    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    const { body, text } = await interventionOf(host, orderId);
    const decidedBy = { kind: 'client', subject: host.outputs.ClientId };
    expect(body).toMatchObject({ status: 'CLOSED', decided: { decision: 'REFUND_AND_CANCEL', decidedBy } });
    expect(text).not.toContain('took too long');
    const late = await decide(host, orderId, RETRY);
    expect([late.status, late.body.decided.decidedBy]).toEqual([409, decidedBy]);
  });

  test('and which staff have shipped by hand cannot be cancelled any more', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, {
      match: { service: 'lambda', operation: 'Invoke', function: 'ShipOrder' },
      action: 'hold',
    });
    await decide(host, orderId, SHIPPED_MANUALLY);

    const late = await cancel(host, orderId);
    await setFaults(host);
    await host.idle();

    expect([late.status, late.body.orderStatus]).toEqual([409, 'PAYMENT_CONFIRMED']);
    expect(await orderOf(host.outputs, orderId)).toMatchObject({ status: 'COMPLETED' });
  });

  test('for its refund stays with them, who may be giving it back by other means', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await setFaults(host, {
      match: { service: 'dynamodb', function: 'RefundPayment', resource: 'Payments' },
      ...{ action: 'fail', error: 'AccessDeniedException' },
    });
    await cancel(host, orderId);
    await host.idle();
    await setFaults(host);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect((await interventionOf(host, orderId)).body).toMatchObject({ number: 2, status: 'OPEN' });
    expect(await afterDeciding(host, orderId, MARK_REFUNDED)).toMatchObject({
      payment: { refundedOutsideMinor: TOTAL_MINOR },
    });
  });

  test('and is cancelled and decided at once ends one way, and both are told', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);

    const [cancelled, decided] = await Promise.all([cancel(host, orderId), decide(host, orderId, SHIPPED_MANUALLY)]);
    await host.idle();

    const { status } = await orderOf(host.outputs, orderId);
    expect([cancelled.status, decided.status, status]).toEqual(
      status === 'CANCELLED' ? [202, 409, 'CANCELLED'] : [409, 200, 'COMPLETED'],
    );
  });
});

describe('an order whose execution is dead', () => {
  async function stop(orderId: string): Promise<void> {
    await stepFunctions().send(new StopExecutionCommand({ executionArn: executionArn(orderId), error: 'Stopped' }));
  }

  test('is redriven, and cancelled', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await stop(orderId);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(REFUNDED);
    expect(await statusOfExecution(orderId)).toEqual({ status: 'SUCCEEDED', redriveCount: 1 });
    expect((await interventionOf(host, orderId)).body.status).toBe('CLOSED');
  });

  test('is redriven, and hears what staff decide', async () => {
    const orderId = await settledOrder(host, NO_CARRIER);
    await stop(orderId);

    expect((await decide(host, orderId, SHIPPED_MANUALLY)).status).toBe(200);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject({
      status: 'COMPLETED',
      shipment: PARCEL,
    });
    expect(await statusOfExecution(orderId)).toEqual({ status: 'SUCCEEDED', redriveCount: 1 });
  });

  test('for more than the 14 days of a redrive gets another run, which ends it', async () => {
    const orderId = await settledOrder(host, SILENT_PAYMENT);
    await stop(orderId);
    // The reconciler would have brought it back long since.
    await setFaults(host, {
      match: { service: 'lambda', operation: 'Invoke', function: 'ReconcileOrders' },
      ...{ action: 'fail', error: 'ServiceException' },
    });
    await advance(host, '15d');
    await setFaults(host);

    const answer = await cancel(host, orderId);
    await host.idle();

    expect(answer.status).toBe(202);
    const order = await orderOf(host.outputs, orderId);
    expect(order).toMatchObject(REFUNDED);
    expect(typesOf(order)).toContain('SagaRestarted');
    expect((await statusOfExecution(orderId, 2)).status).toBe('SUCCEEDED');
    expect((await interventionOf(host, orderId)).body).toMatchObject({ status: 'CLOSED' });
  });

  test('since it never began is begun, and cancelled', async () => {
    await setFaults(host, {
      match: { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' },
      ...{ action: 'fail', error: 'unavailable' },
    });
    const key = freshKey();
    expect((await submit(host.outputs, anOrder(), key)).status).toBe(503);
    await setFaults(host);
    // Its answer was lost with it, but the id follows from client and key.
    const orderId = orderIdOf(host.outputs.ClientId as ClientId, key);

    expect((await cancel(host, orderId)).status).toBe(202);
    await host.idle();

    expect(await orderOf(host.outputs, orderId)).toMatchObject(NOT_CHARGED);
  });
});
