import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

export interface LedgerEntry {
  status?: string;
  attempts?: number;
  claimedBy?: string;
  leaseUntil?: string;
  messageId?: string;
  error?: string;
}

/** The part of a stub of the document client that is needed here. */
interface Stub {
  on(command: unknown, input?: object): { callsFake(fake: unknown): unknown };
}

/**
 * The Notifications table, as far as the ledger's two updates go: it applies them and checks their conditions, so that
 * tests speak of what is in the ledger and not of how it is written.
 */
export class FakeLedger {
  readonly entries = new Map<string, LedgerEntry>();

  constructor(stub: unknown) {
    const dynamoDb = stub as Stub;
    dynamoDb.on(UpdateCommand).callsFake(async (input: UpdateCommand['input']) => this.update(input));
    dynamoDb
      .on(GetCommand, { TableName: 'Notifications' })
      .callsFake(async (input: GetCommand['input']) => ({ Item: this.entries.get(this.keyOf(input.Key)) }));
  }

  private update({
    Key,
    ExpressionAttributeValues: values = {},
    ExpressionAttributeNames: names = {},
  }: UpdateCommand['input']) {
    const key = this.keyOf(Key);
    const entry = this.entries.get(key);
    const isClaim = ':claimant' in values;
    const allowed = isClaim
      ? entry === undefined || entry.status === 'RELEASED'
      : entry?.status === 'CLAIMED' || entry?.status === 'UNKNOWN';
    if (!allowed)
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    this.entries.set(
      key,
      isClaim
        ? {
            ...entry,
            status: 'CLAIMED',
            attempts: (entry?.attempts ?? 0) + 1,
            claimedBy: values[':claimant'] as string,
            leaseUntil: values[':leaseUntil'] as string,
          }
        : { ...entry, status: values[':status'] as string, [names['#attribute'] ?? '']: values[':value'] as string },
    );
    return {};
  }

  private keyOf(key: Record<string, unknown> | undefined): string {
    return `${String(key?.['pk'])}/${String(key?.['sk'])}`;
  }
}
