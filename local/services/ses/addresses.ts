import { AwsError } from '../../aws-error.ts';

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
