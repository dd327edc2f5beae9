import type { PolicyDocument } from '../../aws-service.ts';
import type { CompiledPattern } from '../events/patterns/compile-pattern.ts';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Where a subscription can send to here; SMS, HTTP and mobile push are refused by name. */
export const PROTOCOLS = ['sqs', 'lambda', 'email', 'email-json'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly rawMessageDelivery: boolean;
  readonly filterPolicy: string | undefined;
  readonly filterPolicyScope: 'MessageAttributes' | 'MessageBody';
  readonly filter: CompiledPattern | undefined;
  /** ARN of a queue for what cannot be delivered. */
  readonly deadLetterTargetArn: string | undefined;
  /** True for a subscription of the template, which is made anew at each start. */
  readonly fromTemplate: boolean;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  displayName: string;
  policy: PolicyDocument | undefined;
  readonly fromTemplate: boolean;
  readonly subscriptions: Map<string, Subscription>;
}

/** A message as a topic took it: kept until every subscription that wants it has it. */
export interface Published {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string | undefined;
  readonly attributes?: MessageAttributes | undefined;
  /** Texts by protocol, of a message that was published with the structure `json`. */
  readonly byProtocol?: Readonly<Record<string, string>> | undefined;
  readonly publishedMs: number;
}

/** What a subscription of a protocol reads. */
export function textFor(published: Published, protocol: Protocol): string {
  return published.byProtocol?.[protocol] ?? published.byProtocol?.['default'] ?? published.message;
}
