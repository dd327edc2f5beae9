import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { ENVIRONMENT } from '../../core/environment.ts';
import {
  ORDERS_BY_CLIENT,
  ORDERS_BY_CUSTOMER,
  ORDERS_BY_STATUS,
  STOCK_BY_SKU,
  type ItemKey,
} from '../../core/item-keys.ts';
import { UNRESTRICTED } from '../../local/aws-service.ts';
import { DynamoDbService } from '../../local/services/dynamodb/dynamodb-service.ts';
import { fakeHost } from '../local/fake-host.ts';

const TABLES = {
  Orders: ENVIRONMENT.ordersTable,
  Inventory: ENVIRONMENT.inventoryTable,
  Payments: ENVIRONMENT.paymentsTable,
  Shipments: ENVIRONMENT.shipmentsTable,
  Notifications: ENVIRONMENT.notificationsTable,
} as const;
export type TableName = keyof typeof TABLES;

/** The indexes that the template has; they show whole items here. */
const INDEXES: Partial<Record<TableName, readonly { name: string; partition: string; sort: string }[]>> = {
  Orders: [ORDERS_BY_STATUS, ORDERS_BY_CUSTOMER, ORDERS_BY_CLIENT],
  Inventory: [STOCK_BY_SKU],
};

const mockSdk = () => mockClient(DynamoDBDocumentClient);
type Attributes = Record<string, unknown>;
export type AroundCall = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

/** The tables behind a mocked SDK client: conditions and transactions are those of the local host's DynamoDB. */
export interface DynamoDbTables {
  /** The mock, to look at the calls or to let one fail. */
  readonly sdk: ReturnType<typeof mockSdk>;
  put(table: TableName, item: object): Promise<void>;
  remove(table: TableName, key: ItemKey): Promise<void>;
  get<Item>(table: TableName, key: ItemKey): Promise<Item | undefined>;
  all<Item>(table: TableName): Promise<Item[]>;
  /** Leaves the tables behind and opens empty ones under other names; the environment of the functions names them. */
  clear(): Promise<void>;
  /** Names of the SDK's calls since the last `reset`, such as `GetCommand`. */
  calls(): string[];
  close(): Promise<void>;
}

const OPERATIONS = [
  ['GetItem', GetCommand],
  ['PutItem', PutCommand],
  ['UpdateItem', UpdateCommand],
  ['DeleteItem', DeleteCommand],
  ['Query', QueryCommand],
  ['Scan', ScanCommand],
  ['BatchGetItem', BatchGetCommand],
  ['TransactWriteItems', TransactWriteCommand],
] as const;

/**
 * Opens empty tables, and points the SDK client and the environment of the functions at them.
 * @param aroundCall makes each call of the SDK: so a test decides which of two invocations is faster, and what never answers
 * @param withIndexes whether the tables have their indexes; without, a write takes half the time
 */
export async function dynamoDbTables(
  aroundCall: AroundCall = (call) => call(),
  withIndexes = true,
): Promise<DynamoDbTables> {
  const host = await fakeHost();
  const service = new DynamoDbService(host);
  let generation = 0;
  // The first ones bear their own names, which tests that never clear them may use.
  const physicalName = (name: TableName): string => (generation === 1 ? name : `${name}-${generation}`);
  const openTables = async (): Promise<void> => {
    generation += 1;
    for (const [name, variable] of Object.entries(TABLES)) {
      process.env[variable] = physicalName(name as TableName);
      await createTable(service, process.env[variable], withIndexes ? (INDEXES[name as TableName] ?? []) : []);
    }
  };
  await openTables();
  const call = async (operation: string, input: Attributes): Promise<Attributes> => {
    const output = await service.call(operation, toWire(input), UNRESTRICTED).catch((error: unknown) => {
      throw asSdkError(error);
    });
    return fromWire(output as Attributes);
  };
  const sdk = mockSdk();
  for (const [operation, command] of OPERATIONS) {
    sdk.on(command as typeof GetCommand).callsFake((input: Attributes) => aroundCall(() => call(operation, input)));
  }
  return {
    sdk,
    async put(table, item) {
      await call('PutItem', { TableName: physicalName(table), Item: item });
    },
    async remove(table, Key) {
      await call('DeleteItem', { TableName: physicalName(table), Key });
    },
    async get<Item>(table: TableName, Key: ItemKey) {
      const { Item } = await call('GetItem', { TableName: physicalName(table), Key, ConsistentRead: true });
      return Item as Item | undefined;
    },
    async all<Item>(table: TableName) {
      return (await call('Scan', { TableName: physicalName(table) }))['Items'] as Item[];
    },
    // Deleted items would stay in the way of every scan until LevelDB gets round to them: after a thousand orders, a second.
    clear: openTables,
    calls: () => sdk.calls().map(({ args: [command] }) => command.constructor.name),
    async close() {
      sdk.restore();
      await service.stop();
      await host.close();
    },
  };
}

type Index = NonNullable<(typeof INDEXES)[TableName]>[number];

async function createTable(service: DynamoDbService, name: string, indexes: readonly Index[]): Promise<void> {
  const keys = new Set(['pk', 'sk', ...indexes.flatMap(({ partition, sort }) => [partition, sort])]);
  await service.resourceTypes[0]!.create({
    logicalId: name,
    type: 'AWS::DynamoDB::Table',
    generatedName: name,
    stackName: 'Test',
    properties: {
      TableName: name,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [...keys].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(indexProperties) }),
    },
  });
}

function indexProperties({ name, partition, sort }: { name: string; partition: string; sort: string }) {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'ALL' },
  };
}

/** Members of a request that are an item, or a map of values by name. */
const ITEMS = new Set(['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey']);

function toWire(input: Attributes): Attributes {
  return Object.fromEntries(
    // The SDK's paginators set a member to undefined that is not there.
    present(input).map(([name, value]) => {
      if (ITEMS.has(name)) return [name, marshall(value, { removeUndefinedValues: true })];
      if (name === 'Keys') return [name, (value as Attributes[]).map((key) => marshall(key))];
      if (name === 'RequestItems') return [name, eachValue(value as Record<string, Attributes>, toWire)];
      if (Array.isArray(value)) return [name, value.map((member: Attributes) => toWire(member))];
      if (['Put', 'Update', 'Delete', 'ConditionCheck'].includes(name)) return [name, toWire(value as Attributes)];
      return [name, value];
    }),
  );
}

function present(input: Attributes): [string, unknown][] {
  return Object.entries(input).filter(([, value]) => value !== undefined);
}

function fromWire(output: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]) => {
      if (name === 'Items') return [name, plainItems(value as Attributes[])];
      if (name === 'Responses') return [name, eachValue(value as Record<string, Attributes[]>, plainItems)];
      if (['Item', 'Attributes', 'LastEvaluatedKey'].includes(name)) return [name, unmarshall(value as never)];
      return [name, value];
    }),
  );
}

function plainItems(items: readonly Attributes[]): Attributes[] {
  return items.map((item) => unmarshall(item as never));
}

function eachValue<From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** The SDK gives an error its code as name, and its members as fields. */
function asSdkError(error: unknown): unknown {
  const { members, name, message } = error as Error & { members?: object };
  return members ? Object.assign(new Error(message), { name, ...members }) : error;
}
