import { InvalidToken, SendTaskSuccessCommand, SFNClient, TaskDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { InterventionRecord } from '../../../core/intervention.ts';
import { interventionItem } from '../../../core/order-item.ts';
import { handler as reserveInventory } from '../../../functions/inventory/reserve-inventory.ts';
import { handler as deliverDecision } from '../../../functions/intervention/deliver-decision.ts';
import { handler as openIntervention } from '../../../functions/intervention/open-intervention.ts';
import { handler as chargePayment } from '../../../functions/payment/charge-payment.ts';
import { ORDER_ID } from '../../orders.ts';
import { type SagaUnderTest, sagaUnderTest } from '../saga-under-test.ts';
import { decideAsStaff, interventionsOf } from '../waiting-execution.ts';
import { opening } from './payloads.ts';

const stepFunctions = mockClient(SFNClient);
let saga: SagaUnderTest;
beforeEach(async () => {
  stepFunctions.reset();
  stepFunctions.on(SendTaskSuccessCommand).resolves({});
  saga = await sagaUnderTest();
  await saga.invoke(reserveInventory);
  await saga.invoke(chargePayment);
  await saga.invoke(openIntervention, opening('ShipOrder'));
});
afterEach(() => saga.close());

async function record(): Promise<InterventionRecord> {
  return (await interventionsOf(saga)).at(-1)!;
}

/** Delivers as the stream does; numbered from 1. */
async function deliver(...items: object[]): Promise<unknown> {
  const Records = items.map((item, index) => ({
    dynamodb: { SequenceNumber: `seq-${index + 1}`, NewImage: marshall(item, { removeUndefinedValues: true }) },
  }));
  return saga.invoke(deliverDecision, { Records });
}
const sent = () => stepFunctions.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input);
const NONE_FAILED = { batchItemFailures: [] };

test('given a decision, then the execution that waits is told, the record closed and the token forgotten', async () => {
  await decideAsStaff('SHIPPED_MANUALLY');
  expect(await deliver(interventionItem(await record()))).toEqual(NONE_FAILED);

  expect(sent()).toHaveLength(1);
  expect(sent()[0]?.taskToken).toBe('token-1');
  expect(JSON.parse(sent()[0]?.output ?? '')).toEqual({
    ...{ orderId: ORDER_ID, intervention: 1, outcome: 'SHIPPED_MANUALLY' },
    ...{ step: 'ShipOrder', reason: 'CarrierUnavailable' },
  });
  const closed = await record();
  expect(closed).toMatchObject({ status: 'CLOSED', decided: { decision: 'SHIPPED_MANUALLY' } });
  expect(closed.closedAt).toBeDefined();
  expect(closed.taskToken).toBeUndefined();
  expect(saga.logs.text()).not.toContain('token-1');
});

test('given a record that is open, or closed, then nothing is sent', async () => {
  const open = await record();
  const { taskToken: _token, ...closed } = { ...open, status: 'CLOSED' as const };
  expect(await deliver(interventionItem(open), interventionItem(closed))).toEqual(NONE_FAILED);
  expect(sent()).toEqual([]);
});

test.each([
  ['has come to its deadline', new TaskTimedOut({ message: 'Task Timed Out', $metadata: {} })],
  ['is gone', new TaskDoesNotExist({ message: 'Task does not exist', $metadata: {} })],
  ['never had that token', new InvalidToken({ message: 'Invalid Token', $metadata: {} })],
])('given an execution that %s, then the decision stays for whoever looks at the record', async (_, error) => {
  await decideAsStaff('RETRY');
  stepFunctions.on(SendTaskSuccessCommand).rejects(error);
  expect(await deliver(interventionItem(await record()))).toEqual(NONE_FAILED);
  expect(await record()).toMatchObject({ status: 'DECIDED', taskToken: 'token-1' });
  expect(saga.logs.lines().at(-1)).toMatchObject({ level: 'INFO', heard: false });
});

test('given that Step Functions does not answer, then the record comes again, and those behind it', async () => {
  await decideAsStaff('RETRY');
  stepFunctions
    .on(SendTaskSuccessCommand)
    .rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
  const item = interventionItem(await record());
  expect(await deliver({ ...item, status: 'OPEN' }, item)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'seq-2' }],
  });
  expect(await record()).toMatchObject({ status: 'DECIDED' });
});

test('given a delivery of an earlier token, then the record of a later one is not closed by it', async () => {
  await decideAsStaff('RETRY');
  const stale = interventionItem(await record());
  const turn = { redrives: 0, retries: 1, enteredAt: '2026-11-20T13:00:00.000Z' };
  await saga.invoke(openIntervention, opening('ShipOrder', { taskToken: 'token-2', turn }));
  await deliver(stale);
  expect(await record()).toMatchObject({ status: 'DECIDED', taskToken: 'token-2' });
});
