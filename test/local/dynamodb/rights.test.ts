import { AwsError } from '../../../local/aws-error.ts';
import { dynamoDb, index, tableInput } from './dynamodb-fixture.ts';

describe('rights', () => {
  it('are asked for with the action and the table, index or stream that is acted on', async () => {
    const db = await dynamoDb();
    const asked: string[] = [];
    await db.call(
      'CreateTable',
      tableInput('Things', 'pk', { extra: 'idx', GlobalSecondaryIndexes: [index('byIdx', 'idx')] }),
    );
    Object.assign(db.host, {
      authorize: ({ action, resource }: { action: string; resource: string }) => {
        asked.push(`${action} ${resource.split(':').at(-1) ?? ''}`);
        if (action === 'dynamodb:DeleteItem') throw new AwsError('AccessDeniedException', 'no');
      },
    });
    const Key = { pk: { S: 'x' } };
    await db.call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'Things', Item: { pk: { S: 'a' } } } },
        { Put: { TableName: 'Things', Item: { pk: { S: 'b' } } } },
        { ConditionCheck: { TableName: 'Things', Key, ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    });
    await db.call('Query', {
      TableName: 'Things',
      IndexName: 'byIdx',
      KeyConditionExpression: 'idx = :v',
      ExpressionAttributeValues: { ':v': { S: 'x' } },
    });
    expect(asked).toEqual([
      'dynamodb:PutItem table/Things',
      'dynamodb:ConditionCheckItem table/Things',
      'dynamodb:Query table/Things/index/byIdx',
    ]);
    expect(await db.failure('TransactWriteItems', { TransactItems: [{ Delete: { TableName: 'Things', Key } }] })).toBe(
      'AccessDeniedException: no',
    );
    await db.close();
  });
});
