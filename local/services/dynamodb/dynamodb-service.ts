import { AwsError } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import type { DynamoDb, Operation } from './context.ts';
import { ExpiryTimer } from './expiry-timer.ts';
import { deleteExpired } from './items/expired-items.ts';
import { ItemStore } from './items/item-store.ts';
import { batchGetItem } from './operations/batch-get-item.ts';
import { batchWriteItem } from './operations/batch-write-item.ts';
import { deleteItem } from './operations/delete-item.ts';
import { getItem } from './operations/get-item.ts';
import { putItem } from './operations/put-item.ts';
import { query } from './operations/query.ts';
import { scan } from './operations/scan.ts';
import { describeLimits } from './operations/describe-limits.ts';
import { describeStream, getRecords, getShardIterator, listStreams } from './operations/stream-operations.ts';
import { createTable, deleteTable, describeTable, listTables } from './operations/table-operations.ts';
import {
  describeContinuousBackups,
  describeTimeToLive,
  listTagsOfResource,
  tagResource,
  untagResource,
  updateContinuousBackups,
  updateTimeToLive,
} from './operations/table-settings.ts';
import { transactGetItems } from './operations/transact-get-items.ts';
import { transactWriteItems } from './operations/transact-write-items.ts';
import { updateItem } from './operations/update-item.ts';
import { updateTable } from './operations/update-table.ts';
import { type ConflictPolicy, OngoingTransactions } from './ongoing-transactions.ts';
import { tableResource } from './resource-types.ts';
import { StreamLog } from './streams/stream-log.ts';
import { resumeTableChanges } from './tables/table-changes.ts';
import { Tables } from './tables/tables.ts';
import { TransactionTokens } from './transaction-tokens.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: createTable,
  DeleteItem: deleteItem,
  DeleteTable: deleteTable,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeLimits: describeLimits,
  DescribeStream: describeStream,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  GetItem: getItem,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListStreams: listStreams,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TagResource: tagResource,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UntagResource: untagResource,
  UpdateContinuousBackups: updateContinuousBackups,
  UpdateItem: updateItem,
  UpdateTable: updateTable,
  UpdateTimeToLive: updateTimeToLive,
};

export interface DynamoDbOptions {
  /** Who meets transaction conflicts; callers from outside when absent. */
  readonly transactionConflicts?: ConflictPolicy | undefined;
}

/** Amazon DynamoDB and its Streams, on the host's store. */
export class DynamoDbService implements AwsService {
  readonly names = ['dynamodb', 'dynamodbstreams'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly db: DynamoDb;
  private readonly ready: Promise<void>;
  private isReady = false;

  constructor(host: Host, { transactionConflicts = 'outside' }: DynamoDbOptions = {}) {
    const tables = new Tables(host);
    const streams = new StreamLog(host, tables);
    const items = new ItemStore(host);
    const expiry = new ExpiryTimer(host, tables, (table, due) => deleteExpired(this.db, table, due));
    this.db = {
      host,
      tables,
      streams,
      items,
      expiry,
      tokens: new TransactionTokens(host),
      ongoing: new OngoingTransactions(transactionConflicts),
    };
    this.ready = tables.loaded.then(async () => {
      await streams.load();
      await this.db.tokens.load();
      this.isReady = true;
    });
    // Every call waits for it and sees the error; until then nobody may be listening.
    this.ready.catch(() => {});
    this.resourceTypes = [tableResource(this.db, this.ready)];
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const perform = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (!perform) {
      throw new AwsError('UnknownOperationException', `The local host does not serve dynamodb:${operation}.`);
    }
    if (!this.isReady) await this.ready;
    return perform(this.db, (input ?? {}) as never, principal);
  }

  async start(): Promise<void> {
    await this.ready;
    await resumeTableChanges(this.db);
    await this.db.expiry.start();
    this.db.streams.start();
    this.db.tokens.pruneLater();
  }

  async stop(): Promise<void> {
    this.db.expiry.stop();
  }
}
