import type { Host, Principal } from '../../aws-service.ts';
import type { ItemStore } from './items/item-store.ts';
import type { OngoingTransactions } from './ongoing-transactions.ts';
import type { StreamLog } from './streams/stream-log.ts';
import type { Tables } from './tables/tables.ts';
import type { TransactionTokens } from './transaction-tokens.ts';
import type { ExpiryTimer } from './expiry-timer.ts';

/** What every operation works on. */
export interface DynamoDb {
  readonly host: Host;
  readonly tables: Tables;
  readonly items: ItemStore;
  readonly streams: StreamLog;
  readonly expiry: ExpiryTimer;
  readonly tokens: TransactionTokens;
  readonly ongoing: OngoingTransactions;
}

/** One operation of the service. */
export type Operation<Input = never> = (db: DynamoDb, input: Input, principal: Principal) => object | Promise<object>;

/** Asks IAM whether the caller may do this to a table, or to one of its indexes. */
export function authorizeTable(
  db: DynamoDb,
  principal: Principal,
  action: string,
  tableName: string,
  indexName?: string,
): void {
  const table = db.tables.arnOf(tableName);
  db.host.authorize({
    principal,
    action: `dynamodb:${action}`,
    resource: indexName === undefined ? table : `${table}/index/${indexName}`,
  });
}
