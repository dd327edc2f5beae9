import { AwsError } from '../../../local/aws-error.ts';
import { type Principal, UNRESTRICTED } from '../../../local/aws-service.ts';
import { type DynamoDbOptions, DynamoDbService } from '../../../local/services/dynamodb/dynamodb-service.ts';
import type { Item } from '../../../local/services/dynamodb/values/attribute-value.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';

/** The members of responses that tests look at. */
export interface Response {
  readonly Item: Item;
  readonly Items: readonly Item[];
  readonly Attributes: Item;
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
  readonly ConsumedCapacity: unknown;
  readonly Responses: unknown;
  readonly Streams: readonly { readonly StreamArn: string }[];
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
  readonly ShardIterator: string;
  readonly NextShardIterator?: string;
  readonly Records: readonly StreamRecord[];
  readonly Table: { readonly LatestStreamArn: string; readonly [member: string]: unknown };
  readonly TableNames: readonly string[];
}

export interface StreamRecord {
  readonly eventName: string;
  readonly userIdentity?: object;
  readonly dynamodb: {
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
  };
}

export interface Fixture {
  readonly host: FakeHost;
  readonly service: DynamoDbService;
  call(operation: string, input: object, principal?: Principal): Promise<Response>;
  /** The error that a call ends with, as `code: message`. */
  failure(operation: string, input: object, principal?: Principal): Promise<string>;
  /** The error itself, for its members. */
  error(operation: string, input: object, principal?: Principal): Promise<AwsError>;
  close(): Promise<void>;
}

/** A function of the stack, as it calls. */
export const FUNCTION: Principal = {
  kind: 'role',
  roleArn: 'arn:aws:iam::000000000000:role/function',
  sessionName: 'test',
};

/** A DynamoDB on a fresh store, or on that of a directory. */
export async function dynamoDb(options: { directory?: string } & DynamoDbOptions = {}): Promise<Fixture> {
  const host = await fakeHost(options);
  const service = new DynamoDbService(host, options);
  host.services.set('dynamodb', service);
  await service.start();
  const error = async (operation: string, input: object, principal: Principal = UNRESTRICTED) => {
    try {
      await service.call(operation, input, principal);
    } catch (thrown) {
      if (thrown instanceof AwsError) return thrown;
      throw thrown;
    }
    throw new Error(`${operation} succeeded where a failure was expected.`);
  };
  return {
    host,
    service,
    call: (operation, input, principal = UNRESTRICTED) =>
      service.call(operation, input, principal) as Promise<Response>,
    error,
    async failure(operation, input, principal) {
      const { code, message } = await error(operation, input, principal);
      return `${code}: ${message}`;
    },
    async close() {
      await service.stop();
      await host.close();
    },
  };
}

/** `CreateTable` input from attribute names: key attributes as `name` (a string) or `name:N`. */
export function tableInput(name: string, keys: string, more: Record<string, unknown> = {}): object {
  const attributes = keys.split(' ').map((key) => key.split(':') as [string, string?]);
  const { extra = '', ...rest } = more as { readonly extra?: string };
  const others = extra === '' ? [] : extra.split(' ').map((key) => key.split(':') as [string, string?]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes, ...others].map(([AttributeName, AttributeType = 'S']) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(attributes.map(([attribute]) => attribute)),
    ...rest,
  };
}

export function keySchema(names: readonly string[]): object[] {
  return names.map((AttributeName, position) => ({ AttributeName, KeyType: position === 0 ? 'HASH' : 'RANGE' }));
}

/** An index of `CreateTable`. */
export function index(IndexName: string, keys: string, ProjectionType = 'ALL', NonKeyAttributes?: string[]): object {
  return {
    IndexName,
    KeySchema: keySchema(keys.split(' ')),
    Projection: { ProjectionType, ...(NonKeyAttributes ? { NonKeyAttributes } : {}) },
  };
}
