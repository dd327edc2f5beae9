import type { Host, Principal, ServiceName } from '../../../aws-service.ts';
import { StateError } from '../engine/errors.ts';
import type { ExecutionHeader } from '../engine/execution.ts';
import { lambdaInvoke } from './lambda-invoke.ts';
import { optimizedError, type OptimizedNames } from './service-errors.ts';

type Call = (host: Host, parameters: unknown, principal: Principal, execution: ExecutionHeader) => Promise<unknown>;

interface OptimizedIntegration {
  readonly call: Call;
  readonly waitForTaskToken: boolean;
  /** Whether a task may wait for the end of what it starts. */
  readonly sync?: boolean;
}

const DYNAMODB: OptimizedNames = {
  prefix: 'DynamoDB',
  baseException: 'AmazonDynamoDBException',
  sdkName: 'AmazonDynamoDBv2',
};
const SQS: OptimizedNames = { prefix: 'SQS', baseException: 'AmazonSQSException', sdkName: 'AmazonSQS' };
const SNS: OptimizedNames = { prefix: 'SNS', baseException: 'AmazonSNSException', sdkName: 'AmazonSNS' };
const EVENTS: OptimizedNames = {
  prefix: 'EventBridge',
  baseException: 'AmazonEventBridgeException',
  sdkName: 'AmazonEventBridge',
};
export const STATES: OptimizedNames = {
  prefix: 'StepFunctions',
  baseException: 'AWSStepFunctionsException',
  sdkName: 'AWSStepFunctions',
};

/** The optimized integrations that the host serves, by `service:action` of their Resource. */
export const OPTIMIZED: Readonly<Record<string, OptimizedIntegration>> = {
  'lambda:invoke': { call: lambdaInvoke, waitForTaskToken: true },
  'dynamodb:getItem': plain('dynamodb', 'GetItem', DYNAMODB),
  'dynamodb:putItem': plain('dynamodb', 'PutItem', DYNAMODB),
  'dynamodb:updateItem': plain('dynamodb', 'UpdateItem', DYNAMODB),
  'dynamodb:deleteItem': plain('dynamodb', 'DeleteItem', DYNAMODB),
  'sqs:sendMessage': { ...plain('sqs', 'SendMessage', SQS, textField('MessageBody')), waitForTaskToken: true },
  'sns:publish': { ...plain('sns', 'Publish', SNS, textField('Message')), waitForTaskToken: true },
  'events:putEvents': { call: putEvents, waitForTaskToken: true },
  'states:startExecution': { call: startExecution, waitForTaskToken: true, sync: true },
};

/** An operation whose parameters and answer are the API's own, with the SDK's metadata beside the answer. */
function plain(
  service: ServiceName,
  operation: string,
  names: OptimizedNames,
  prepare: (parameters: Record<string, unknown>) => object = (parameters) => parameters,
): OptimizedIntegration {
  return {
    waitForTaskToken: false,
    async call(host, parameters, principal) {
      try {
        const output = await host.call(service, operation, prepare(parameters as Record<string, unknown>), principal);
        return { ...(output as object | undefined), ...metadata(host) };
      } catch (error) {
        throw optimizedError(error, names, host.uuid());
      }
    },
  };
}

/** Objects may be given where the API wants a text: they are sent as JSON. */
function textField(name: string): (parameters: Record<string, unknown>) => object {
  return (parameters) => (name in parameters ? { ...parameters, [name]: asText(parameters[name]) } : parameters);
}

interface PutEventsOutput {
  readonly FailedEntryCount?: number;
  readonly Entries?: readonly { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

/** PutEvents adds the ARNs of execution and machine to every entry, and one entry that failed fails the task. */
async function putEvents(
  host: Host,
  parameters: unknown,
  principal: Principal,
  execution: ExecutionHeader,
): Promise<unknown> {
  const { Entries = [] } = parameters as { Entries?: readonly Record<string, unknown>[] };
  const entries = Entries.map((entry) => ({
    ...entry,
    ...('Detail' in entry && { Detail: asText(entry['Detail']) }),
    Resources: [...((entry['Resources'] as string[] | undefined) ?? []), execution.arn, execution.machineArn],
  }));
  let output: PutEventsOutput;
  try {
    output = (await host.call(
      'events',
      'PutEvents',
      { ...(parameters as object), Entries: entries },
      principal,
    )) as PutEventsOutput;
  } catch (error) {
    throw optimizedError(error, EVENTS, host.uuid());
  }
  const { FailedEntryCount = 0 } = output;
  const answer = { Entries: output.Entries ?? [], FailedEntryCount };
  if (FailedEntryCount > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(answer));
  return { ...answer, ...metadata(host) };
}

async function startExecution(host: Host, parameters: unknown, principal: Principal): Promise<unknown> {
  const { StateMachineArn, Input, Name } = parameters as { StateMachineArn?: string; Input?: unknown; Name?: string };
  const input = {
    stateMachineArn: StateMachineArn,
    ...(Input !== undefined && { input: asText(Input) }),
    ...(Name && { name: Name }),
  };
  try {
    const output = (await host.call('states', 'StartExecution', input, principal)) as {
      executionArn: string;
      startDate: number;
    };
    return {
      ExecutionArn: output.executionArn,
      ...metadata(host),
      StartDate: new Date(output.startDate * 1000).toISOString(),
    };
  } catch (error) {
    throw optimizedError(error, STATES, host.uuid());
  }
}

function metadata(host: Host): object {
  return { SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: host.uuid() } };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
