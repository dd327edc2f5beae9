import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { OrderId } from '../../core/ids.ts';
import type { DecisionRecord, InterventionRecord, InterventionStatus } from '../../core/intervention.ts';
import { interventionKey, interventionShardOf } from '../../core/item-keys.ts';
import { type InterventionItem, interventionItem, interventionOf } from '../../core/order-item.ts';
import { type Patience, REAL_PATIENCE, readFromStore, writeUnlessRefused } from '../shared/contention.ts';
import { dynamoDb } from '../shared/dynamodb-client.ts';
import type { Effect } from '../shared/order-store.ts';
import { requireEnvironment } from '../shared/require-environment.ts';

export const INTERVENTION_SUBJECT = 'INTERVENTION';

/** An intervention as of now, or undefined (a consistent read). */
export async function findIntervention(orderId: OrderId, number: number): Promise<InterventionRecord | undefined> {
  const get = new GetCommand({ TableName: table(), Key: interventionKey(orderId, number), ConsistentRead: true });
  const { Item } = await readFromStore(() => dynamoDb.send(get));
  return Item && interventionOf(Item as InterventionItem);
}

/** Writes a new intervention, together with the change of its order. */
export function openedIntervention(record: InterventionRecord): Effect {
  const Item = interventionItem(record);
  const write = { Put: { TableName: table(), Item, ConditionExpression: 'attribute_not_exists(pk)' } };
  return { subject: INTERVENTION_SUBJECT, write };
}

/** Decides an intervention that is still OPEN, together with the change of its order. The first one to write this wins. */
export function decidedIntervention(
  { orderId, number }: InterventionRecord,
  decided: DecisionRecord,
  status: 'DECIDED' | 'CLOSED' = 'DECIDED',
): Effect {
  const closing = status === 'CLOSED';
  const write = {
    Update: {
      TableName: table(),
      Key: interventionKey(orderId, number),
      UpdateExpression: closing
        ? 'SET #status = :status, statusShard = :shard, decided = :decided, closedAt = :at REMOVE taskToken'
        : 'SET #status = :status, statusShard = :shard, decided = :decided',
      ConditionExpression: '#status = :open',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ...statusValues(status),
        ':decided': decided,
        ':open': 'OPEN',
        ...(closing && { ':at': decided.decidedAt }),
      },
    },
  };
  return { subject: INTERVENTION_SUBJECT, write };
}

/** Gives an OPEN intervention more time, together with the change of its order. */
export function extendedIntervention(
  { orderId, number }: InterventionRecord,
  deadline: string,
  escalations: number,
): Effect {
  const write = {
    Update: {
      TableName: table(),
      Key: interventionKey(orderId, number),
      UpdateExpression: 'SET deadline = :deadline, escalations = :escalations',
      ConditionExpression: '#status = :open',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':deadline': deadline, ':escalations': escalations, ':open': 'OPEN' },
    },
  };
  return { subject: INTERVENTION_SUBJECT, write };
}

/** A task that waits: the execution, its token, and which of all waits it is. */
export type WaitingTask = Required<Pick<InterventionRecord, 'run' | 'taskToken' | 'wait' | 'deadline'>>;

/**
 * Puts the token of the task that waits now on a record that is there. A decision that was made goes to it: the record
 * becomes DECIDED again, which sets off its delivery. An opener that comes late leaves the token of a later one alone. The
 * deadline is that of the task that waits: after a redrive or in a new run it has just begun to wait.
 */
export async function waitForDecision(
  record: InterventionRecord,
  { run, taskToken, wait, deadline }: WaitingTask,
  patience: Patience = REAL_PATIENCE,
): Promise<void> {
  for (let current: InterventionRecord | undefined = record; current && isLater(wait, current);) {
    const { orderId, number, status } = current;
    const next: InterventionStatus = status === 'OPEN' ? 'OPEN' : 'DECIDED';
    const update = new UpdateCommand({
      TableName: table(),
      Key: interventionKey(orderId, number),
      UpdateExpression:
        'SET taskToken = :token, #wait = :wait, run = :run, deadline = :deadline, ' +
        '#status = :status, statusShard = :shard REMOVE closedAt',
      // Whoever decides in this moment: the record is read again, so that a decision is never overwritten by OPEN.
      ConditionExpression: `#status = :before AND (attribute_not_exists(#wait) OR #wait ${status === 'CLOSED' ? '<' : '<='} :wait)`,
      ExpressionAttributeNames: { '#status': 'status', '#wait': 'wait' },
      ExpressionAttributeValues: {
        ...statusValues(next),
        ':token': taskToken,
        ':wait': wait,
        ':run': run,
        ':deadline': deadline,
        ':before': status,
      },
    });
    if (await writeUnlessRefused(() => dynamoDb.send(update), patience)) return;
    current = await findIntervention(orderId, number);
  }
}

/** Whether a task waits later than the one whose token the record has. A closed record has been heard of by that one. */
function isLater(wait: string, { wait: known, status }: InterventionRecord): boolean {
  return known === undefined || (status === 'CLOSED' ? known < wait : known <= wait);
}

/**
 * Notes that the saga has heard of the decision, and forgets the token.
 * @param taskToken the token that was used; a newer one on the record is left alone. Any when undefined.
 */
export async function closeIntervention(
  { orderId, number }: InterventionRecord,
  closedAt: string,
  taskToken?: string,
  patience: Patience = REAL_PATIENCE,
): Promise<void> {
  const update = new UpdateCommand({
    TableName: table(),
    Key: interventionKey(orderId, number),
    UpdateExpression: 'SET #status = :status, statusShard = :shard, closedAt = :at REMOVE taskToken',
    ConditionExpression: `#status = :decided${taskToken === undefined ? '' : ' AND taskToken = :token'}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ...statusValues('CLOSED'),
      ':at': closedAt,
      ':decided': 'DECIDED',
      ...(taskToken !== undefined && { ':token': taskToken }),
    },
  });
  await writeUnlessRefused(() => dynamoDb.send(update), patience);
}

/** Closes a decided intervention together with the start of another run, which finds the decision on the order. */
export function supersededIntervention({ orderId, number }: InterventionRecord, closedAt: string): Effect {
  const write = {
    Update: {
      TableName: table(),
      Key: interventionKey(orderId, number),
      UpdateExpression: 'SET #status = :status, statusShard = :shard, closedAt = :at REMOVE taskToken',
      ConditionExpression: '#status = :decided',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ...statusValues('CLOSED'), ':at': closedAt, ':decided': 'DECIDED' },
    },
  };
  return { subject: INTERVENTION_SUBJECT, write };
}

function statusValues(status: InterventionStatus): Record<string, unknown> {
  return { ':status': status, ':shard': interventionShardOf(status) };
}

function table(): string {
  return requireEnvironment(ENVIRONMENT.ordersTable);
}
