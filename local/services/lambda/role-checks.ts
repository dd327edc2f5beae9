import type { Host } from '../../aws-service.ts';
import { AwsError } from '../../aws-error.ts';
import type { Mapping } from './event-sources/mapping.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** What Lambda does with the role of a function, as itself, for each kind of event source. */
const QUEUE_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'] as const;
const STREAM_ACTIONS = ['GetRecords', 'GetShardIterator', 'DescribeStream'] as const;

/** How a destination is sent to. */
const SENDING: Readonly<Record<string, string>> = {
  sqs: 'SendMessage',
  sns: 'Publish',
  lambda: 'InvokeFunction',
  events: 'PutEvents',
};

/**
 * Lambda refuses to make a function or an event source mapping whose role lacks what Lambda itself does with it: a deployment fails,
 * and so does the start of the host, in the same words.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
export function checkRoles(host: Host, functions: readonly LambdaFunction[], mappings: readonly Mapping[]): void {
  for (const definition of functions) checkFunction(host, definition);
  for (const mapping of mappings) checkMapping(host, mapping);
}

function checkFunction(host: Host, definition: LambdaFunction): void {
  if (definition.tracing === 'Active') {
    need(host, definition, 'xray:PutTraceSegments', '*', cannotCall('PutTraceSegments', 'XRAY'));
  }
  if (definition.deadLetterArn !== undefined) needToSend(host, definition, definition.deadLetterArn);
}

function checkMapping(host: Host, { definition, properties }: Mapping): void {
  const source = properties.EventSourceArn;
  if (source.split(':')[2] === 'sqs') {
    for (const action of QUEUE_ACTIONS) need(host, definition, `sqs:${action}`, source, cannotCall(action, 'SQS'));
  } else {
    const words = `Cannot access stream ${source}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`;
    for (const action of STREAM_ACTIONS) need(host, definition, `dynamodb:${action}`, source, words);
    need(host, definition, 'dynamodb:ListStreams', source.replace(/[^/]*$/, '*'), words);
  }
  const destination = properties.DestinationConfig?.OnFailure?.Destination;
  if (destination !== undefined) needToSend(host, definition, destination);
}

function needToSend(host: Host, definition: LambdaFunction, arn: string): void {
  const service = arn.split(':')[2] ?? '';
  const operation = SENDING[service];
  if (operation !== undefined)
    need(host, definition, `${service}:${operation}`, arn, cannotCall(operation, service.toUpperCase()));
}

function cannotCall(operation: string, service: string): string {
  return `The provided execution role does not have permissions to call ${operation} on ${service}`;
}

function need(host: Host, { name, roleArn }: LambdaFunction, action: string, resource: string, words: string): void {
  try {
    host.authorize({ principal: { kind: 'role', roleArn, sessionName: name }, action, resource });
  } catch (error) {
    throw new AwsError('InvalidParameterValueException', `${name}: ${words} (${(error as Error).message})`);
  }
}
