import { sendBulk } from './bulk-sending.ts';
import type { Destination, Envelope, Tag } from './envelope.ts';
import type { Operations } from './operation.ts';
import { refuseMembers } from './required.ts';
import { sendStatistics, STATISTICS_MS } from './sending-statistics.ts';
import type { SesParts } from './ses-parts.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of SES's quotas -1 means none; mails that go nowhere need no pace. */
const UNLIMITED = -1;

/** Sending on behalf of another account's identity. Where feedback is mailed to has no meaning here: SES mails none. */
const OTHER_ACCOUNTS = ['SourceArn', 'FromArn', 'ReturnPathArn', 'TemplateArn'];

interface BulkInput extends Envelope {
  readonly Template?: string;
  readonly DefaultTags?: readonly Tag[];
  readonly DefaultTemplateData?: string;
  readonly Destinations?: readonly {
    readonly Destination?: Destination;
    readonly ReplacementTags?: readonly Tag[];
    readonly ReplacementTemplateData?: string;
  }[];
}

/** The operations of version 1 that send, and those that tell how much was sent. */
export function sendOperations(parts: SesParts): Operations {
  const { sending } = parts;
  const ofThisAccount: (run: Operations[string]) => Operations[string] = (run) => (input, principal) => {
    refuseMembers(input, OTHER_ACCOUNTS);
    return run(input, principal);
  };
  return {
    SendEmail: ofThisAccount((input, principal) => sending.sendEmail(input, principal)),
    SendRawEmail: ofThisAccount((input, principal) => sending.sendRawEmail(input, principal)),
    SendTemplatedEmail: ofThisAccount((input, principal) => sending.sendTemplatedEmail(input, principal)),
    SendBulkTemplatedEmail: ofThisAccount(async (input, principal) => {
      const { Template = '', DefaultTags = [], DefaultTemplateData = '', Destinations = [] } = input as BulkInput;
      const entries = Destinations.map(({ ReplacementTags, ReplacementTemplateData, ...one }) => ({
        ...one,
        ...(ReplacementTags && { Tags: ReplacementTags }),
        ...(ReplacementTemplateData !== undefined && { TemplateData: ReplacementTemplateData }),
      }));
      const bulk = {
        operation: 'SendBulkTemplatedEmail',
        envelope: { ...(input as Envelope), Tags: DefaultTags },
        used: { name: Template, template: parts.templates.get(Template) },
        defaultData: DefaultTemplateData,
        entries,
      };
      const results = await sendBulk(sending, bulk, principal);
      const Status = results.map((result) =>
        'error' in result
          ? { Status: 'InvalidParameterValue', Error: result.error.message }
          : { Status: 'Success', MessageId: result.messageId },
      );
      return { Status };
    }),
    GetSendQuota: () => sendQuota(parts),
    GetSendStatistics: async () => ({
      SendDataPoints: await sendStatistics(parts.mailbox.since(parts.host.clock.now() - STATISTICS_MS)),
    }),
  };
}

export async function sendQuota({ host, mailbox }: SesParts): Promise<object> {
  let SentLast24Hours = 0;
  for await (const _ of mailbox.since(host.clock.now() - DAY_MS)) SentLast24Hours += 1;
  return { Max24HourSend: UNLIMITED, MaxSendRate: UNLIMITED, SentLast24Hours };
}
