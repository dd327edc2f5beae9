import { authorizeTable, type DynamoDb, type Operation } from '../context.ts';
import { resourceNotFound, validationError } from '../errors.ts';
import { Constraints, tableName } from '../request-constraints.ts';
import { changeTtl, redefine } from '../tables/table-changes.ts';
import type { Table } from '../tables/table.ts';

interface Named {
  readonly TableName?: string;
}

interface UpdateTimeToLiveInput extends Named {
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
}

export const updateTimeToLive: Operation<UpdateTimeToLiveInput> = async (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'UpdateTimeToLive', name);
  const specification = input.TimeToLiveSpecification;
  new Constraints()
    .notNull(specification, 'timeToLiveSpecification')
    .notNull(specification?.AttributeName, 'timeToLiveSpecification.attributeName')
    .length(specification?.AttributeName, 'timeToLiveSpecification.attributeName', 1, 255)
    .check();
  const table = db.tables.describe(name);
  const attribute = specification?.AttributeName as string;
  const enabled = specification?.Enabled === true;
  if (enabled && table.ttlAttribute !== undefined) throw validationError('TimeToLive is already enabled');
  if (!enabled && table.ttlAttribute === undefined) throw validationError('TimeToLive is already disabled');
  if (!enabled && table.ttlAttribute !== attribute) {
    throw validationError(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${String(table.ttlAttribute)}`,
    );
  }
  await changeTtl(db, table, enabled ? attribute : undefined);
  return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
};

export const describeTimeToLive: Operation<Named> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'DescribeTimeToLive', name);
  const { ttlAttribute } = db.tables.describe(name);
  return {
    TimeToLiveDescription:
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
  };
};

export const describeContinuousBackups: Operation<Named> = (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'DescribeContinuousBackups', name);
  return { ContinuousBackupsDescription: continuousBackups(findTable(db, name)) };
};

interface UpdateContinuousBackupsInput extends Named {
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
}

/** Notes that point-in-time recovery is wanted; the host keeps no earlier states that could be recovered. */
export const updateContinuousBackups: Operation<UpdateContinuousBackupsInput> = async (db, input, principal) => {
  const name = tableName(input.TableName);
  authorizeTable(db, principal, 'UpdateContinuousBackups', name);
  const specification = input.PointInTimeRecoverySpecification;
  new Constraints()
    .notNull(specification, 'pointInTimeRecoverySpecification')
    .notNull(specification?.PointInTimeRecoveryEnabled, 'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled')
    .check();
  const enabled = specification?.PointInTimeRecoveryEnabled === true;
  const table = await redefine(db, findTable(db, name), { pointInTimeRecovery: enabled });
  return { ContinuousBackupsDescription: continuousBackups(table) };
};

function findTable(db: DynamoDb, name: string): Table {
  const table = db.tables.find(name);
  if (!table) throw resourceNotFound(`Table not found: ${name}`);
  return table;
}

function continuousBackups({ definition }: Table): object {
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      PointInTimeRecoveryStatus: definition.pointInTimeRecovery ? 'ENABLED' : 'DISABLED',
    },
  };
}

interface Tagged {
  readonly ResourceArn?: string;
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const ARN = /^arn:aws:dynamodb:[^:]+:[^:]+:table\/.+$/;

function taggedTable(db: DynamoDb, input: Tagged, principal: Parameters<Operation>[2], action: string): Table {
  new Constraints().notNull(input.ResourceArn, 'resourceArn').check();
  const arn = input.ResourceArn as string;
  if (!ARN.test(arn)) throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  db.host.authorize({ principal, action: `dynamodb:${action}`, resource: arn });
  const table = db.tables.all().find((candidate) => candidate.arn === arn);
  if (!table) throw resourceNotFound(`Requested resource not found: ResourcArn: ${arn} not found`);
  return table;
}

export const tagResource: Operation<Tagged & { readonly Tags?: readonly Tag[] }> = async (db, input, principal) => {
  const table = taggedTable(db, input, principal, 'TagResource');
  const { Tags = [] } = input;
  if (Tags.length === 0) throw validationError('Atleast one Tag needs to be provided as Input.');
  const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
  await redefine(db, table, { tags: { ...table.definition.tags, ...added } });
  return {};
};

export const untagResource: Operation<Tagged & { readonly TagKeys?: readonly string[] }> = async (
  db,
  input,
  principal,
) => {
  const table = taggedTable(db, input, principal, 'UntagResource');
  const { TagKeys = [] } = input;
  if (TagKeys.length === 0) throw validationError('Atleast one Tag Key needs to be provided as Input.');
  const left = Object.entries(table.definition.tags).filter(([key]) => !TagKeys.includes(key));
  await redefine(db, table, { tags: Object.fromEntries(left) });
  return {};
};

export const listTagsOfResource: Operation<Tagged> = (db, input, principal) => {
  const table = taggedTable(db, input, principal, 'ListTagsOfResource');
  return { Tags: Object.entries(table.definition.tags).map(([Key, Value]) => ({ Key, Value })) };
};
