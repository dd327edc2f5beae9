import { AwsError } from '../../../aws-error.ts';
import { inBackground } from '../background.ts';
import { authorizeTable, type DynamoDb, type Operation } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { BILLING_MODES, Constraints, TABLE_CLASSES, tableName } from '../request-constraints.ts';
import { fillIndexes } from '../tables/filling.ts';
import type { OnDemandThroughput, Table, TableDefinition, Throughput } from '../tables/table.ts';
import { addIndex, redefine, removeIndex, withStream } from '../tables/table-changes.ts';
import {
  type AttributeDefinition,
  checkNoThroughputOnDemand,
  type IndexInput,
  type StreamInput,
} from '../tables/table-definition.ts';
import { describeTable } from '../tables/table-description.ts';
import { checkThroughputChanges, throughputConstraints } from '../tables/throughput.ts';
import { refuseOthers } from '../unserved-parameters.ts';

interface IndexUpdate {
  readonly Create?: IndexInput;
  readonly Delete?: { readonly IndexName: string };
  readonly Update?: { readonly IndexName: string; readonly ProvisionedThroughput?: Throughput };
}

interface UpdateTableInput {
  readonly TableName?: string;
  readonly AttributeDefinitions?: readonly AttributeDefinition[];
  readonly BillingMode?: TableDefinition['billingMode'];
  readonly ProvisionedThroughput?: Throughput;
  readonly OnDemandThroughput?: OnDemandThroughput;
  readonly StreamSpecification?: StreamInput;
  readonly DeletionProtectionEnabled?: boolean;
  readonly TableClass?: string;
  readonly GlobalSecondaryIndexUpdates?: readonly IndexUpdate[];
}

/** What UpdateTable may change here. */
const CHANGES = [
  'BillingMode',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'StreamSpecification',
  'DeletionProtectionEnabled',
  'TableClass',
  'GlobalSecondaryIndexUpdates',
] as const;

export const updateTable: Operation<UpdateTableInput> = async (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'UpdateTable', name);
  refuseOthers('UpdateTable', input, ['TableName', 'AttributeDefinitions', ...CHANGES]);
  checkParameters(input);
  const table = db.tables.describe(name);
  checkThroughput(input, table);
  const indexUpdates = input.GlobalSecondaryIndexUpdates ?? [];
  checkOneIndexAtATime(indexUpdates);
  let updated: Table = await redefine(db, table, simpleChanges(input));
  if (input.StreamSpecification) updated = await withStream(db, updated, input.StreamSpecification);
  for (const update of indexUpdates) updated = await updateIndex(db, updated, update, input.AttributeDefinitions ?? []);
  const filling = updated;
  if (filling.indexes.some((index) => index.filling)) {
    inBackground(db.host, `filling an index of ${name}`, () => fillIndexes(db, filling));
  }
  return { TableDescription: describeTable(updated, 'UPDATING') };
};

function checkParameters(input: UpdateTableInput): void {
  const constraints = new Constraints()
    .oneOf(input.BillingMode, 'billingMode', BILLING_MODES)
    .oneOf(input.TableClass, 'tableClass', TABLE_CLASSES);
  throughputConstraints(constraints, 'provisionedThroughput', input.ProvisionedThroughput);
  constraints.check();
  if (CHANGES.every((parameter) => input[parameter] === undefined)) {
    throw validationError(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
}

function checkThroughput({ BillingMode, ProvisionedThroughput }: UpdateTableInput, { definition }: Table): void {
  checkNoThroughputOnDemand(BillingMode ?? definition.billingMode, ProvisionedThroughput);
  if (definition.billingMode === 'PROVISIONED' && ProvisionedThroughput) {
    checkThroughputChanges('the table', definition.throughput, ProvisionedThroughput);
  }
}

/** One index of a table can be made or deleted at a time. */
function checkOneIndexAtATime(updates: readonly IndexUpdate[]): void {
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length < 2) return;
  throw new AwsError(
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  );
}

async function updateIndex(
  db: DynamoDb,
  table: Table,
  { Create, Delete, Update }: IndexUpdate,
  defined: readonly AttributeDefinition[],
): Promise<Table> {
  if (Create) return addIndex(db, table, Create, defined);
  if (Delete) return removeIndex(db, table, Delete.IndexName);
  return Update ? changeIndexThroughput(db, table, Update) : table;
}

function changeIndexThroughput(
  db: DynamoDb,
  table: Table,
  { IndexName, ProvisionedThroughput: throughput }: NonNullable<IndexUpdate['Update']>,
): Promise<Table> {
  const { indexes } = table.definition;
  const index = indexes.find(({ name, global }) => global && name === IndexName);
  if (!index) throw resourceNotFound(`Requested resource not found: Index: ${IndexName} not found`);
  if (throughput) checkThroughputChanges(`the index ${IndexName}`, index.throughput, throughput);
  return redefine(db, table, {
    indexes: indexes.map((candidate) => (candidate === index ? { ...index, throughput } : candidate)),
  });
}

function simpleChanges(input: UpdateTableInput): Partial<TableDefinition> {
  return {
    ...(input.BillingMode ? { billingMode: input.BillingMode } : {}),
    ...(input.BillingMode === 'PAY_PER_REQUEST' ? { throughput: undefined } : {}),
    ...(input.ProvisionedThroughput ? { throughput: input.ProvisionedThroughput } : {}),
    ...(input.OnDemandThroughput ? { onDemandThroughput: input.OnDemandThroughput } : {}),
    ...(input.DeletionProtectionEnabled === undefined ? {} : { deletionProtection: input.DeletionProtectionEnabled }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
  };
}
