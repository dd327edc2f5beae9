import type { Clock } from '../../clock.ts';
import type { Store, StoreWrite } from '../../store.ts';
import { Sequence } from '../sequence.ts';
import { readAddress } from './addresses.ts';
import type { Mail } from './mail.ts';

const MAILS = 'ses/mail/';
const BY_RECIPIENT = 'ses/mail-to/';
/** Ends a range of keys that go on with digits. */
const AFTER_DIGITS = ':';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1_000;

export interface MailQuery {
  /** 1 to 1,000; 100 when not said. */
  readonly limit?: number;
  /** Where the page before ended. */
  readonly cursor?: string;
  /** Address of a recipient, in whatever case. */
  readonly to?: string;
}

export interface MailPage {
  readonly mails: readonly Mail[];
  /** Given when there are older ones. */
  readonly cursor?: string;
}

/** All mails, on disk, in the order of their sending. */
export class Mailbox {
  private readonly store: Store;
  private readonly sequence: Sequence;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.sequence = new Sequence(clock, store, 'ses');
  }

  /** Resolves when the mail is on disk, and what else is to be written with it. */
  async put(mail: Mail, along: readonly StoreWrite[] = []): Promise<void> {
    const id = this.sequence.next();
    const recipients = new Set([...mail.to, ...mail.cc, ...mail.bcc].map((recipient) => recipientKey(recipient)));
    const index: StoreWrite[] = [...recipients].map((recipient) => ({ key: `${recipient}${id}`, value: '' }));
    await this.store.write([{ key: MAILS + id, value: JSON.stringify(mail) }, ...index, ...along]);
  }

  /** Newest first. Throws a RangeError for a limit that is none. */
  async list({ limit = DEFAULT_LIMIT, cursor, to }: MailQuery): Promise<MailPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) {
      throw new RangeError(`limit must be a whole number from 1 to ${LARGEST_LIMIT}.`);
    }
    if (cursor !== undefined && !/^\d+-\d+$/.test(cursor)) throw new RangeError('cursor is not one that a page gave.');
    const prefix = to === undefined ? MAILS : recipientKey(to);
    const ids: string[] = [];
    const range = { gte: prefix, lt: prefix + (cursor ?? AFTER_DIGITS), reverse: true, limit: limit + 1 };
    for await (const [key] of this.store.range(range)) ids.push(key.slice(prefix.length));
    const shown = ids.slice(0, limit);
    const mails = shown.map((id) => JSON.parse(this.store.get(MAILS + id) ?? 'null') as Mail);
    const last = shown.at(-1);
    return { mails, ...(ids.length > limit && last !== undefined && { cursor: last }) };
  }

  /** Mails sent since an instant (epoch ms), oldest first. */
  async *since(instantMs: number): AsyncGenerator<Mail> {
    const range = { gte: MAILS + Sequence.at(instantMs), lt: MAILS + AFTER_DIGITS };
    for await (const [, value] of this.store.range(range)) yield JSON.parse(value) as Mail;
  }
}

function recipientKey(recipient: string): string {
  return `${BY_RECIPIENT}${readAddress(recipient).address.toLowerCase()}/`;
}
