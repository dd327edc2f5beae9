import { dynamoDb, type Fixture, index, tableInput } from './dynamodb-fixture.ts';

const units = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
});

describe('UpdateTable', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
    await db.call(
      'CreateTable',
      tableInput('Things', 'pk', {
        extra: 'owner',
        BillingMode: 'PROVISIONED',
        ...units(5, 5),
        GlobalSecondaryIndexes: [{ ...index('byOwner', 'owner'), ...units(5, 5) }],
      }),
    );
  });
  afterEach(() => db.close());

  const update = (changes: object) => ({ TableName: 'Things', ...changes });
  const table = async () => (await db.call('DescribeTable', { TableName: 'Things' })).Table;

  it('changes throughput, of the table and of an index, and the way of billing', async () => {
    const Update = { IndexName: 'byOwner', ...units(7, 8) };
    await db.call('UpdateTable', update({ ...units(10, 20), GlobalSecondaryIndexUpdates: [{ Update }] }));
    expect(await table()).toMatchObject({
      ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 20 },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 8 } }],
    });
    const ceiling = { OnDemandThroughput: { MaxReadRequestUnits: 9 }, TableClass: 'STANDARD_INFREQUENT_ACCESS' };
    await db.call('UpdateTable', update({ BillingMode: 'PAY_PER_REQUEST', ...ceiling }));
    expect(await table()).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0 },
      OnDemandThroughput: { MaxReadRequestUnits: 9 },
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    });
  });

  it.each<[string, object, RegExp]>([
    ['nothing', {}, /^ValidationException: At least one of ProvisionedThroughput, BillingMode, /],
    [
      'the throughput that there is',
      { BillingMode: 'PROVISIONED', ...units(5, 5) },
      /^ValidationException: The provisioned throughput for the table will not change\. The requested value equals the current value\. Current ReadCapacityUnits provisioned for the table: 5\./,
    ],
    [
      'no writes at all',
      units(5, 0),
      /^ValidationException: 1 validation error detected: Value '0' at 'provisionedThroughput\.writeCapacityUnits' failed/,
    ],
    [
      'throughput where it is not provisioned',
      { BillingMode: 'PAY_PER_REQUEST', ...units(9, 9) },
      /^ValidationException: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST$/,
    ],
    [
      'an index that is not there',
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'none' } }] },
      /^ResourceNotFoundException: Requested resource not found: Index: none not found$/,
    ],
    [
      'two indexes at once',
      {
        GlobalSecondaryIndexUpdates: [
          { Delete: { IndexName: 'byOwner' } },
          { Create: { ...index('again', 'owner'), ...units(5, 5) } },
        ],
      },
      /^LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table$/,
    ],
    [
      'a replica',
      { ReplicaUpdates: [] },
      /^UnsupportedOperation: The local host does not serve ReplicaUpdates of UpdateTable\.$/,
    ],
  ])('refuses to change %s', async (_what, changes, message) => {
    expect(await db.failure('UpdateTable', update(changes))).toMatch(message);
  });
});

it('DescribeLimits tells the quotas of an account that has asked for no other', async () => {
  const db = await dynamoDb();
  expect(await db.call('DescribeLimits', {})).toEqual({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  });
  await db.close();
});
