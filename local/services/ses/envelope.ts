import { AwsError } from '../../aws-error.ts';
import { readAddress } from './addresses.ts';

/** SES's limit for the recipients of one message. */
const MOST_RECIPIENTS = 50;

/** What every operation that sends has besides its content. */
export interface Envelope {
  readonly Source?: string;
  readonly Destination?: Destination;
  readonly ReplyToAddresses?: readonly string[];
  readonly ConfigurationSetName?: string;
  /** A value that looks like a number comes as one from the query protocol. */
  readonly Tags?: readonly Tag[];
  /** Further headers, of version 2 only. */
  readonly Headers?: readonly Header[];
}

export interface Destination {
  readonly ToAddresses?: readonly string[];
  readonly CcAddresses?: readonly string[];
  readonly BccAddresses?: readonly string[];
}

export interface Tag {
  readonly Name: string;
  readonly Value: string | number;
}

export interface Header {
  readonly Name: string;
  readonly Value: string;
}

/** Throws InvalidParameterValue for no recipients, too many, or one that is no address. */
export function checkRecipients({ ToAddresses = [], CcAddresses = [], BccAddresses = [] }: Destination): void {
  const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  if (recipients.length === 0) throw new AwsError('InvalidParameterValue', "Missing required header 'To'.");
  if (recipients.length > MOST_RECIPIENTS) {
    throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${MOST_RECIPIENTS}.`);
  }
  for (const recipient of recipients) readAddress(recipient);
}

/** What SES answers to a sender that is no identity of the account. */
export function unverified(address: string, region: string): AwsError {
  return new AwsError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${address}`,
  );
}
