import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * The DynamoDB client of the process; connections are kept between invocations. Each AWS client has its own file, so
 * that a function loads only what it uses: imports of the SDK are external to the bundle and cannot be shaken off.
 *
 * Three attempts of at most 3 s fit into the 10 s of a saga function. The SDK repeats a TransactWriteItems under the same
 * ClientRequestToken, so one whose answer was lost is not applied twice.
 */
const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
});

/** Speaks plain JavaScript values. Members that are `undefined` are left out, as JSON does. */
export const dynamoDb = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
