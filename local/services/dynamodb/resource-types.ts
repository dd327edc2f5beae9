import type { CreatedResource, ResourceType, TemplateResource } from '../../aws-service.ts';
import type { DynamoDb } from './context.ts';
import { fillIndexes } from './tables/filling.ts';
import type { Index, KeySchema, Table } from './tables/table.ts';
import { addIndex, changeTtl, createTable, redefine, removeIndex, withStream } from './tables/table-changes.ts';
import { readTableShape, type StreamInput, type TableInput } from './tables/table-definition.ts';
import { TABLE_SCHEMA } from './table-schema.ts';

/** `AWS::DynamoDB::Table` as its properties are after validation. */
interface TableProperties extends Omit<TableInput, 'TableName'> {
  readonly TableName?: string;
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean };
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
}

/** `AWS::DynamoDB::Table`: made at the first start, found again with its items at the next ones. */
export function tableResource(db: DynamoDb, ready: Promise<void>): ResourceType {
  return {
    type: 'AWS::DynamoDB::Table',
    schema: TABLE_SCHEMA,
    async create(resource) {
      await ready;
      return attributesOf(await makeOrUpdate(db, resource));
    },
  };
}

async function makeOrUpdate(db: DynamoDb, resource: TemplateResource): Promise<Table> {
  const properties = resource.properties as TableProperties;
  const input: TableInput = { ...properties, TableName: properties.TableName ?? resource.generatedName };
  const existing = db.tables.find(input.TableName);
  let table = existing ? await update(db, existing, input, resource.logicalId) : await createTable(db, input);
  const ttl = properties.TimeToLiveSpecification;
  const ttlAttribute = ttl?.Enabled ? ttl.AttributeName : undefined;
  if (ttlAttribute !== table.ttlAttribute) table = await changeTtl(db, table, ttlAttribute);
  const pointInTimeRecovery = properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false;
  return redefine(db, table, { pointInTimeRecovery });
}

function attributesOf(table: Table): CreatedResource {
  return {
    ref: table.name,
    attributes: { Arn: table.arn, ...(table.stream ? { StreamArn: table.stream.arn } : {}) },
  };
}

/** Brings a table that has items in line with the template, as far as CloudFormation does so without replacing it. */
async function update(db: DynamoDb, existing: Table, input: TableInput, logicalId: string): Promise<Table> {
  const shape = readTableShape(input, existing.definition.lastIndexNumber + 1);
  checkUnchanged(logicalId, 'KeySchema', show(existing.keys), show(shape.keys));
  checkUnchanged(
    logicalId,
    'LocalSecondaryIndexes',
    showIndexes(existing.indexes.filter(({ global }) => !global)),
    showIndexes(shape.indexes.filter(({ global }) => !global)),
  );
  const table = await redefine(db, existing, {
    billingMode: input.BillingMode ?? 'PROVISIONED',
    throughput: input.ProvisionedThroughput,
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tableClass: input.TableClass,
    tags: Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
  });
  return updateIndexes(db, await updateStream(db, table, input.StreamSpecification), input);
}

function checkUnchanged(logicalId: string, property: string, before: string, now: string): void {
  if (before === now) return;
  throw new Error(
    `${property} of the table ${logicalId} has changed from ${before} to ${now}: that makes another table. ` +
      'Start with --fresh, or give the table another name.',
  );
}

async function updateStream(db: DynamoDb, table: Table, input: StreamInput | undefined): Promise<Table> {
  if (input?.StreamViewType === table.stream?.viewType) return table;
  // Another view is another stream: the old one is disabled, and a new one gets its own ARN.
  const disabled = table.stream ? await withStream(db, table, { StreamEnabled: false }) : table;
  return input ? withStream(db, disabled, { ...input, StreamEnabled: true }) : disabled;
}

async function updateIndexes(db: DynamoDb, table: Table, input: TableInput): Promise<Table> {
  const wanted = input.GlobalSecondaryIndexes ?? [];
  const { indexes } = readTableShape(input, 1);
  let updated = table;
  for (const index of table.indexes) {
    const now = indexes.filter((candidate) => candidate.global && candidate.name === index.name);
    if (index.global && showIndexes([index]) !== showIndexes(now)) updated = await removeIndex(db, updated, index.name);
  }
  for (const index of wanted) {
    if (updated.indexes.some(({ name }) => name === index.IndexName)) continue;
    updated = await addIndex(db, updated, index, input.AttributeDefinitions);
  }
  if (updated.indexes.some(({ filling }) => filling)) await fillIndexes(db, updated);
  return db.tables.get(table.name);
}

function show({ partition, sort }: KeySchema): string {
  return [partition, sort]
    .map((key) => (key ? `${key.name} (${key.type})` : ''))
    .join(' ')
    .trim();
}

function showIndexes(indexes: readonly Pick<Index, 'name' | 'keys' | 'projection'>[]): string {
  const shown = indexes.map(({ name, keys, projection }) => {
    const others = [...(projection.NonKeyAttributes ?? [])].sort().join(', ');
    return `${name}: ${show(keys)}, ${projection.ProjectionType} ${others}`.trim();
  });
  return shown.length === 0 ? 'none' : shown.sort().join('; ');
}
