import type { ServiceName } from '../aws-service.ts';

/** `X-Amz-Target` prefixes of the services that speak AWS JSON. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
const SERVICES: Readonly<Record<string, ServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodbstreams',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'cloudwatch',
  AWSCognitoIdentityProviderService: 'cognito-idp',
};

export interface WireCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: unknown;
}

/** Reads `X-Amz-Target: <prefix>.<operation>` and the JSON body; undefined when the target is none that the host knows. */
export function readJsonCall(target: string, body: string): WireCall | undefined {
  const [, operation = ''] = target.split('.');
  const service = jsonService(target);
  return service && { service, operation, input: body === '' ? {} : (JSON.parse(body) as unknown) };
}

export function jsonService(target: string): ServiceName | undefined {
  return SERVICES[target.split('.')[0] ?? ''];
}

/** The error document of AWS JSON: SDKs take the code from behind the `#` of `__type`. */
export function writeJsonError(code: string, message: string, members: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ __type: `com.amazonaws#${code}`, message, Message: message, ...members });
}
