import { AwsError } from '../../aws-error.ts';
import type { Principal } from '../../aws-service.ts';
import type { Destination, Envelope, Tag } from './envelope.ts';
import { readTemplateData } from './mail-template.ts';
import type { Sending, UsedTemplate } from './sending.ts';

/** Mails of one call; each has its own destination. */
const MOST_ENTRIES = 50;

/** One mail of a bulk: what it has of its own, the rest is the call's. */
export interface BulkEntry {
  readonly Destination?: Destination;
  readonly Tags?: readonly Tag[];
  readonly Headers?: Envelope['Headers'];
  /** JSON, laid over the call's default data. */
  readonly TemplateData?: string;
}

export interface Bulk {
  /** Decides which right is asked for. */
  readonly operation: string;
  readonly envelope: Envelope;
  readonly used: UsedTemplate;
  readonly defaultData: string;
  readonly entries: readonly BulkEntry[];
}

/** What became of one mail of a bulk: its id, or the error that a call of its own would have had. */
export type BulkResult = { readonly messageId: string } | { readonly error: AwsError };

/** Sends mail by mail: one with a bad address does not hold up the others, while a call without rights has no mails at all. */
export async function sendBulk(sending: Sending, bulk: Bulk, principal: Principal): Promise<BulkResult[]> {
  const { operation, envelope, used, defaultData, entries } = bulk;
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    throw new AwsError('InvalidParameterValue', `A call sends 1 to ${MOST_ENTRIES} mails, not ${entries.length}.`);
  }
  const defaults = readData(defaultData);
  const results: BulkResult[] = [];
  for (const entry of entries) {
    const one: Envelope = {
      ...envelope,
      Destination: entry.Destination ?? {},
      Tags: [...(envelope.Tags ?? []), ...(entry.Tags ?? [])],
      ...(entry.Headers && { Headers: [...(envelope.Headers ?? []), ...entry.Headers] }),
    };
    try {
      const data = JSON.stringify({ ...defaults, ...readData(entry.TemplateData ?? '{}') });
      const { MessageId } = await sending.sendFromTemplate(operation, one, used, data, principal);
      results.push({ messageId: MessageId });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'InvalidParameterValue') throw error;
      results.push({ error });
    }
  }
  return results;
}

function readData(text: string): object {
  return readTemplateData(text === '' ? '{}' : text);
}
