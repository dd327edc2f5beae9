import { AwsError, notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import {
  changeVisibility,
  changeVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
  type HandleInput,
} from './in-flight.ts';
import { MoveTasks, noResource } from './move-task.ts';
import { addPermission, type PermissionInput, removePermission } from './queue-permissions.ts';
import { QueueTags } from './queue-tags.ts';
import type { Queue } from './queue.ts';
import {
  checkQueueName,
  DEFAULT_ATTRIBUTES,
  describeAttributes,
  selectAttributes,
  withAttributes,
} from './queue-attributes.ts';
import { QueueBook } from './queue-book.ts';
import { queueResourceTypes } from './queue-resources.ts';
import { type ReceiveInput, receiveMessage } from './receive-message.ts';
import { type SendInput, sendMessage, sendMessageBatch } from './send-message.ts';

/** The members of all inputs together; each operation reads its own. */
interface Input extends ReceiveInput, SendInput, HandleInput, PermissionInput {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly QueueNamePrefix?: string;
  readonly SourceArn?: string;
  readonly DestinationArn?: string;
  readonly Attributes?: Readonly<Record<string, unknown>>;
  readonly Entries?: readonly never[];
  readonly TaskHandle?: string;
  readonly MaxResults?: number;
  /** What CreateQueue calls tags (and the query protocol always), TagQueue calls Tags. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly TagKeys?: readonly string[];
}

type OnQueue = (queue: Queue, input: Input, principal: Principal) => Promise<object> | object;

/** A queue may be purged once in this time. */
const PURGE_INTERVAL_MS = 60_000;

/** Standard queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
export class SqsService implements AwsService {
  readonly names = ['sqs'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly queues: QueueBook;
  private readonly tags: QueueTags;
  private readonly moves: MoveTasks;
  private readonly purgedMs = new Map<string, number>();

  /** Operations on one queue, and the action that IAM knows them by where it is not the operation's own name. */
  private readonly onQueue: Readonly<Record<string, { run: OnQueue; action?: string }>> = {
    SendMessage: { run: (queue, input, principal) => sendMessage(this.host, queue, input, principal) },
    SendMessageBatch: {
      run: (queue, input, principal) => sendMessageBatch(this.host, queue, input, principal),
      action: 'SendMessage',
    },
    ReceiveMessage: {
      run: (queue, input) => receiveMessage(this.host, queue, input, (arn) => this.queues.findByArn(arn)),
    },
    DeleteMessage: { run: deleteMessage },
    DeleteMessageBatch: { run: deleteMessageBatch, action: 'DeleteMessage' },
    ChangeMessageVisibility: { run: changeVisibility },
    ChangeMessageVisibilityBatch: {
      run: changeVisibilityBatch,
      action: 'ChangeMessageVisibility',
    },
    GetQueueUrl: { run: (queue) => ({ QueueUrl: queue.url }) },
    GetQueueAttributes: { run: (queue, input) => this.getAttributes(queue, input) },
    SetQueueAttributes: { run: (queue, input) => this.setAttributes(queue, input) },
    PurgeQueue: { run: (queue) => this.purge(queue) },
    DeleteQueue: { run: (queue) => this.deleteQueue(queue) },
    ListDeadLetterSourceQueues: { run: (queue) => ({ queueUrls: this.queues.sourcesOf(queue).map(({ url }) => url) }) },
    AddPermission: { run: (queue, input) => this.changePolicy(queue, () => addPermission(queue, input)) },
    RemovePermission: { run: (queue, input) => this.changePolicy(queue, () => removePermission(queue, input)) },
    ListQueueTags: { run: ({ name }) => this.listTags(name) },
    TagQueue: { run: ({ name }, input) => this.tags.add(name, input.Tags ?? input.tags ?? {}).then(() => ({})) },
    UntagQueue: { run: ({ name }, input) => this.tags.remove(name, input.TagKeys ?? []).then(() => ({})) },
  };

  /**
   * `endpointUrl` is where the host serves its queues. It is part of every queue URL, as on AWS: clients that take their endpoint
   * from AWS_ENDPOINT_URL send to the URL's host.
   */
  constructor(host: Host, endpointUrl = `https://sqs.${host.region}.amazonaws.com`) {
    this.host = host;
    this.queues = new QueueBook(host, endpointUrl);
    this.tags = new QueueTags(host.store);
    this.moves = new MoveTasks(host, (arn) => this.queues.findByArn(arn));
    this.resourceTypes = queueResourceTypes(this.queues);
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = (input ?? {}) as Input;
    const onQueue = Object.hasOwn(this.onQueue, operation) ? this.onQueue[operation] : undefined;
    if (onQueue) {
      const queue = this.queues.queueOf(request.QueueUrl ?? request.QueueName);
      this.authorize(principal, onQueue.action ?? operation, queue);
      return onQueue.run(queue, request, principal);
    }
    switch (operation) {
      case 'CreateQueue':
        return this.createQueue(request, principal);
      case 'ListQueues':
        this.host.authorize({ principal, action: 'sqs:ListQueues', resource: '*' });
        return this.listQueues(request);
      case 'StartMessageMoveTask': {
        const source = this.moveSource(request);
        this.authorizeMove(principal, source, request.DestinationArn);
        return this.moves.start(source, request.DestinationArn);
      }
      case 'ListMessageMoveTasks': {
        const source = this.moveSource(request);
        this.authorize(principal, operation, source);
        return this.moves.list(source, request.MaxResults ?? 1);
      }
      case 'CancelMessageMoveTask':
        return this.moves.cancel(request.TaskHandle);
      default:
        throw notServed(`the operation ${operation} of SQS`);
    }
  }

  async start(): Promise<void> {
    await this.queues.load();
  }

  private authorize(principal: Principal, operation: string, queue: Queue): void {
    this.host.authorize({
      principal,
      action: `sqs:${operation}`,
      resource: queue.arn,
      resourcePolicy: queue.policy,
      context: {
        'aws:SecureTransport': 'true',
        ...(principal.kind === 'service' && { 'aws:SourceArn': principal.sourceArn }),
      },
    });
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html */
  private authorizeMove(principal: Principal, source: Queue, destinationArn: string | undefined): void {
    for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
      this.authorize(principal, action, source);
    }
    const destination = destinationArn === undefined ? undefined : this.queues.findByArn(destinationArn);
    const destinations = destination ? [destination] : this.queues.sourcesOf(source);
    for (const queue of destinations) this.authorize(principal, 'SendMessage', queue);
  }

  private async createQueue(input: Input, principal: Principal): Promise<object> {
    const name = input.QueueName ?? '';
    const resource = `arn:aws:sqs:${this.host.region}:${this.host.accountId}:${name}`;
    this.host.authorize({ principal, action: 'sqs:CreateQueue', resource });
    const existing = this.queues.find(name);
    const { attributes, policy } = withAttributes(existing?.attributes ?? DEFAULT_ATTRIBUTES, input.Attributes ?? {}); // prettier-ignore
    checkQueueName(name, attributes.fifo !== undefined);
    if (existing) {
      if (JSON.stringify(attributes) === JSON.stringify(existing.attributes)) return { QueueUrl: existing.url };
      throw new AwsError('QueueNameExists', 'A queue already exists with the same name and a different value for at least one attribute.'); // prettier-ignore
    }
    const queue = this.queues.add({ name, attributes, fromTemplate: false });
    queue.policy = policy ?? undefined;
    await this.queues.keep(queue);
    await this.tags.add(name, input.tags ?? {});
    return { QueueUrl: queue.url };
  }

  private moveSource({ SourceArn = '' }: Input): Queue {
    const source = this.queues.findByArn(SourceArn);
    if (source) return source;
    throw noResource('SourceArn');
  }

  private async changePolicy(queue: Queue, change: () => void): Promise<object> {
    change();
    await this.queues.keep(queue);
    return {};
  }

  private listTags(name: string): object {
    const tags = this.tags.of(name);
    return Object.keys(tags).length > 0 ? { Tags: tags } : {};
  }

  private listQueues(input: Input): object {
    const prefix = input.QueueNamePrefix ?? '';
    const urls = this.queues
      .all()
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ url }) => url);
    return urls.length > 0 ? { QueueUrls: urls } : {};
  }

  private getAttributes(queue: Queue, input: Input): object {
    const all: Record<string, string> = {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(queue.depth.visible),
      ApproximateNumberOfMessagesNotVisible: String(queue.depth.inFlight),
      ApproximateNumberOfMessagesDelayed: String(queue.depth.delayed),
      CreatedTimestamp: String(Math.floor(queue.createdMs / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedMs / 1000)),
      ...describeAttributes(queue.attributes),
      ...(queue.policy && { Policy: JSON.stringify(queue.policy) }),
    };
    return selectAttributes(all, input.AttributeNames ?? []);
  }

  private async setAttributes(queue: Queue, input: Input): Promise<object> {
    const { attributes, policy } = withAttributes(queue.attributes, input.Attributes ?? {});
    queue.configure(attributes);
    if (policy !== undefined) queue.policy = policy ?? undefined;
    await this.queues.keep(queue);
    return {};
  }

  private async purge(queue: Queue): Promise<object> {
    const nowMs = this.host.clock.now();
    if (nowMs - (this.purgedMs.get(queue.name) ?? -Infinity) < PURGE_INTERVAL_MS) {
      throw new AwsError('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`); // prettier-ignore
    }
    this.purgedMs.set(queue.name, nowMs);
    await queue.purge();
    return {};
  }

  private async deleteQueue(queue: Queue): Promise<object> {
    this.purgedMs.delete(queue.name);
    await this.tags.forget(queue.name);
    await this.queues.delete(queue);
    return {};
  }
}
