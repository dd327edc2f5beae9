import type { Published, Subscription } from './topic.ts';
import { textFor } from './topic.ts';

/** Signatures and certificates exist on AWS only; consumers that check them must know that this one is local. */
const SIGNATURE = 'local';

/** The document that queues are sent, and that e-mail with the protocol `email-json` shows. */
export function notification(published: Published, subscription: Subscription): Record<string, unknown> {
  const region = published.topicArn.split(':')[3] ?? '';
  const url = `https://sns.${region}.amazonaws.com`;
  return {
    Type: 'Notification',
    MessageId: published.messageId,
    TopicArn: published.topicArn,
    ...(published.subject !== undefined && { Subject: published.subject }),
    Message: textFor(published, subscription.protocol),
    Timestamp: new Date(published.publishedMs).toISOString(),
    SignatureVersion: '1',
    Signature: SIGNATURE,
    SigningCertURL: `${url}/SimpleNotificationService-local.pem`,
    UnsubscribeURL: `${url}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...attributesOf(published),
  };
}

/** The event of a Lambda function that is subscribed. */
export function lambdaEvent(published: Published, subscription: Subscription): object {
  const { SigningCertURL, UnsubscribeURL, MessageAttributes, ...sns } = notification(published, subscription);
  const Sns = {
    Subject: null,
    ...sns,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
    MessageAttributes: MessageAttributes ?? {},
  };
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns }] };
}

function attributesOf({ attributes }: Published): { MessageAttributes?: object } {
  if (!attributes || Object.keys(attributes).length === 0) return {};
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );
  return { MessageAttributes };
}
