import type { Host, PolicyDocument } from '../../aws-service.ts';
import { Sequence } from '../sequence.ts';
import { Queue } from './queue.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import { missingParameter, queueDoesNotExist } from './sqs-errors.ts';

const PREFIX = 'sqs/q/';

/** The queues, in memory. Those that a client made are in the store as well. */
export class QueueBook {
  private readonly host: Host;
  private readonly endpointUrl: string;
  private readonly sequence: Sequence;
  private readonly queues = new Map<string, Queue>();

  constructor(host: Host, endpointUrl: string) {
    this.host = host;
    this.endpointUrl = endpointUrl;
    this.sequence = new Sequence(host.clock, host.store, 'sqs');
  }

  /** Makes a queue known. Its messages come with `load`, or are none when it is new. */
  add(setup: { name: string; attributes: QueueAttributes; fromTemplate: boolean }): Queue {
    const queue = new Queue(this.host, this.sequence, { ...setup, endpointUrl: this.endpointUrl });
    this.queues.set(queue.name, queue);
    return queue;
  }

  all(): Queue[] {
    return [...this.queues.values()];
  }

  find(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  findByArn(arn: string): Queue | undefined {
    const queue = this.queues.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue?.arn === arn ? queue : undefined;
  }

  /** The queue of a URL, of which only the last segment counts: hosts and ports differ between endpoints. */
  queueOf(url: unknown): Queue {
    if (typeof url !== 'string' || url === '') throw missingParameter('QueueUrl');
    const queue = this.queues.get(url.slice(url.lastIndexOf('/') + 1));
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** The queues that send what they cannot deliver to this one. */
  sourcesOf({ arn }: Queue): Queue[] {
    return this.all().filter(({ attributes }) => attributes.redrive?.deadLetterTargetArn === arn);
  }

  /** Takes up what clients made, as far as the template does not have it, and the messages of all queues. */
  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: 'sqs/q0' })) {
      const name = key.slice(PREFIX.length);
      if (this.queues.has(name)) continue;
      const { attributes, policy } = JSON.parse(value) as { attributes: QueueAttributes; policy?: PolicyDocument };
      this.add({ name, attributes, fromTemplate: false }).policy = policy;
    }
    for (const queue of this.queues.values()) await queue.load();
  }

  /** Resolves when a queue of a client's is on disk as it is now. */
  async keep({ fromTemplate, name, attributes, policy }: Queue): Promise<void> {
    if (fromTemplate) return;
    await this.host.store.write([{ key: PREFIX + name, value: JSON.stringify({ attributes, policy }) }]);
  }

  async delete(queue: Queue): Promise<void> {
    this.queues.delete(queue.name);
    await queue.purge();
    await this.host.store.write([{ key: PREFIX + queue.name, value: undefined }]);
  }
}
