import type { Store } from '../../store.ts';

const PREFIX = 'sqs/t/';

type Tags = Readonly<Record<string, string>>;

/** Tags that clients have given to queues: kept and told back, without effect. */
export class QueueTags {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  of(queueName: string): Tags {
    return JSON.parse(this.store.get(PREFIX + queueName) ?? '{}') as Tags;
  }

  async add(queueName: string, tags: Tags): Promise<void> {
    await this.keep(queueName, { ...this.of(queueName), ...tags });
  }

  async remove(queueName: string, keys: readonly string[]): Promise<void> {
    await this.keep(queueName, Object.fromEntries(Object.entries(this.of(queueName)).filter(([key]) => !keys.includes(key)))); // prettier-ignore
  }

  /** For a queue that is deleted. */
  async forget(queueName: string): Promise<void> {
    await this.keep(queueName, {});
  }

  private async keep(queueName: string, tags: Tags): Promise<void> {
    const value = Object.keys(tags).length > 0 ? JSON.stringify(tags) : undefined;
    await this.store.write([{ key: PREFIX + queueName, value }]);
  }
}
