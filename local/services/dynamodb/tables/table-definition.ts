import { isAbsent } from '../absent.ts';
import { invalidParameter, validationError } from '../errors.ts';
import type { KeyType } from '../values/attribute-value.ts';
import type {
  IndexDefinition,
  KeySchema,
  OnDemandThroughput,
  Projection,
  StreamViewType,
  Throughput,
} from './table.ts';

export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface AttributeDefinition {
  readonly AttributeName: string;
  readonly AttributeType: KeyType;
}

export interface IndexInput {
  readonly IndexName: string;
  readonly KeySchema: readonly KeySchemaElement[];
  readonly Projection: Projection;
  readonly ProvisionedThroughput?: Throughput;
}

export interface StreamInput {
  readonly StreamEnabled?: boolean;
  readonly StreamViewType?: StreamViewType;
}

export interface EncryptionInput {
  readonly Enabled?: boolean;
  readonly KMSMasterKeyId?: string;
}

/** What CreateTable and AWS::DynamoDB::Table say about a table. */
export interface TableInput {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly KeySchema: readonly KeySchemaElement[];
  readonly BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly ProvisionedThroughput?: Throughput;
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly StreamSpecification?: StreamInput;
  readonly DeletionProtectionEnabled?: boolean;
  readonly TableClass?: string;
  readonly OnDemandThroughput?: OnDemandThroughput;
  readonly SSESpecification?: EncryptionInput;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** Limits per table. */
const MAX_LOCAL_INDEXES = 5;
const MAX_GLOBAL_INDEXES = 20;

/** The keys and indexes of a table, checked as CreateTable checks them; index numbers count from `firstIndexNumber`. */
export function readTableShape(
  input: TableInput,
  firstIndexNumber: number,
): { keys: KeySchema; indexes: IndexDefinition[] } {
  checkBilling(input);
  const keys = readKeySchema(input.KeySchema, input.AttributeDefinitions);
  const local = input.LocalSecondaryIndexes;
  const global = input.GlobalSecondaryIndexes;
  if (local) checkLocalIndexes(local, keys, input);
  if (global) checkGlobalIndexes(global, input);
  checkIndexNames([...(local ?? []), ...(global ?? [])]);
  const defined = input.AttributeDefinitions;
  const indexes = [
    ...(local ?? []).map((index) => ({ index, global: false })),
    ...(global ?? []).map((index) => ({ index, global: true })),
  ].map(({ index, global: isGlobal }, position) =>
    indexDefinition(index, isGlobal, firstIndexNumber + position, defined),
  );
  checkAllDefinitionsUsed(input);
  return { keys, indexes };
}

/** An index as it will be kept. */
export function indexDefinition(
  input: IndexInput,
  global: boolean,
  number: number,
  defined: readonly AttributeDefinition[],
): IndexDefinition {
  return {
    name: input.IndexName,
    global,
    number,
    keys: readKeySchema(input.KeySchema, defined),
    projection: input.Projection,
    throughput: input.ProvisionedThroughput,
    filling: false,
  };
}

function checkBilling({ BillingMode, ProvisionedThroughput }: TableInput): void {
  checkNoThroughputOnDemand(BillingMode, ProvisionedThroughput);
  if (BillingMode !== 'PAY_PER_REQUEST' && !ProvisionedThroughput) {
    throw invalidParameter(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    );
  }
}

export function checkNoThroughputOnDemand(
  BillingMode: TableInput['BillingMode'],
  ProvisionedThroughput: Throughput | undefined,
): void {
  if (BillingMode === 'PAY_PER_REQUEST' && ProvisionedThroughput) {
    throw invalidParameter(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
}

function readKeySchema(schema: readonly KeySchemaElement[], defined: readonly AttributeDefinition[]): KeySchema {
  const names = schema.map(({ AttributeName }) => AttributeName);
  const definedNames = defined.map(({ AttributeName }) => AttributeName);
  if (names.length > definedNames.length) {
    throw validationError('Invalid KeySchema: Some index key attribute have no definition');
  }
  if (names.some((name) => !definedNames.includes(name))) {
    throw invalidParameter(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${definedNames.join(', ')}]`,
    );
  }
  const [partition, sort] = schema;
  if (partition?.AttributeName === sort?.AttributeName) {
    throw validationError('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  }
  if (partition?.KeyType !== 'HASH') {
    throw validationError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  if (sort && sort.KeyType !== 'RANGE') {
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  }
  const attribute = (name: string) => ({
    name,
    type: (defined.find(({ AttributeName }) => AttributeName === name) as AttributeDefinition).AttributeType,
  });
  return { partition: attribute(partition.AttributeName), sort: sort && attribute(sort.AttributeName) };
}

function checkLocalIndexes(indexes: readonly IndexInput[], keys: KeySchema, input: TableInput): void {
  if (indexes.length === 0) throw invalidParameter('List of LocalSecondaryIndexes is empty');
  if (!keys.sort) {
    throw invalidParameter(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  for (const index of indexes) {
    const own = readKeySchema(index.KeySchema, input.AttributeDefinitions);
    if (!own.sort) {
      throw invalidParameter(`Index KeySchema does not have a range key for index: ${index.IndexName}`);
    }
    if (own.partition.name !== keys.partition.name) {
      throw invalidParameter(
        `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${index.IndexName}. index hash key: ${own.partition.name}, table hash key: ${keys.partition.name}`,
      );
    }
    checkProjection(index.Projection);
  }
  if (indexes.length > MAX_LOCAL_INDEXES) {
    throw invalidParameter('Number of LocalSecondaryIndexes exceeds per-table limit of 5');
  }
}

function checkGlobalIndexes(indexes: readonly IndexInput[], input: TableInput): void {
  if (indexes.length === 0) throw invalidParameter('List of GlobalSecondaryIndexes is empty');
  for (const index of indexes) {
    readKeySchema(index.KeySchema, input.AttributeDefinitions);
    checkProjection(index.Projection);
    if (input.BillingMode === 'PAY_PER_REQUEST' && index.ProvisionedThroughput) {
      throw invalidParameter(
        `ProvisionedThroughput should not be specified for index: ${index.IndexName} when BillingMode is PAY_PER_REQUEST`,
      );
    }
  }
  if (indexes.length > MAX_GLOBAL_INDEXES) {
    throw invalidParameter('GlobalSecondaryIndex count exceeds the per-table limit of 20');
  }
}

/** Checks what an index says it holds. */
export function checkProjection({ ProjectionType, NonKeyAttributes }: Projection): void {
  if (isAbsent(ProjectionType)) throw invalidParameter('Unknown ProjectionType: null');
  if (NonKeyAttributes && ProjectionType !== 'INCLUDE') {
    throw invalidParameter(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`);
  }
  if (!NonKeyAttributes && ProjectionType === 'INCLUDE') {
    throw invalidParameter('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
}

function checkIndexNames(indexes: readonly IndexInput[]): void {
  const names = new Set<string>();
  for (const { IndexName } of indexes) {
    if (names.has(IndexName)) throw invalidParameter(`Duplicate index name: ${IndexName}`);
    names.add(IndexName);
  }
}

function checkAllDefinitionsUsed(input: TableInput): void {
  const indexes = [...(input.LocalSecondaryIndexes ?? []), ...(input.GlobalSecondaryIndexes ?? [])];
  const used = new Set(
    [input.KeySchema, ...indexes.map(({ KeySchema }) => KeySchema)].flat().map((key) => key.AttributeName),
  );
  if (input.AttributeDefinitions.every(({ AttributeName }) => used.has(AttributeName))) return;
  if (indexes.length === 0) {
    throw invalidParameter(
      'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  }
  const defined = input.AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  throw invalidParameter(
    `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}
