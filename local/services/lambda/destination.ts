import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';

/** What a message carries besides its body. */
export interface MessageAttributes {
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/** Sends a record to an on-failure or on-success destination or a dead-letter queue, with the rights of the function's role. */
export async function deliver(
  host: Host,
  definition: LambdaFunction,
  arn: string,
  body: string,
  attributes: MessageAttributes = {},
): Promise<void> {
  const principal: Principal = { kind: 'role', roleArn: definition.roleArn, sessionName: definition.name };
  const [, , service] = arn.split(':');
  switch (service) {
    case 'sqs': {
      await host.call('sqs', 'SendMessage', { QueueUrl: queueUrlOf(arn), MessageBody: body, ...attributes }, principal);
      return;
    }
    case 'sns':
      await host.call('sns', 'Publish', { TopicArn: arn, Message: body, ...attributes }, principal);
      return;
    case 'lambda':
      await host.call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload: body }, principal);
      return;
    case 'events':
      await putEvent(host, definition, { arn, body, principal });
      return;
    default:
      throw new AwsError(
        'InvalidParameterValueException',
        `The destination ${arn} is neither queue, topic, function nor bus.`,
      );
  }
}

async function putEvent(
  host: Host,
  definition: LambdaFunction,
  { arn, body, principal }: { arn: string; body: string; principal: Principal },
): Promise<void> {
  const { condition } = (JSON.parse(body) as { requestContext: { condition: string } }).requestContext;
  const entry = {
    Source: 'lambda',
    DetailType: `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`,
    Detail: body,
    Resources: [arn, definition.arn],
    EventBusName: arn,
  };
  const output = (await host.call('events', 'PutEvents', { Entries: [entry] }, principal)) as {
    FailedEntryCount: number;
    Entries: { ErrorCode?: string; ErrorMessage?: string }[];
  };
  const [result] = output.Entries;
  if (output.FailedEntryCount > 0)
    throw new AwsError(result?.ErrorCode ?? 'InternalFailure', result?.ErrorMessage ?? '');
}
