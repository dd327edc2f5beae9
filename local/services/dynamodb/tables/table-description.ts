import { type Index, keyAttributes, type KeySchema, streamOf, type Table, type Throughput } from './table.ts';

/** A table as CreateTable, DescribeTable, UpdateTable and DeleteTable show it. */
export function describeTable(
  table: Table,
  status: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'DELETING' = 'ACTIVE',
): object {
  const { definition, arn } = table;
  const stream = streamOf(definition, arn);
  const onDemand = definition.billingMode === 'PAY_PER_REQUEST';
  const describe = (index: Index) => describeIndex(index, arn, status);
  const local = table.indexes.filter(({ global }) => !global).map(describe);
  const global = table.indexes.filter((index) => index.global).map(describe);
  return {
    TableName: definition.name,
    TableArn: arn,
    TableId: definition.tableId,
    TableStatus: status,
    CreationDateTime: definition.createdAtMs / 1000,
    AttributeDefinitions: attributeDefinitions(table),
    KeySchema: keySchema(table.keys),
    ProvisionedThroughput: throughput(definition.throughput),
    ...(onDemand
      ? {
          BillingModeSummary: {
            BillingMode: 'PAY_PER_REQUEST',
            LastUpdateToPayPerRequestDateTime: definition.createdAtMs / 1000,
          },
        }
      : {}),
    // DynamoDB refreshes these two every six hours or so; counting at every call would read the whole table.
    ItemCount: 0,
    TableSizeBytes: 0,
    ...(local.length > 0 ? { LocalSecondaryIndexes: local } : {}),
    ...(global.length > 0 ? { GlobalSecondaryIndexes: global } : {}),
    ...(stream
      ? {
          LatestStreamArn: stream.arn,
          LatestStreamLabel: stream.label,
          ...(table.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } } : {}),
        }
      : {}),
    ...(definition.onDemandThroughput ? { OnDemandThroughput: definition.onDemandThroughput } : {}),
    ...(definition.kmsKeyArn
      ? { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: definition.kmsKeyArn } }
      : {}),
    ...(definition.tableClass ? { TableClassSummary: { TableClass: definition.tableClass } } : {}),
    DeletionProtectionEnabled: definition.deletionProtection,
  };
}

function describeIndex(index: Index, tableArn: string, tableStatus: string): object {
  return {
    IndexName: index.name,
    IndexArn: `${tableArn}/index/${index.name}`,
    KeySchema: keySchema(index.keys),
    Projection: index.projection,
    ItemCount: 0,
    IndexSizeBytes: 0,
    ...(index.global
      ? {
          IndexStatus:
            index.filling || tableStatus === 'CREATING'
              ? 'CREATING'
              : tableStatus === 'DELETING'
                ? 'DELETING'
                : 'ACTIVE',
          ProvisionedThroughput: throughput(index.throughput),
        }
      : {}),
  };
}

function keySchema(keys: KeySchema): object[] {
  return keyAttributes(keys).map(({ name }, position) => ({
    AttributeName: name,
    KeyType: position === 0 ? 'HASH' : 'RANGE',
  }));
}

function attributeDefinitions(table: Table): object[] {
  const types = new Map<string, string>();
  for (const keys of [table.keys, ...table.indexes.map((index) => index.keys)]) {
    for (const { name, type } of keyAttributes(keys)) types.set(name, type);
  }
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function throughput(given: Throughput | undefined): object {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: given?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: given?.WriteCapacityUnits ?? 0,
  };
}
