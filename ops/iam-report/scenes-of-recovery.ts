import { deepStrictEqual as same, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ClientId, OrderId } from '../../core/ids.ts';
import { holdKey, orderKey, stockKey } from '../../core/item-keys.ts';
import { orderIdOf } from '../../core/order-id.ts';
import type { Decide } from '../api-client.ts';
import { anOrder, type WalkedHost } from './walked-host.ts';

const NO_CARRIER = { postalCode: '00000' };
const REFUND_AND_CANCEL: Decide = { decision: 'REFUND_AND_CANCEL', note: 'as agreed with the customer' };
/** Once an hour comes a round of the reconciler. */
const A_ROUND = '61m';
/** The comparison looks at orders that nobody has touched for a quarter of an hour. */
const AT_REST = '16m';

/** An answer of Step Functions: too long ago, or too much happened in it. */
const NOT_REDRIVABLE = {
  match: { service: 'states', operation: 'RedriveExecution' },
  action: 'fail',
  error: 'ExecutionNotRedrivable',
};

/** What was lost between two others, and who finds it. */
export const LOSSES = [
  {
    name: 'an order that was never started is withdrawn',
    async play(host: WalkedHost) {
      const orderId = await neverStarted(host);
      same((await host.cancel(orderId)).status, 202);
      await host.idle();
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'an order that was never started is started by the reconciler',
    async play(host: WalkedHost) {
      const orderId = await neverStarted(host);
      await host.advance(A_ROUND);
      same(await host.statusOf(orderId), 'COMPLETED');
    },
  },
  {
    name: 'a decision that was not heard is delivered by the reconciler',
    async play(host: WalkedHost) {
      const orderId = await host.settledOrder(NO_CARRIER);
      const match = { service: 'states', operation: 'SendTaskSuccess', function: 'DeliverDecision' };
      await host.withFaults([{ match, action: 'fail', error: 'ValidationException' }], async () => {
        same((await host.decide(orderId, REFUND_AND_CANCEL)).status, 200);
        await host.advance(A_ROUND);
      });
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'a dead execution is redriven by a decision, and leaves the failed list',
    async play(host: WalkedHost) {
      const orderId = await stopped(host);
      same((await host.decide(orderId, REFUND_AND_CANCEL)).status, 200);
      await host.advance(A_ROUND);
      await host.advance(A_ROUND);
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'a dead execution is redriven by a cancellation',
    async play(host: WalkedHost) {
      const orderId = await stopped(host);
      same((await host.cancel(orderId)).status, 202);
      await host.idle();
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'an execution that cannot be redriven is replaced by a decision',
    async play(host: WalkedHost) {
      const orderId = await stopped(host);
      await host.withFaults([NOT_REDRIVABLE], async () => {
        same((await host.decide(orderId, REFUND_AND_CANCEL)).status, 200);
        await host.idle();
      });
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'an execution that cannot be redriven is replaced when staff ask the reconciler',
    async play(host: WalkedHost) {
      const orderId = await stopped(host);
      await host.withFaults([NOT_REDRIVABLE], async () => {
        same(await revived(host, orderId), 'restarted');
      });
      same((await host.cancel(orderId)).status, 202);
      await host.idle();
      same(await host.statusOf(orderId), 'CANCELLED');
    },
  },
  {
    name: 'an execution dies unseen: its event is set aside, the reconciler tells of it, and redrives it when asked',
    async play(host: WalkedHost) {
      const unrecorded = { service: 'dynamodb', operation: 'PutItem', function: 'RecordFailedExecution' };
      const dying = { service: 'lambda', operation: 'Invoke', function: 'CompleteOrder' };
      const faults = [unrecorded, dying].map((match) => ({ match, action: 'fail', error: 'ValidationException' }));
      let orderId = '';
      await host.withFaults(faults, async () => {
        orderId = await host.settledOrder();
      });
      same(await host.statusOf(orderId), 'SHIPPED');
      await host.advance(A_ROUND);
      same(await revived(host, orderId), 'redriven');
      same(await host.statusOf(orderId), 'COMPLETED');
    },
  },
  {
    name: 'an event is published twice',
    async play(host: WalkedHost) {
      const match = { service: 'events', operation: 'PutEvents', function: 'PublishEvents' };
      await host.withFaults([{ match, action: 'repeat' }], async () => {
        await host.settledOrder();
      });
    },
  },
  {
    name: 'targets refuse events, which go to dead-letter queues',
    async play(host: WalkedHost) {
      // The end of its URL: what goes to the dead-letter queue instead names its ARN.
      const queue = new URL(host.outputs.NotificationQueueUrl).pathname;
      const refusing = [
        { service: 'logs', operation: 'PutLogEvents', resource: 'Audit' },
        { service: 'sqs', operation: ['SendMessage', 'SendMessageBatch'], resource: queue },
        { service: 'sns', operation: 'Publish' },
        { service: 'lambda', operation: 'InvokeAsync' },
      ];
      const faults = refusing.map((match) => ({ match, action: 'fail', error: 'AccessDeniedException' }));
      await host.withFaults(faults, async () => {
        await host.settledOrder();
        await stopped(host);
        await host.advance('25h');
      });
    },
  },
  {
    name: 'the books do not agree: told, and a hold that outlived its order released',
    async play(host: WalkedHost) {
      const { InventoryTableName, OrdersTableName, PaymentsTableName, CompareBooksFunctionName } = host.outputs;
      const paid = await host.settledOrder();
      await host.advance(AT_REST);
      const intent = { pk: `INTENT#${paid}#pay#1`, sk: 'INTENT' };
      await set(host, PaymentsTableName, intent, 'refundedMinor', 1);
      const cancelled = await host.settledOrder({ token: 'tok_declined' });
      await set(host, OrdersTableName, orderKey(cancelled), 'hold', 'HELD');
      await set(host, OrdersTableName, holdKey(cancelled), 'status', 'HELD');
      const move = 'SET available = available - :two, held = held + :two';
      const stock = { TableName: InventoryTableName, Key: stockKey('MUG-BLUE'), UpdateExpression: move };
      await host.tables.send(new UpdateCommand({ ...stock, ExpressionAttributeValues: { ':two': 2 } }));
      await host.advance(AT_REST);
      const { result, error } = await host.invoke(CompareBooksFunctionName);
      same(error, undefined);
      ok((result as { drifts: number }).drifts > 0);
      same((result as { released: number }).released, 1);
      // The alarm goes off.
      await host.advance('5m');
      await set(host, PaymentsTableName, intent, 'refundedMinor', 0);
    },
  },
  {
    name: 'the reconciler and the comparison on their rounds',
    async play(host: WalkedHost) {
      await host.advance('25h');
      for (const name of [host.outputs.ReconcileFunctionName, host.outputs.CompareBooksFunctionName]) {
        same((await host.invoke(name)).error, undefined);
      }
    },
  },
  {
    name: 'functions are called with nonsense, and write it into their logs',
    async play(host: WalkedHost) {
      const match = { service: 'dynamodb', function: '*' };
      await host.withFaults([{ match, action: 'fail', error: 'ValidationException' }], async () => {
        for (const name of await host.functionNames()) await host.invoke(name, { nonsense: true });
      });
      await host.idle();
    },
  },
] as const;

/** An order that is stored and whose saga nobody has started, since Step Functions could not be reached. */
async function neverStarted(host: WalkedHost): Promise<OrderId> {
  const key = randomUUID();
  const match = { service: 'states', operation: 'StartExecution', function: 'SubmitOrder' };
  await host.withFaults([{ match, action: 'fail' }], async () => {
    same((await host.submit(anOrder(), key)).status, 503);
  });
  return orderIdOf(host.outputs.ClientId as ClientId, key);
}

/** An order that waits for people, and whose execution somebody has stopped. */
async function stopped(host: WalkedHost): Promise<string> {
  const orderId = await host.settledOrder(NO_CARRIER);
  await host.stop(orderId);
  return orderId;
}

/** What becomes of an order that somebody asks the reconciler to see to. */
async function revived(host: WalkedHost, orderId: string): Promise<unknown> {
  const { result, error } = await host.invoke(host.outputs.ReconcileFunctionName, { revive: [orderId] });
  same(error, undefined);
  await host.idle();
  return (result as { revived: Record<string, unknown> }).revived[orderId];
}

/** Changes an item by hand. */
async function set(host: WalkedHost, TableName: string, Key: object, name: string, value: unknown): Promise<void> {
  await host.tables.send(
    new UpdateCommand({
      TableName,
      Key: Key as Record<string, string>,
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
}
