import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { type Rule, serviceOf, type Target } from './rule.ts';
import { inputOf, type TravellingEvent } from './target-input.ts';
import { queueUrlOf } from '../sqs/queue-url.ts';

/** What became of each event that was sent together: undefined for one that the target took. */
export type Outcomes = readonly (Error | undefined)[];

/** SQS takes no more in one batch, neither messages nor bytes. */
const LARGEST_BATCH = 10;
const LARGEST_BATCH_BYTES = 1024 * 1024;

/** Puts an event on another bus of this host. */
export type ForwardToBus = (busArn: string, event: TravellingEvent) => Promise<void>;

/** Sends events to targets as the service that EventBridge is, or as the target's role where it has one. */
export class TargetInvoker {
  private readonly host: Host;
  private readonly forward: ForwardToBus;

  constructor(host: Host, forward: ForwardToBus) {
    this.host = host;
    this.forward = forward;
  }

  /** Sends events to one target; those that go by one call share it. */
  async invoke(rule: Rule, target: Target, events: readonly TravellingEvent[]): Promise<Outcomes> {
    const inputs: string[] = [];
    try {
      for (const event of events) inputs.push(inputOf(rule, target, event));
    } catch (error) {
      return events.map(() => error as Error);
    }
    const service = serviceOf(target.Arn);
    const fits = inputs.reduce((bytes, input) => bytes + Buffer.byteLength(input), 0) <= LARGEST_BATCH_BYTES;
    if (service === 'sqs' && events.length > 1 && events.length <= LARGEST_BATCH && fits) {
      return this.sendBatch(rule, target, inputs);
    }
    if (service === 'logs' && fits) return all(this.putLogEvents(rule, target, inputs), events.length);
    return Promise.all(events.map((event, index) => outcome(this.send(rule, target, event, inputs[index] ?? ''))));
  }

  private async send(rule: Rule, target: Target, event: TravellingEvent, input: string): Promise<unknown> {
    const principal = principalOf(rule, target);
    switch (serviceOf(target.Arn)) {
      case 'sqs':
        return this.host.call('sqs', 'SendMessage', { QueueUrl: queueUrlOf(target.Arn), MessageBody: input, ...group(target) }, principal); // prettier-ignore
      case 'logs':
        return this.putLogEvents(rule, target, [input]);
      case 'lambda':
        return this.host.call('lambda', 'Invoke', { FunctionName: target.Arn, InvocationType: 'Event', Payload: input }, principal); // prettier-ignore
      case 'sns':
        return this.host.call('sns', 'Publish', { TopicArn: target.Arn, Message: input }, principal);
      case 'states':
        return this.host.call('states', 'StartExecution', { stateMachineArn: target.Arn, input }, roleOf(rule, target));
      case 'events':
        this.host.authorize({ principal: roleOf(rule, target), action: 'events:PutEvents', resource: target.Arn });
        return this.forward(target.Arn, event);
    }
  }

  private async sendBatch(rule: Rule, target: Target, inputs: readonly string[]): Promise<Outcomes> {
    const Entries = inputs.map((MessageBody, index) => ({ Id: String(index), MessageBody, ...group(target) }));
    try {
      const request = { QueueUrl: queueUrlOf(target.Arn), Entries };
      const answer = await this.host.call('sqs', 'SendMessageBatch', request, principalOf(rule, target));
      const { Failed } = answer as { Failed: { Id: string; Code: string; Message: string }[] };
      return inputs.map((_, index) => {
        const failure = Failed.find(({ Id }) => Id === String(index));
        return failure && new AwsError(failure.Code, failure.Message);
      });
    } catch (error) {
      return inputs.map(() => error as Error);
    }
  }

  /** One line per event, in a stream that is named like the rule. */
  private async putLogEvents(rule: Rule, target: Target, inputs: readonly string[]): Promise<void> {
    const logGroupName = target.Arn.replace(/^.*?:log-group:/, '').replace(/:\*$/, '');
    const stream = { logGroupName, logStreamName: rule.name };
    const principal = principalOf(rule, target);
    const timestamp = this.host.clock.now();
    const logEvents = inputs.map((message) => ({ timestamp, message }));
    try {
      await this.host.call('logs', 'PutLogEvents', { ...stream, logEvents }, principal);
    } catch (error) {
      // The first event of a rule, or the first since somebody deleted its stream.
      if (!hasCode(error, 'ResourceNotFoundException')) throw error;
      await this.host.call('logs', 'CreateLogStream', stream, principal).catch(unlessExists);
      await this.host.call('logs', 'PutLogEvents', { ...stream, logEvents }, principal);
    }
  }
}

function principalOf(rule: Rule, target: Target): Principal {
  if (target.RoleArn !== undefined) return roleOf(rule, target);
  return { kind: 'service', service: 'events.amazonaws.com', sourceArn: rule.arn };
}

/** Targets that take no calls from services need a role of the rule's. */
function roleOf(rule: Rule, target: Target): Principal {
  const roleArn = target.RoleArn ?? rule.roleArn;
  if (roleArn !== undefined) return { kind: 'role', roleArn, sessionName: rule.name };
  throw new AwsError(
    'AccessDeniedException',
    `Rule ${rule.name}: target ${target.Id} (${target.Arn}) needs a RoleArn.`,
  );
}

function group({ SqsParameters }: Target): { MessageGroupId?: string } {
  return SqsParameters?.MessageGroupId === undefined ? {} : { MessageGroupId: SqsParameters.MessageGroupId };
}

async function outcome(sending: Promise<unknown>): Promise<Error | undefined> {
  try {
    await sending;
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

async function all(sending: Promise<unknown>, count: number): Promise<Outcomes> {
  return new Array<Error | undefined>(count).fill(await outcome(sending));
}

function unlessExists(error: unknown): void {
  if (!hasCode(error, 'ResourceAlreadyExistsException')) throw error;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof AwsError && error.code === code;
}
