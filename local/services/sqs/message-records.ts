import type { Store, StoreWrite } from '../../store.ts';
import type { Receipt, StoredMessage } from './message.ts';

/** A message of the store: what was sent, and the receipt of whoever had it last. */
export interface MessageRecord {
  readonly key: string;
  readonly stored: StoredMessage;
  readonly receipt: Receipt | undefined;
}

/** Where the store has the messages of one queue. Receipts change often and are kept apart from bodies. */
export class MessageRecords {
  private readonly store: Store;
  private readonly messages: string;
  private readonly receipts: string;

  constructor(store: Store, queueName: string) {
    this.store = store;
    this.messages = `sqs/m/${queueName}/`;
    this.receipts = `sqs/r/${queueName}/`;
  }

  /** All messages, oldest arrival first. */
  async *all(): AsyncGenerator<MessageRecord> {
    // '0' is the character after '/'.
    const range = { gte: this.messages, lt: `${this.messages.slice(0, -1)}0` };
    for await (const [storeKey, value] of this.store.range(range)) {
      const key = storeKey.slice(this.messages.length);
      const receipt = this.store.get(this.receipts + key);
      yield {
        key,
        stored: JSON.parse(value) as StoredMessage,
        receipt: receipt === undefined ? undefined : (JSON.parse(receipt) as Receipt),
      };
    }
  }

  message(key: string, stored: StoredMessage): StoreWrite {
    return { key: this.messages + key, value: JSON.stringify(stored) };
  }

  receipt(key: string, receipt: Receipt | undefined): StoreWrite {
    return { key: this.receipts + key, value: JSON.stringify(receipt) };
  }

  removal(key: string, wasReceived: boolean): StoreWrite[] {
    const message = { key: this.messages + key, value: undefined };
    return wasReceived ? [message, { key: this.receipts + key, value: undefined }] : [message];
  }
}
