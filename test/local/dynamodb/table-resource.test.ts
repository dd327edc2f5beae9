import { Ajv } from 'ajv';
import { DynamoDbService } from '../../../local/services/dynamodb/dynamodb-service.ts';
import { dynamoDb, type Fixture, index, keySchema, type Response, tableInput } from './dynamodb-fixture.ts';

const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/';

describe('AWS::DynamoDB::Table', () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await dynamoDb();
  });
  afterEach(() => db.close());

  const properties = (more: object = {}) => {
    const { TableName: _generated, ...rest } = tableInput('Generated', 'pk sk') as Record<string, unknown>;
    return { ...rest, StreamSpecification: { StreamViewType: 'NEW_IMAGE' }, ...more };
  };
  const create = (service: DynamoDbService, more: object = {}) =>
    Promise.resolve(
      service.resourceTypes[0]?.create({
        logicalId: 'Orders',
        type: 'AWS::DynamoDB::Table',
        properties: properties(more),
        generatedName: 'Stack-Orders-1X',
        stackName: 'Stack',
      }),
    );
  const restarted = () => new DynamoDbService(db.host);

  it('gives its name, its ARN and the ARN of its stream, the same at every start, with its items', async () => {
    const first = await create(db.service);
    expect(first?.ref).toBe('Stack-Orders-1X');
    expect(first?.attributes?.['Arn']).toBe(`${ARN}Stack-Orders-1X`);
    expect(first?.attributes?.['StreamArn']).toMatch(/table\/Stack-Orders-1X\/stream\/2026-01-15T10:00:00\.\d{3}$/);
    const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
    await db.call('PutItem', { TableName: 'Stack-Orders-1X', Item: Key });
    await db.host.clock.advance(60_000);
    const service = restarted();
    expect(await create(service)).toEqual(first);
    const read = (await service.call(
      'GetItem',
      { TableName: 'Stack-Orders-1X', Key },
      { kind: 'unrestricted' },
    )) as Response;
    expect(read.Item).toEqual(Key);
  });

  it('takes up indexes and time to live that the template now has', async () => {
    await create(db.service);
    await db.call('PutItem', {
      TableName: 'Stack-Orders-1X',
      Item: { pk: { S: 'a' }, sk: { S: 'b' }, owner: { S: 'me' } },
    });
    const service = restarted();
    await create(service, {
      AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [index('byOwner', 'owner')],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
    const call = (operation: string, input: object) =>
      service.call(
        operation,
        { TableName: 'Stack-Orders-1X', ...input },
        { kind: 'unrestricted' },
      ) as Promise<Response>;
    const { Count } = await call('Query', {
      IndexName: 'byOwner',
      KeyConditionExpression: '#o = :me',
      ExpressionAttributeNames: { '#o': 'owner' },
      ExpressionAttributeValues: { ':me': { S: 'me' } },
    });
    expect(Count).toBe(1);
    expect(await call('DescribeTimeToLive', {})).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
  });

  it('refuses a key schema that is not that of its items', async () => {
    await create(db.service);
    await expect(
      create(restarted(), {
        AttributeDefinitions: ['id', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keySchema(['id', 'sk']),
      }),
    ).rejects.toThrow(
      'KeySchema of the table Orders has changed from pk (S) sk (S) to id (S) sk (S): that makes another table. Start with --fresh, or give the table another name.',
    );
  });

  it('has a schema that names a property it does not know', () => {
    const validate = new Ajv().compile(db.service.resourceTypes[0]?.schema ?? {});
    expect(
      validate(
        properties({
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
    ).toBe(true);
    expect(validate(properties({ KinesisStreamSpecification: {} }))).toBe(false);
    expect(validate.errors?.[0]?.params).toEqual({ additionalProperty: 'KinesisStreamSpecification' });
  });
});
