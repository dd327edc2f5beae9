import { ORDER_LIST_ATTRIBUTES } from '../../core/item-keys.ts';
import { synthesized } from './synthesized.ts';

const stack = synthesized();
const tables = stack.ofType('AWS::DynamoDB::Table');
const named = (name: string) => tables.find(([id]) => id.startsWith(`Tables${name}`))?.[1];

describe('the tables', () => {
  test('are five', () => {
    expect(tables.map(([id]) => id.replace(/^Tables|[0-9A-F]{8}$/g, ''))).toEqual([
      'Orders',
      'Inventory',
      'Payments',
      'Shipments',
      'Notifications',
    ]);
  });

  test.each(tables)('%s outlives the stack, recovers to any second, is encrypted, and bills by request', (_, table) => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    });
  });

  test('the stream of orders shows items as they were written, that of stock also what was before', () => {
    const views = tables.map(([id, { Properties }]) => [
      id.replace(/^Tables|[0-9A-F]{8}$/g, ''),
      (Properties.StreamSpecification as { StreamViewType: string } | undefined)?.StreamViewType,
    ]);
    expect(views.filter(([, view]) => view !== undefined)).toEqual([
      ['Orders', 'NEW_IMAGE'],
      ['Inventory', 'NEW_AND_OLD_IMAGES'],
    ]);
  });

  test('stock is listed by SKU from an index that no sale writes to, since it holds keys only', () => {
    expect(named('Inventory')?.Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'bySku',
        KeySchema: [
          { AttributeName: 'sk', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  test('orders are found by status, by customer and by client, in the order of their creation', () => {
    const indexes = named('Orders')?.Properties.GlobalSecondaryIndexes as { IndexName: string; KeySchema: unknown }[];
    const key = (partition: string) => [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: 'createdAtId', KeyType: 'RANGE' },
    ];
    expect(indexes).toEqual([
      {
        IndexName: 'byStatus',
        KeySchema: key('statusShard'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...ORDER_LIST_ATTRIBUTES] },
      },
      {
        IndexName: 'byCustomer',
        KeySchema: key('customerKey'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...ORDER_LIST_ATTRIBUTES] },
      },
      {
        IndexName: 'byClient',
        KeySchema: key('clientShard'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...ORDER_LIST_ATTRIBUTES] },
      },
    ]);
  });

  test('in production nobody deletes a table by accident', () => {
    const protectedTables = synthesized('prod')
      .ofType('AWS::DynamoDB::Table')
      .map(([, { Properties }]) => Properties.DeletionProtectionEnabled as boolean);
    expect(protectedTables).toEqual([true, true, true, true, true]);
  });
});

describe('what outlives the stack', () => {
  test.each(['AWS::Events::Archive', 'AWS::Cognito::UserPool', 'AWS::SQS::Queue'])('%s', (type) => {
    expect(stack.ofType(type).map(([, { DeletionPolicy }]) => DeletionPolicy)).not.toContain(undefined);
    expect(stack.ofType(type).every(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')).toBe(true);
  });

  test('the audit log, and of the logs only that one', () => {
    const kept = stack.ofType('AWS::Logs::LogGroup').filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain');
    expect(kept.map(([id]) => id)).toEqual([expect.stringMatching(/^OrderEventsAuditLog/)]);
  });
});
