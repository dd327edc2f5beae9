import { AwsError } from '../../../aws-error.ts';
import type { Host } from '../../../aws-service.ts';
import type { SendingEvent, SendingEventType } from './sending-event.ts';

export type NotificationType = 'Bounce' | 'Complaint' | 'Delivery';

interface Settings {
  /** Topics by what they hear of. */
  readonly topics: Readonly<Partial<Record<NotificationType, string>>>;
  /** Which of these come with the headers of the mail. */
  readonly withHeaders: readonly NotificationType[];
}

const PREFIX = 'ses/identity-topics/';
const NOTHING: Settings = { topics: {}, withHeaders: [] };

/** The topics that hear of the mails of an identity, with or without a configuration set. */
export class IdentityTopics {
  private readonly host: Host;
  private readonly settings = new Map<string, Settings>();

  constructor(host: Host) {
    this.host = host;
  }

  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      this.settings.set(key.slice(PREFIX.length), JSON.parse(value) as Settings);
    }
  }

  /** Without a topic, the one that there was hears no more. */
  async setTopic(identity: string, type: unknown, topicArn: string | undefined): Promise<void> {
    const known = readType(type);
    const { topics, withHeaders } = this.of(identity);
    const { [known]: _, ...others } = topics;
    await this.save(identity, { topics: { ...others, ...(topicArn && { [known]: topicArn }) }, withHeaders });
  }

  async setHeaders(identity: string, type: unknown, enabled: boolean): Promise<void> {
    const known = readType(type);
    const { topics, withHeaders } = this.of(identity);
    const others = withHeaders.filter((one) => one !== known);
    await this.save(identity, { topics, withHeaders: enabled ? [...others, known] : others });
  }

  /** In the words of GetIdentityNotificationAttributes. */
  describe(identity: string): object {
    const { topics, withHeaders } = this.of(identity);
    return {
      ...(topics.Bounce !== undefined && { BounceTopic: topics.Bounce }),
      ...(topics.Complaint !== undefined && { ComplaintTopic: topics.Complaint }),
      ...(topics.Delivery !== undefined && { DeliveryTopic: topics.Delivery }),
      ForwardingEnabled: false,
      HeadersInBounceNotificationsEnabled: withHeaders.includes('Bounce'),
      HeadersInComplaintNotificationsEnabled: withHeaders.includes('Complaint'),
      HeadersInDeliveryNotificationsEnabled: withHeaders.includes('Delivery'),
    };
  }

  has(identity: string): boolean {
    return this.settings.size > 0 && this.settings.has(identity.toLowerCase());
  }

  topicFor(identity: string, eventType: SendingEventType): string | undefined {
    return isNotification(eventType) ? this.of(identity).topics[eventType] : undefined;
  }

  /** https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html: no tags, and headers only where asked for. */
  notificationOf(identity: string, { eventType, mail, ...about }: SendingEvent): object {
    const { tags: _, headers, commonHeaders, headersTruncated, ...described } = mail as Record<string, unknown>;
    const shown = isNotification(eventType) && this.of(identity).withHeaders.includes(eventType);
    return {
      notificationType: eventType,
      ...about,
      mail: { ...described, ...(shown && { headersTruncated, headers, commonHeaders }) },
    };
  }

  private of(identity: string): Settings {
    return this.settings.get(identity.toLowerCase()) ?? NOTHING;
  }

  private async save(identity: string, settings: Settings): Promise<void> {
    const name = identity.toLowerCase();
    this.settings.set(name, settings);
    await this.host.store.write([{ key: PREFIX + name, value: JSON.stringify(settings) }]);
  }
}

function isNotification(type: unknown): type is NotificationType {
  return type === 'Bounce' || type === 'Complaint' || type === 'Delivery';
}

function readType(type: unknown): NotificationType {
  if (isNotification(type)) return type;
  throw new AwsError('InvalidParameterValue', 'NotificationType must be Bounce, Complaint or Delivery.');
}
