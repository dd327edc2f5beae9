import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type HistoryEvent, paginateGetExecutionHistory, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { EventId } from '../core/ids.ts';
import type { ExecutionSummary, NotificationEntry, SentMail, Snapshot } from '../core/invariants/snapshot.ts';
import { recordsIn } from '../core/order-records.ts';
import type { Booking, PaymentIntent } from '../core/ports.ts';
import type { StockItem } from '../core/stock.ts';
import { readLocalMails } from './local-mails.ts';
import { clientConfiguration, type StackOutputs } from './stack.ts';

type Item = Record<string, unknown> & { readonly pk: string; readonly sk: string };

/** What the ledger of mails says, in the words of the invariants; mails that were surely not sent are no concern of theirs. */
const NOTIFICATION_STATUS: Readonly<Record<string, NotificationEntry['status']>> = {
  CLAIMED: 'claimed',
  SENT: 'sent',
  UNKNOWN: 'unknown',
};

export interface SnapshotOptions {
  /** Read the whole history of every execution too, to search it for personal data: one call per execution. */
  readonly withHistories?: boolean;
}

/** Reads everything that the invariants are about from a stack's own tables, executions and audit log. O(all of it). */
export async function readSnapshot(outputs: StackOutputs, options: SnapshotOptions = {}): Promise<Snapshot> {
  const [orderItems, stock, intents, bookings, notices] = await Promise.all([
    scan(outputs, outputs.OrdersTableName),
    scan(outputs, outputs.InventoryTableName),
    scan(outputs, outputs.PaymentsTableName),
    scan(outputs, outputs.ShipmentsTableName),
    scan(outputs, outputs.NotificationsTableName),
  ]);
  const [executions, publishedEventIds] = await Promise.all([
    readExecutions(outputs, options.withHistories ?? false),
    readPublishedEventIds(outputs),
  ]);
  const notifications = notices.flatMap(notificationEntry);
  return {
    ...recordsIn(orderItems),
    // Beside the stock the table keeps the changes that people made to it.
    stock: stock.filter(({ sk }) => sk === 'STOCK') as unknown as StockItem[],
    intents: intents as unknown as PaymentIntent[],
    // An UNANSWERED booking is the sandbox's note of a request that it did not answer: no parcel, and none called off.
    bookings: bookings.filter(({ status }) => status !== 'UNANSWERED') as unknown as Booking[],
    notifications,
    // On AWS the mails themselves cannot be listed: what the ledger says was sent stands for them.
    mails:
      outputs.AwsEndpointUrl === undefined ? sentMails(notifications) : await readLocalMails(outputs.AwsEndpointUrl),
    publishedEventIds,
    executions,
  };
}

async function scan(outputs: StackOutputs, TableName: string): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfiguration(outputs)));
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    items.push(...((page.Items ?? []) as Item[]));
  }
  return items;
}

async function readExecutions(outputs: StackOutputs, withHistories: boolean): Promise<ExecutionSummary[]> {
  const client = new SFNClient(clientConfiguration(outputs));
  const found: { name: string; status: ExecutionSummary['status']; executionArn: string }[] = [];
  for await (const page of paginateListExecutions({ client }, { stateMachineArn: outputs.StateMachineArn })) {
    for (const { name = '', status, executionArn = '' } of page.executions ?? []) {
      found.push({ name, status: status as ExecutionSummary['status'], executionArn });
    }
  }
  if (!withHistories) return found;
  const summaries: ExecutionSummary[] = [];
  for (const execution of found) {
    const events = await readHistory(client, execution.executionArn);
    const text = JSON.stringify(events.map(inputOrOutput).filter((part) => part !== undefined));
    summaries.push({ ...execution, text, history: JSON.stringify(events) });
  }
  return summaries;
}

async function readHistory(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const history: HistoryEvent[] = [];
  for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn }))
    history.push(...events);
  return history;
}

/** What DescribeExecution says of the execution as a whole; its history has that too, and spares a call. */
function inputOrOutput(event: HistoryEvent): object | undefined {
  return (
    event.executionStartedEventDetails ??
    event.executionSucceededEventDetails ??
    event.executionFailedEventDetails ??
    event.executionAbortedEventDetails
  );
}

async function readPublishedEventIds(outputs: StackOutputs): Promise<Set<string>> {
  const client = new CloudWatchLogsClient(clientConfiguration(outputs));
  const ids = new Set<string>();
  const query = { logGroupName: outputs.AuditLogGroupName };
  for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
    for (const { message = '{}' } of events) {
      const envelope = JSON.parse(message) as { detail?: { metadata?: { eventId?: string } } };
      const eventId = envelope.detail?.metadata?.eventId;
      if (eventId !== undefined) ids.add(eventId);
    }
  }
  return ids;
}

function notificationEntry(item: Item): NotificationEntry[] {
  const status = NOTIFICATION_STATUS[String(item['status'])];
  return status ? [{ eventId: item['eventId'] as EventId, channel: item.sk, status }] : [];
}

function sentMails(notifications: readonly NotificationEntry[]): SentMail[] {
  return notifications.filter(({ status }) => status === 'sent');
}
