import type { Host, Principal } from '../../../aws-service.ts';
import type { StoreWrite } from '../../../store.ts';
import type { ConfigurationSets } from '../configuration-sets.ts';
import type { Mail } from '../mail.ts';
import { type EventDestination, matches } from './event-destination.ts';
import type { IdentityTopics } from './identity-topics.ts';
import { eventsOf, type Fate, type Sender, type SendingEvent, type SendingEventType } from './sending-event.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html */
const DETAIL_TYPES: Readonly<Record<SendingEventType, string>> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
  'Rendering Failure': 'Email Rendering Failed',
};

const DUE = 'ses/feedback-due/';
/** A bus or topic that is unavailable is tried again, for about ten minutes in all. */
const MOST_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;

/** One event on its way to a topic, or to the default bus. */
interface Due {
  /** In whose name it is published: the configuration set, or the identity that has a topic. */
  readonly sourceArn: string;
  readonly eventType: SendingEventType;
  readonly topicArn?: string;
  /** JSON. */
  readonly text: string;
}

/** Tells configuration sets and identities what became of their mails: kept with the mail, published behind its back. */
export class Feedback {
  private readonly host: Host;
  private readonly configurationSets: ConfigurationSets;
  private readonly identityTopics: IdentityTopics;

  constructor(host: Host, configurationSets: ConfigurationSets, identityTopics: IdentityTopics) {
    this.host = host;
    this.configurationSets = configurationSets;
    this.identityTopics = identityTopics;
  }

  /** What is to be written with a mail so that nothing of this is lost; `publish` is called once it is. */
  prepare(mail: Mail, fate: Fate, sender: Sender): { writes: StoreWrite[]; publish: () => void } | undefined {
    const destinations = this.configurationSets.destinationsOf(mail.configurationSet);
    const identity = sender.identityArn.replace(/^.*:identity\//, '');
    const hears = this.identityTopics.has(identity);
    if (destinations.length === 0 && !hears) return undefined;
    const due = eventsOf(mail, fate, sender).flatMap((event, index) => {
      const ofSet = destinations
        .filter((destination) => matches(destination, event.eventType))
        .map((destination): [string, Due] => [
          `${DUE}${mail.messageId}/${index}/${destination.Name}`,
          this.toDestination(mail.configurationSet ?? '', destination, event),
        ]);
      const topicArn = hears ? this.identityTopics.topicFor(identity, event.eventType) : undefined;
      if (topicArn === undefined) return ofSet;
      const text = JSON.stringify(this.identityTopics.notificationOf(identity, event));
      const ofIdentity: Due = { sourceArn: sender.identityArn, eventType: event.eventType, topicArn, text };
      return [...ofSet, [`${DUE}${mail.messageId}/${index}/ identity`, ofIdentity] as [string, Due]];
    });
    return {
      writes: due.map(([key, one]) => ({ key, value: JSON.stringify(one) })),
      publish: () => this.inBackground(() => this.publishAll(due)),
    };
  }

  private toDestination(configurationSet: string, { SnsDestination }: EventDestination, event: SendingEvent): Due {
    return {
      sourceArn: this.configurationSets.arnOf(configurationSet),
      eventType: event.eventType,
      ...(SnsDestination && { topicArn: SnsDestination.TopicArn }),
      text: JSON.stringify(event),
    };
  }

  /** Publishes what was due when the host last ended. */
  async resume(): Promise<void> {
    const due: [string, Due][] = [];
    for await (const [key, value] of this.host.store.range({ gte: DUE, lt: `${DUE}\uffff` })) {
      due.push([key, JSON.parse(value) as Due]);
    }
    // The bus and the topics take events once all services have started.
    if (due.length > 0) this.host.clock.after(0, () => this.inBackground(() => this.publishAll(due)));
  }

  /** In order, so that a mail is sent before it bounces: what fails holds up what comes behind it. */
  private async publishAll(due: readonly [string, Due][], attempt = 1): Promise<void> {
    for (const [index, [key, one]] of due.entries()) {
      try {
        await this.deliver(one);
      } catch (error) {
        if (attempt < MOST_ATTEMPTS) return this.again(due.slice(index), attempt);
        const { sourceArn, topicArn = 'the default bus' } = one;
        this.host.report(`SES: ${topicArn} does not take the events of ${sourceArn}: ${String(error)}`);
      }
      await this.host.store.write([{ key, value: undefined }]);
    }
  }

  private again(due: readonly [string, Due][], attempt: number): void {
    const run = (): void => this.inBackground(() => this.publishAll(due, attempt + 1));
    this.host.clock.after(FIRST_RETRY_MS * 2 ** (attempt - 1), run);
  }

  private async deliver({ sourceArn, eventType, topicArn, text }: Due): Promise<void> {
    const principal: Principal = { kind: 'service', service: 'ses.amazonaws.com', sourceArn };
    if (topicArn !== undefined) {
      const Subject = 'Amazon SES Email Event Notification';
      await this.host.call('sns', 'Publish', { TopicArn: topicArn, Subject, Message: text }, principal);
      return;
    }
    const DetailType = DETAIL_TYPES[eventType];
    const entry = { Source: 'aws.ses', DetailType, Resources: [sourceArn], Detail: text };
    await this.host.call('events', 'PutEvents', { Entries: [entry] }, principal);
  }

  private inBackground(run: () => Promise<void>): void {
    this.host.clock
      .work(run)
      .catch((error: unknown) => this.host.report(`SES: an event could not be published: ${String(error)}`));
  }
}
