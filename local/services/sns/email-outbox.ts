import type { Host } from '../../aws-service.ts';
import type { StoreWrite } from '../../store.ts';
import type { Sequence } from '../sequence.ts';
import { notification } from './notification.ts';
import { type Published, type Subscription, textFor } from './topic.ts';

/** An e-mail that SNS would have sent. */
export interface Email {
  readonly messageId: string;
  readonly topicArn: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly sentMs: number;
}

const PREFIX = 'sns/email/';

/** What e-mail subscriptions receive: kept in the store and told to whoever runs the host, sent to nobody. */
export class EmailOutbox {
  private readonly host: Host;
  private readonly sequence: Sequence;

  constructor(host: Host, sequence: Sequence) {
    this.host = host;
    this.sequence = sequence;
  }

  /** The write that keeps an e-mail; it counts as sent once that is on disk. */
  write(published: Published, subscription: Subscription): StoreWrite {
    const asJson = subscription.protocol === 'email-json';
    const email: Email = {
      messageId: published.messageId,
      topicArn: published.topicArn,
      to: subscription.endpoint,
      subject: published.subject ?? 'AWS Notification Message',
      body: asJson ? JSON.stringify(notification(published, subscription)) : textFor(published, subscription.protocol),
      sentMs: this.host.clock.now(),
    };
    this.host.report(`SNS: mail to ${email.to}: ${email.subject}`);
    return { key: PREFIX + this.sequence.next(), value: JSON.stringify(email) };
  }

  /** The e-mails, oldest first. */
  async list(): Promise<Email[]> {
    const emails: Email[] = [];
    for await (const [, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}:` })) {
      emails.push(JSON.parse(value) as Email);
    }
    return emails;
  }
}
