import type { Host } from '../../../aws-service.ts';
import { AwsError } from '../../../aws-error.ts';
import { inBackground } from '../background.ts';
import type { DynamoDb } from '../context.ts';
import { deleteRange } from '../delete-range.ts';
import { invalidParameter, resourceNotFound, validationError } from '../errors.ts';
import { fillExpiries, fillIndexes } from './filling.ts';
import type { Table, TableDefinition } from './table.ts';
import {
  type IndexInput,
  indexDefinition,
  type AttributeDefinition,
  type EncryptionInput,
  readTableShape,
  type StreamInput,
  type TableInput,
} from './table-definition.ts';

/** Tables whose items are still to be deleted; kept, so that a host that was killed goes on with it. */
const DROPPED = 'ddb/dropped/';

/** Makes a table. */
export async function createTable(db: DynamoDb, input: TableInput): Promise<Table> {
  const { keys, indexes } = readTableShape(input, 1);
  if (db.tables.find(input.TableName)) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${input.TableName}`);
  }
  const createdAtMs = db.host.clock.now();
  const stream = newStream(db.host, input.StreamSpecification);
  return db.tables.save({
    name: input.TableName,
    number: db.tables.nextNumber(),
    tableId: db.host.uuid(),
    keys,
    indexes,
    lastIndexNumber: indexes.length,
    billingMode: input.BillingMode ?? 'PROVISIONED',
    throughput: input.ProvisionedThroughput,
    createdAtMs,
    stream,
    ttlAttribute: undefined,
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    pointInTimeRecovery: false,
    tableClass: input.TableClass,
    onDemandThroughput: input.OnDemandThroughput,
    kmsKeyArn: kmsKeyArn(db.host, input.SSESpecification),
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  });
}

/** The label of a stream is the time at which it was enabled; it is part of the stream's ARN and stays. */
function newStream(host: Host, input: StreamInput | undefined): TableDefinition['stream'] {
  if (!input) return undefined;
  if (input.StreamEnabled === false) {
    if (input.StreamViewType) {
      throw invalidParameter('Table is being created with a stream disabled, UpdateViewType should not be specified');
    }
    return undefined;
  }
  if (!input.StreamViewType) {
    throw invalidParameter('StreamViewType is required when StreamEnabled is true');
  }
  return {
    label: new Date(host.clock.now()).toISOString().slice(0, -1),
    viewType: input.StreamViewType,
    enabled: true,
  };
}

/** The key of `SSESpecification`; without a name it is the account's own for DynamoDB. Nothing is encrypted with it here. */
function kmsKeyArn(host: Host, input: EncryptionInput | undefined): string | undefined {
  if (input?.Enabled !== true) return undefined;
  const { KMSMasterKeyId: id } = input;
  return id?.startsWith('arn:') ? id : `arn:aws:kms:${host.region}:${host.accountId}:key/${id ?? host.uuid()}`;
}

/** Enables or disables the stream of a table. */
export function withStream(db: DynamoDb, table: Table, input: StreamInput): Promise<Table> {
  const { stream } = table.definition;
  if (input.StreamEnabled !== false) {
    if (table.stream) throw validationError(`Table already has an enabled stream: TableName: ${table.name}`);
    return redefine(db, table, { stream: newStream(db.host, input) });
  }
  if (!stream || !table.stream) throw validationError(`Table has no stream to disable: TableName: ${table.name}`);
  return redefine(db, table, { stream: { ...stream, enabled: false } });
}

/** Gives a table another definition. */
export function redefine(db: DynamoDb, table: Table, changes: Partial<TableDefinition>): Promise<Table> {
  return db.tables.save({ ...table.definition, ...changes });
}

/** Adds an index, which then wants to be filled with the items that are there. */
export async function addIndex(
  db: DynamoDb,
  table: Table,
  input: IndexInput,
  defined: readonly AttributeDefinition[],
): Promise<Table> {
  if (table.indexes.some(({ name }) => name === input.IndexName)) {
    throw validationError(`Attempting to create an index which already exists: ${input.IndexName}`);
  }
  const number = table.definition.lastIndexNumber + 1;
  const index = { ...indexDefinition(input, true, number, defined), filling: true };
  return redefine(db, table, { indexes: [...table.definition.indexes, index], lastIndexNumber: number });
}

/** Removes an index and what is in it. */
export async function removeIndex(db: DynamoDb, table: Table, name: string): Promise<Table> {
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (!index?.global) throw resourceNotFound(`Requested resource not found: Index: ${name} not found`);
  const changed = await redefine(db, table, {
    indexes: table.definition.indexes.filter((candidate) => candidate.name !== name),
  });
  await deleteRange(db.host.store, index.prefix, `${index.prefix}~`);
  return changed;
}

/** Has items of a table expire by an attribute, or no longer. */
export async function changeTtl(db: DynamoDb, table: Table, attribute: string | undefined): Promise<Table> {
  await deleteRange(db.host.store, table.expiryPrefix, `${table.expiryPrefix}~`);
  const changed = await redefine(db, table, { ttlAttribute: attribute });
  if (attribute !== undefined) await fillExpiries(db, changed);
  return changed;
}

/** Removes a table at once, and its items in the background. */
export async function dropTable(db: DynamoDb, table: Table): Promise<void> {
  const number = String(table.definition.number);
  await db.host.store.write([{ key: DROPPED + number, value: '' }]);
  await db.tables.remove(table);
  inBackground(db.host, `clearing the deleted table ${table.name}`, () => clearDropped(db, number));
}

/** Goes on with what the last run left undone: filling indexes, clearing tables that are gone. */
export async function resumeTableChanges(db: DynamoDb): Promise<void> {
  for await (const [key] of db.host.store.range({ gte: DROPPED, lt: `${DROPPED}~` })) {
    await clearDropped(db, key.slice(DROPPED.length));
  }
  for (const table of db.tables.all()) {
    if (table.indexes.some(({ filling }) => filling)) await fillIndexes(db, table);
  }
}

async function clearDropped(db: DynamoDb, number: string): Promise<void> {
  for (const kind of ['item', 'index', 'ttl', 'stream']) {
    const prefix = `ddb/${kind}/${number}/`;
    await deleteRange(db.host.store, prefix, `ddb/${kind}/${number}0`);
  }
  await db.host.store.write([{ key: DROPPED + number, value: undefined }]);
}
