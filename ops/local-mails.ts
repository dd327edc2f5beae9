import { asOrderId, eventIdOf } from '../core/ids.ts';
import type { SentMail } from '../core/invariants/snapshot.ts';

/** A mail as the local host's SES keeps it; `notify-customer` tags each with the event that it is about. */
interface LocalMail {
  readonly tags?: Readonly<Record<string, string>>;
}

/** Mails per request: a page of a few hundred kilobytes. */
const PAGE_SIZE = 1000;

/** All mails that a local host's SES has taken, by the event that each is about. */
export async function readLocalMails(awsEndpointUrl: string): Promise<SentMail[]> {
  const mails: SentMail[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor !== undefined && { cursor }) });
    const response = await fetch(`${awsEndpointUrl}/_local/mails?${query.toString()}`);
    const page = (await response.json()) as { mails: LocalMail[]; cursor?: string };
    mails.push(...page.mails.map(sentMail));
    ({ cursor } = page);
  } while (cursor !== undefined);
  return mails;
}

function sentMail({ tags = {} }: LocalMail): SentMail {
  return { eventId: eventIdOf(asOrderId(tags['order-id'] ?? ''), Number(tags['event-version'])), channel: 'email' };
}
