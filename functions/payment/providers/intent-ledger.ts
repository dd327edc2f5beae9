import { GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT } from '../../../core/environment.ts';
import type { OrderId, PaymentKey } from '../../../core/ids.ts';
import { intentKey } from '../../../core/item-keys.ts';
import type { IntentStatus } from '../../../core/ports.ts';
import { type Patience, REAL_PATIENCE, readFromStore, writeUnlessRefused } from '../../shared/contention.ts';
import { dynamoDb } from '../../shared/dynamodb-client.ts';
import { requireEnvironment } from '../../shared/require-environment.ts';

/** The sandbox's own record of an intent: a ledger of what was charged and given back. */
export interface LedgerIntent {
  readonly key: PaymentKey;
  readonly status: IntentStatus;
  readonly orderId?: OrderId;
  readonly token?: string;
  readonly amountMinor: number;
  readonly currency?: string;
  /** Charge attempts that got no answer. */
  readonly attempts: number;
  readonly chargedMinor: number;
  readonly refundedMinor: number;
  readonly declineCode?: string;
  /** Amounts given back, by refund key. */
  readonly refunds: Readonly<Record<string, number>>;
  readonly createdAt: string;
  /** Charges that arrived when the intent was closed, and so were refused. */
  readonly bounced?: number;
}

/** A write that names what must be so for it to happen. */
export type LedgerUpdate = Pick<
  UpdateCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** One item per intent; each write is conditional, so that two callers at once never both get through. */
export class IntentLedger {
  private readonly table: string;
  private readonly patience: Patience;

  constructor(patience: Patience = REAL_PATIENCE) {
    this.table = requireEnvironment(ENVIRONMENT.paymentsTable);
    this.patience = patience;
  }

  async find(key: PaymentKey): Promise<LedgerIntent | undefined> {
    const get = new GetCommand({ TableName: this.table, Key: intentKey(key), ConsistentRead: true });
    const { Item } = await readFromStore(() => dynamoDb.send(get));
    return Item as (LedgerIntent & Record<string, unknown>) | undefined;
  }

  /** Writes an intent where there is none under its key; otherwise returns the one that is there. */
  async createOrFind(intent: LedgerIntent): Promise<{ intent: LedgerIntent; created: boolean }> {
    const put = new PutCommand({
      TableName: this.table,
      Item: { ...intentKey(intent.key), ...intent },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    const written = await writeUnlessRefused(() => dynamoDb.send(put), this.patience);
    return written ? { intent, created: true } : { intent: await this.existing(intent.key), created: false };
  }

  /** Changes an intent if the condition holds; either way returns it as it then stands. */
  async updateOrFind(key: PaymentKey, update: LedgerUpdate): Promise<LedgerIntent> {
    const command = new UpdateCommand({
      TableName: this.table,
      Key: intentKey(key),
      ReturnValues: 'ALL_NEW',
      ...update,
    });
    const written = await writeUnlessRefused(() => dynamoDb.send(command), this.patience);
    return written ? (written.Attributes as LedgerIntent & Record<string, unknown>) : this.existing(key);
  }

  private async existing(key: PaymentKey): Promise<LedgerIntent> {
    const intent = await this.find(key);
    if (!intent) throw new Error(`The payment ${key} was there and is gone; the ledger deletes nothing.`);
    return intent;
  }
}
