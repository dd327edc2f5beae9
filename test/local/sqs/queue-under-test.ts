import type { AccessRequest, PolicyDocument } from '../../../local/aws-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { SqsService } from '../../../local/services/sqs/sqs-service.ts';
import { createResource } from '../create-resource.ts';
import { type FakeHost, fakeHost, START_MS } from '../fake-host.ts';

export interface Received {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Record<string, string>;
  readonly MessageAttributes?: Record<string, unknown>;
}

export const ARN = 'arn:aws:sqs:us-east-1:000000000000:';

/** SQS on a fake host, with one method per thing that a test does to it. */
export class QueuesUnderTest {
  readonly host: FakeHost;
  readonly sqs: SqsService;
  readonly asked: AccessRequest[] = [];
  /** Time stands still between the steps of a test, as it does while a real consumer is at work. */
  private release: () => void;

  private constructor(host: FakeHost) {
    this.host = host;
    this.release = host.clock.busy();
    this.sqs = new SqsService(host);
    host.authorize = (request) => void this.asked.push(request);
  }

  /** Opens the service with queues of a template: name and properties. */
  static async open(queues: Record<string, object>, directory?: string, startMs = START_MS): Promise<QueuesUnderTest> {
    const opened = new QueuesUnderTest(await fakeHost(directory === undefined ? {} : { directory, startMs }));
    for (const [name, properties] of Object.entries(queues)) await opened.create('AWS::SQS::Queue', { QueueName: name, ...properties }); // prettier-ignore
    await opened.sqs.start();
    return opened;
  }

  create(type: string, properties: object) {
    return createResource(this.sqs, type, 'Logical', properties);
  }

  setPolicy(queue: string, policy: PolicyDocument) {
    return this.create('AWS::SQS::QueuePolicy', { Queues: [url(queue)], PolicyDocument: policy });
  }

  /** Calls an operation on the queue and lets the microtasks that publish depths run. */
  async on<T = Record<string, unknown>>(queue: string, operation: string, input: object = {}): Promise<T> {
    const answer = await this.sqs.call(operation, { QueueUrl: url(queue), ...input }, UNRESTRICTED);
    return answer as T;
  }

  send(queue: string, body: string, input: object = {}) {
    return this.on<{ MessageId: string; MD5OfMessageBody: string }>(queue, 'SendMessage', {
      MessageBody: body,
      ...input,
    });
  }

  async receive(queue: string, input: object = {}): Promise<Received[]> {
    const all = {
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...input,
    };
    const { Messages } = await this.on<{ Messages?: Received[] }>(queue, 'ReceiveMessage', all);
    return Messages ?? [];
  }

  async bodies(queue: string): Promise<string[]> {
    return (await this.receive(queue)).map(({ Body }) => Body);
  }

  async depth(queue: string): Promise<{ visible: number; inFlight: number; delayed: number }> {
    const { Attributes } = await this.on<{ Attributes: Record<string, string> }>(queue, 'GetQueueAttributes', { AttributeNames: ['All'] }); // prettier-ignore
    const number = (name: string) => Number(Attributes[`ApproximateNumberOfMessages${name}`]);
    return { visible: number(''), inFlight: number('NotVisible'), delayed: number('Delayed') };
  }

  /** Lets so much time pass, and all that falls due in it happen. */
  async pass(ms: number): Promise<void> {
    this.release();
    await this.host.clock.advance(ms);
    this.release = this.host.clock.busy();
  }

  /** The values that a metric of a queue was given, in order. */
  metric(queue: string, name: string): number[] {
    const ours = this.host.measurements.filter((one) => one.name === name && one.dimensions['QueueName'] === queue);
    return ours.map(({ value }) => value);
  }
}

function url(queue: string): string {
  return `http://127.0.0.1:4566/000000000000/${queue}`;
}
