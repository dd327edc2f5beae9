import { isAbsent } from '../absent.ts';
import { authorizeTable, type Operation } from '../context.ts';
import { validationError } from '../errors.ts';
import { BILLING_MODES, Constraints, TABLE_CLASSES, tableName } from '../request-constraints.ts';
import { createTable as makeTable, dropTable } from '../tables/table-changes.ts';
import type { IndexInput, TableInput } from '../tables/table-definition.ts';
import { throughputConstraints } from '../tables/throughput.ts';
import { refuseOthers } from '../unserved-parameters.ts';
import { describeTable as describe } from '../tables/table-description.ts';

/** The shortest name that CreateTable takes, and how many names ListTables gives. */
const SHORTEST_NAME = 3;
const MAX_NAMES = 100;

interface Named {
  readonly TableName?: string;
}

/** What CreateTable may say here. */
const CREATE_PARAMETERS = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'OnDemandThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
  'SSESpecification',
  'DeletionProtectionEnabled',
  'TableClass',
  'Tags',
];

export const createTable: Operation<TableInput> = async (db, input, principal) => {
  if (isAbsent(input.TableName)) {
    throw validationError("The parameter 'TableName' is required but was not present in the request");
  }
  const name = tableName(input.TableName, SHORTEST_NAME);
  authorizeTable(db, principal, 'CreateTable', name);
  refuseOthers('CreateTable', input, CREATE_PARAMETERS);
  checkCreateParameters(input);
  const table = await makeTable(db, { ...input, TableName: name });
  return { TableDescription: describe(table, 'CREATING') };
};

function checkCreateParameters(input: TableInput): void {
  const constraints = new Constraints()
    .notNull(input.AttributeDefinitions, 'attributeDefinitions')
    .notNull(input.KeySchema, 'keySchema')
    .length(input.KeySchema, 'keySchema', 1, 2)
    .oneOf(input.BillingMode, 'billingMode', BILLING_MODES)
    .oneOf(input.TableClass, 'tableClass', TABLE_CLASSES);
  throughputConstraints(constraints, 'provisionedThroughput', input.ProvisionedThroughput);
  (input.AttributeDefinitions ?? []).forEach(({ AttributeType }, position) => {
    const path = `attributeDefinitions.${String(position + 1)}.member.attributeType`;
    constraints.notNull(AttributeType, path).oneOf(AttributeType, path, ['B', 'N', 'S']);
  });
  (input.KeySchema ?? []).forEach(({ KeyType }, position) => {
    const path = `keySchema.${String(position + 1)}.member.keyType`;
    constraints.notNull(KeyType, path).oneOf(KeyType, path, ['HASH', 'RANGE']);
  });
  checkIndexParameters(constraints, 'localSecondaryIndexes', input.LocalSecondaryIndexes);
  checkIndexParameters(constraints, 'globalSecondaryIndexes', input.GlobalSecondaryIndexes);
  constraints.check();
}

function checkIndexParameters(constraints: Constraints, parameter: string, indexes: readonly IndexInput[] = []): void {
  indexes.forEach((index, position) => {
    const path = `${parameter}.${String(position + 1)}.member`;
    constraints
      .notNull(index.IndexName, `${path}.indexName`)
      .length(index.IndexName, `${path}.indexName`, SHORTEST_NAME, 255)
      .notNull(index.KeySchema, `${path}.keySchema`)
      .length(index.KeySchema, `${path}.keySchema`, 1, 2)
      .notNull(index.Projection, `${path}.projection`);
    throughputConstraints(constraints, `${path}.provisionedThroughput`, index.ProvisionedThroughput);
  });
}

export const describeTable: Operation<Named> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'DescribeTable', name);
  return { Table: describe(db.tables.describe(name)) };
};

export const deleteTable: Operation<Named> = async (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'DeleteTable', name);
  const table = db.tables.describe(name);
  if (table.definition.deletionProtection) {
    throw validationError(
      `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
    );
  }
  await dropTable(db, table);
  return { TableDescription: describe(table, 'DELETING') };
};

interface ListTablesInput {
  readonly ExclusiveStartTableName?: string;
  readonly Limit?: number;
}

export const listTables: Operation<ListTablesInput> = (db, input, principal) => {
  db.host.authorize({ principal, action: 'dynamodb:ListTables', resource: '*' });
  new Constraints().atLeast(input.Limit, 'limit', 1).atMost(input.Limit, 'limit', MAX_NAMES).check();
  const start = input.ExclusiveStartTableName;
  const names = db.tables.names().filter((name) => start === undefined || name > start);
  const page = names.slice(0, input.Limit ?? MAX_NAMES);
  const last = page.at(-1);
  return {
    TableNames: page,
    ...(page.length < names.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
};
