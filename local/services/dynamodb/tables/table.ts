import type { KeyType } from '../values/attribute-value.ts';

/** `KeySchema` and `AttributeDefinitions` as one: the key attributes with their types. */
export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort: KeyAttribute | undefined;
}

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface Projection {
  readonly ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly NonKeyAttributes?: readonly string[];
}

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export interface Throughput {
  readonly ReadCapacityUnits: number;
  readonly WriteCapacityUnits: number;
}

/** The ceiling of an on-demand table; shown only, since the host throttles nothing. */
export interface OnDemandThroughput {
  readonly MaxReadRequestUnits?: number;
  readonly MaxWriteRequestUnits?: number;
}

/** A secondary index as it is kept on disk. */
export interface IndexDefinition {
  readonly name: string;
  readonly global: boolean;
  /** Names the index in keys of the store, so that an index that is made again starts empty. */
  readonly number: number;
  readonly keys: KeySchema;
  readonly projection: Projection;
  readonly throughput: Throughput | undefined;
  /** True until the items that were there before the index are in it. */
  readonly filling: boolean;
}

/** A table as it is kept on disk. */
export interface TableDefinition {
  readonly name: string;
  /** Names the table in keys of the store, so that a table that is made again starts empty. */
  readonly number: number;
  /** The UUID that DescribeTable shows as TableId. */
  readonly tableId: string;
  readonly keys: KeySchema;
  readonly indexes: readonly IndexDefinition[];
  /** The highest index number that was ever given out in this table. */
  readonly lastIndexNumber: number;
  readonly billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  readonly throughput: Throughput | undefined;
  readonly createdAtMs: number;
  readonly stream: { readonly label: string; readonly viewType: StreamViewType; readonly enabled: boolean } | undefined;
  readonly ttlAttribute: string | undefined;
  readonly deletionProtection: boolean;
  readonly pointInTimeRecovery: boolean;
  readonly tableClass: string | undefined;
  readonly onDemandThroughput?: OnDemandThroughput | undefined;
  /** The key that the table says it is encrypted with; undefined for the one that AWS owns, which is not shown. */
  readonly kmsKeyArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** An index in use. */
export interface Index extends IndexDefinition {
  /** What all keys of its entries in the store begin with. */
  readonly prefix: string;
  /** Names of the attributes that it holds; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
}

/** A table in use: its definition and what is derived from it once, because every operation needs it. */
export interface Table {
  readonly definition: TableDefinition;
  readonly name: string;
  readonly arn: string;
  readonly keys: KeySchema;
  /** By name, which is the order in which complaints about index keys name them. */
  readonly indexes: readonly Index[];
  /** What the keys of its items, its expiring items and its stream records in the store begin with. */
  readonly itemPrefix: string;
  readonly expiryPrefix: string;
  readonly stream: TableStream | undefined;
  readonly ttlAttribute: string | undefined;
  readonly hasLocalIndexes: boolean;
}

export interface TableStream {
  readonly arn: string;
  readonly label: string;
  readonly viewType: StreamViewType;
  readonly prefix: string;
}

/** Derives a table from its definition. `arn` is the table's own. */
export function tableOf(definition: TableDefinition, arn: string): Table {
  const { keys, number } = definition;
  const id = String(number);
  return {
    definition,
    name: definition.name,
    arn,
    keys,
    indexes: definition.indexes
      .map((index) => indexOf(index, keys, id))
      .sort((left, right) => (left.name < right.name ? -1 : 1)),
    itemPrefix: `ddb/item/${id}/`,
    expiryPrefix: `ddb/ttl/${id}/`,
    stream: definition.stream?.enabled ? streamOf(definition, arn) : undefined,
    ttlAttribute: definition.ttlAttribute,
    hasLocalIndexes: definition.indexes.some(({ global }) => !global),
  };
}

function indexOf(definition: IndexDefinition, tableKeys: KeySchema, tableId: string): Index {
  const { ProjectionType, NonKeyAttributes = [] } = definition.projection;
  const keyNames = [...keyNamesOf(tableKeys), ...keyNamesOf(definition.keys)];
  return {
    ...definition,
    prefix: `ddb/index/${tableId}/${String(definition.number)}/`,
    projected: ProjectionType === 'ALL' ? undefined : new Set([...keyNames, ...NonKeyAttributes]),
  };
}

/** The stream of a table, whether it is enabled or only still readable. */
export function streamOf(definition: TableDefinition, tableArn: string): TableStream | undefined {
  const { stream, number } = definition;
  return (
    stream && {
      arn: `${tableArn}/stream/${stream.label}`,
      label: stream.label,
      viewType: stream.viewType,
      prefix: `ddb/stream/${String(number)}/${stream.label}/`,
    }
  );
}

/** Partition key, and sort key where there is one. */
export function keyAttributes(keys: KeySchema): readonly KeyAttribute[] {
  return keys.sort ? [keys.partition, keys.sort] : [keys.partition];
}

export function keyNamesOf(keys: KeySchema): readonly string[] {
  return keyAttributes(keys).map(({ name }) => name);
}
