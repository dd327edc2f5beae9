import type { Host, ServiceName } from '../../aws-service.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';
import { serviceOf } from './read-schedule.ts';
import type { Target } from './schedule.ts';

/** What a target is told of the invocation. */
interface Occasion {
  readonly scheduleArn: string;
  readonly target: Target;
  readonly executionId: string;
  readonly scheduledMs: number;
  readonly attempts: number;
}

interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
}

/**
 * The request that a target of a template stands for.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
export function targetCall(host: Host, occasion: Occasion): Call {
  const { Arn, EventBridgeParameters, SqsParameters } = occasion.target;
  const text = inputOf(host, occasion);
  const service = serviceOf(Arn);
  switch (service) {
    case 'lambda':
      return { service, operation: 'Invoke', input: { FunctionName: Arn, InvocationType: 'Event', Payload: text } };
    case 'sqs':
      return { service, operation: 'SendMessage', input: { QueueUrl: queueUrlOf(Arn), MessageBody: text, ...SqsParameters } }; // prettier-ignore
    case 'sns':
      return { service, operation: 'Publish', input: { TopicArn: Arn, Message: text } };
    case 'states':
      return { service, operation: 'StartExecution', input: { stateMachineArn: Arn, input: text } };
    case 'events':
      return { service, operation: 'PutEvents', input: { Entries: [{ ...EventBridgeParameters, Detail: text, EventBusName: Arn }] } }; // prettier-ignore
  }
}

/** The target's own input with its placeholders filled in, or the event that Scheduler makes where there is none. */
function inputOf(host: Host, { scheduleArn, target, executionId, scheduledMs, attempts }: Occasion): string {
  const time = new Date(scheduledMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  if (target.Input === undefined) {
    return JSON.stringify({
      version: '0',
      id: executionId,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: host.accountId,
      time,
      region: host.region,
      resources: [scheduleArn],
      detail: '{}',
    });
  }
  const values: Readonly<Record<string, string>> = {
    'schedule-arn': scheduleArn,
    'scheduled-time': time,
    'execution-id': executionId,
    'attempt-number': String(attempts),
  };
  return target.Input.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (placeholder, name: string) => values[name] ?? placeholder); // prettier-ignore
}
