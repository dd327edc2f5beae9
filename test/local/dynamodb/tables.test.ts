import { dynamoDb, type Fixture, index, keySchema, tableInput } from './dynamodb-fixture.ts';

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/';

describe('tables', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
  });
  afterEach(() => db.close());

  it('are made, described, listed in pages and deleted with their items', async () => {
    for (const name of ['Beta', 'Alpha', 'Gamma']) await db.call('CreateTable', tableInput(name, 'pk'));
    await db.call('PutItem', { TableName: 'Alpha', Item: { pk: { S: 'x' } } });
    expect((await db.call('DescribeTable', { TableName: 'Alpha' })).Table).toMatchObject({
      TableName: 'Alpha',
      TableStatus: 'ACTIVE',
      TableArn: `${ARN}Alpha`,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    expect(await db.call('ListTables', { Limit: 2 })).toEqual({
      TableNames: ['Alpha', 'Beta'],
      LastEvaluatedTableName: 'Beta',
    });
    expect(await db.call('ListTables', { ExclusiveStartTableName: 'Beta' })).toEqual({ TableNames: ['Gamma'] });
    await db.call('DeleteTable', { TableName: 'Alpha' });
    expect(await db.failure('DescribeTable', { TableName: 'Alpha' })).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: Alpha not found',
    );
    await db.call('CreateTable', tableInput('Alpha', 'pk'));
    expect((await db.call('Scan', { TableName: 'Alpha' })).Count).toBe(0);
    await db.host.clock.idle();
    const left: string[] = [];
    for await (const [key] of db.host.store.range({ gte: 'ddb/item/', lt: 'ddb/item0' })) left.push(key);
    expect(left).toEqual([]);
  });

  it('get an index later, filled with the items that are there', async () => {
    await db.call('CreateTable', tableInput('Things', 'pk'));
    for (let number = 0; number < 450; number += 1) {
      await db.call('PutItem', {
        TableName: 'Things',
        Item: { pk: { S: String(number) }, half: { S: String(number % 2) } },
      });
    }
    await db.call('UpdateTable', {
      TableName: 'Things',
      AttributeDefinitions: [{ AttributeName: 'half', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create: index('byHalf', 'half', 'KEYS_ONLY') }],
    });
    const query = {
      TableName: 'Things',
      IndexName: 'byHalf',
      KeyConditionExpression: 'half = :h',
      ExpressionAttributeValues: { ':h': { S: '1' } },
    };
    expect(await db.failure('Query', query)).toBe(
      'ValidationException: Cannot read from backfilling global secondary index: byHalf',
    );
    await db.host.clock.idle();
    expect((await db.call('Query', query)).Count).toBe(225);
    await db.call('UpdateTable', {
      TableName: 'Things',
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byHalf' } }],
    });
    expect(await db.failure('Query', query)).toBe(
      'ValidationException: The table does not have the specified index: byHalf',
    );
  });

  it('carry tags, backups that are only noted, and protection against deletion', async () => {
    await db.call('CreateTable', { ...tableInput('Things', 'pk'), DeletionProtectionEnabled: true });
    const ResourceArn = `${ARN}Things`;
    await db.call('TagResource', {
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await db.call('UntagResource', { ResourceArn, TagKeys: ['a'] });
    expect(await db.call('ListTagsOfResource', { ResourceArn })).toEqual({ Tags: [{ Key: 'b', Value: '2' }] });
    expect(await db.call('DescribeContinuousBackups', { TableName: 'Things' })).toEqual({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    });
    expect(await db.failure('DeleteTable', { TableName: 'Things' })).toMatch(/protected against deletion/);
  });

  it('say what they are encrypted with and what they may cost at most', async () => {
    await db.call('CreateTable', {
      ...tableInput('Things', 'pk'),
      SSESpecification: { Enabled: true, KMSMasterKeyId: 'own' },
      OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 5 },
    });
    expect((await db.call('DescribeTable', { TableName: 'Things' })).Table).toMatchObject({
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/own',
      },
      OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 5 },
    });
  });

  it('are refused with a parameter that is not served', async () => {
    expect(await db.failure('CreateTable', { ...tableInput('Things', 'pk'), ResourcePolicy: '{}' })).toBe(
      'UnsupportedOperation: The local host does not serve ResourcePolicy of CreateTable.',
    );
  });

  it.each<[string, object, string]>([
    [
      'a short name',
      tableInput('ab', 'pk'),
      "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
    [
      'three keys',
      { ...tableInput('Things', 'pk'), KeySchema: keySchema(['pk', 'sk', 'extra']) },
      "1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, keyType=RANGE), KeySchemaElement(attributeName=extra, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      'a local index without a sort key',
      tableInput('Things', 'pk', { extra: 'x', LocalSecondaryIndexes: [index('local', 'pk x')] }),
      'One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    ],
    [
      'two indexes of one name',
      tableInput('Things', 'pk', { extra: 'x', GlobalSecondaryIndexes: [index('same', 'x'), index('same', 'x')] }),
      'One or more parameter values were invalid: Duplicate index name: same',
    ],
    [
      'a view for a stream that is off',
      { ...tableInput('Things', 'pk'), StreamSpecification: { StreamEnabled: false, StreamViewType: 'NEW_IMAGE' } },
      'One or more parameter values were invalid: Table is being created with a stream disabled, UpdateViewType should not be specified',
    ],
    [
      'no reads at all',
      {
        ...tableInput('Things', 'pk'),
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 },
      },
      "1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    ['no name', {}, "The parameter 'TableName' is required but was not present in the request"],
  ])('are refused with %s', async (_what, input, message) => {
    expect(await db.failure('CreateTable', input)).toBe(`ValidationException: ${message}`);
  });
});
