import { AwsError } from '../../aws-error.ts';
import type { MailStatus } from './mail.ts';

export interface Address {
  /** `Ada` of `Ada <ada@example.com>`. */
  readonly displayName: string | undefined;
  readonly address: string;
}

/** Reads one mailbox of a header. Throws InvalidParameterValue as SES does. */
export function readAddress(mailbox: string): Address {
  const [, name, bracketed] = /^\s*(.*?)\s*<([^<>]+)>\s*$/s.exec(mailbox) ?? [];
  const address = (bracketed ?? mailbox).trim();
  if (!address.includes('@')) throw new AwsError('InvalidParameterValue', "Missing final '@domain'");
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(address)) {
    throw new AwsError('InvalidParameterValue', `Local address or domain of ${JSON.stringify(address)} is not valid.`);
  }
  return { displayName: name ? name.replace(/^"(.*)"$/, '$1') : undefined, address };
}

/** The mailboxes of a `To` header: commas within quotes do not part them. */
export function splitMailboxes(header: string): string[] {
  return (header.match(/(?:"[^"]*"|[^,])+/g) ?? [])
    .map((mailbox) => mailbox.trim())
    .filter((mailbox) => mailbox !== '');
}

/** Mailboxes of SES's simulator, with any `+label`. https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html */
const SIMULATED: Readonly<Record<string, MailStatus>> = {
  bounce: 'bounced',
  complaint: 'complained',
  ooto: 'delivered',
  success: 'delivered',
  suppressionlist: 'bounced',
};

/** What the mail servers of these recipients would answer: all take it, but for the simulator's. The worst counts. */
export function deliveryStatus(recipients: readonly string[]): MailStatus {
  const statuses = recipients.map((recipient) => {
    const [, local] = /^([^@+]+)(?:\+[^@]*)?@simulator\.amazonses\.com$/i.exec(readAddress(recipient).address) ?? [];
    return SIMULATED[local?.toLowerCase() ?? ''] ?? 'delivered';
  });
  return (
    statuses.find((status) => status === 'bounced') ?? statuses.find((status) => status === 'complained') ?? 'delivered'
  );
}
