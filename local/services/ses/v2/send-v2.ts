import { sendBulk } from '../bulk-sending.ts';
import type { Destination, Envelope, Header, Tag } from '../envelope.ts';
import { MailTemplate } from '../mail-template.ts';
import type { Operations } from '../operation.ts';
import { refuseMembers } from '../required.ts';
import type { UsedTemplate } from '../sending.ts';
import type { SesParts } from '../ses-parts.ts';
import { readContent, type TemplateContent } from './template-content.ts';
import { badRequest } from './v2-errors.ts';

interface UsedContent {
  readonly TemplateName?: string;
  readonly TemplateArn?: string;
  readonly TemplateContent?: TemplateContent;
  readonly TemplateData?: string;
  readonly Headers?: readonly Header[];
}

interface SendEmailV2 {
  readonly FromEmailAddress?: string;
  readonly Destination?: Destination;
  readonly ReplyToAddresses?: readonly string[];
  readonly ConfigurationSetName?: string;
  readonly EmailTags?: readonly Tag[];
  readonly Content?: {
    readonly Simple?: Message;
    readonly Raw?: { readonly Data?: string };
    readonly Template?: UsedContent;
  };
}

interface Message {
  readonly Subject?: { readonly Data?: string };
  readonly Body?: { readonly Text?: { readonly Data?: string }; readonly Html?: { readonly Data?: string } };
  readonly Headers?: readonly Header[];
}

interface SendBulkV2 extends Omit<SendEmailV2, 'Content' | 'Destination' | 'EmailTags'> {
  readonly DefaultEmailTags?: readonly Tag[];
  readonly DefaultContent?: { readonly Template?: UsedContent };
  readonly BulkEmailEntries?: readonly {
    readonly Destination?: Destination;
    readonly ReplacementTags?: readonly Tag[];
    readonly ReplacementHeaders?: readonly Header[];
    readonly ReplacementEmailContent?: { readonly ReplacementTemplate?: { readonly ReplacementTemplateData?: string } };
  }[];
}

/** Other accounts' identities, contact lists, global endpoints, tenants. Where feedback is mailed to has no meaning here. */
const UNSERVED = [
  ...['FromEmailAddressIdentityArn', 'FeedbackForwardingEmailAddressIdentityArn', 'ListManagementOptions'],
  ...['EndpointId', 'TenantName'],
];

/** SendEmail and SendBulkEmail of version 2; the rights are those of version 1's operations for the same content. */
export function sendOperationsV2(parts: SesParts): Operations {
  const { sending } = parts;
  return {
    SendEmail(input, principal) {
      refuseMembers(input, UNSERVED);
      const { Content = {}, ...others } = input as SendEmailV2;
      const { Simple, Raw, Template } = Content;
      if ([Simple, Raw, Template].filter((one) => one !== undefined).length !== 1) {
        throw badRequest('Content must have exactly one of Simple, Raw and Template.');
      }
      const envelope = envelopeOf(others, others.EmailTags, (Simple ?? Template)?.Headers);
      if (Simple) {
        refuseMembers(Simple as Record<string, unknown>, ['Attachments']);
        return sending.sendEmail({ ...envelope, Message: Simple }, principal);
      }
      if (Raw) return sending.sendRawEmail(rawInput(envelope, Raw), principal);
      const used = usedTemplate(parts, Template ?? {});
      return sending.sendFromTemplate('SendTemplatedEmail', envelope, used, Template?.TemplateData ?? '{}', principal);
    },
    async SendBulkEmail(input, principal) {
      refuseMembers(input, UNSERVED);
      const { DefaultContent, DefaultEmailTags, BulkEmailEntries = [], ...others } = input as SendBulkV2;
      const template = DefaultContent?.Template;
      if (!template) throw badRequest('DefaultContent must have a Template.');
      const bulk = {
        operation: 'SendBulkEmail',
        envelope: envelopeOf(others, DefaultEmailTags, template.Headers),
        used: usedTemplate(parts, template),
        defaultData: template.TemplateData ?? '{}',
        entries: BulkEmailEntries.map(bulkEntry),
      };
      const results = await sendBulk(sending, bulk, principal);
      const BulkEmailEntryResults = results.map((result) =>
        'error' in result
          ? { Status: 'INVALID_PARAMETER', Error: result.error.message }
          : { Status: 'SUCCESS', MessageId: result.messageId },
      );
      return { BulkEmailEntryResults };
    },
  };
}

function envelopeOf(
  { FromEmailAddress, Destination, ReplyToAddresses, ConfigurationSetName }: SendEmailV2,
  tags: readonly Tag[] | undefined,
  headers: readonly Header[] | undefined,
): Envelope {
  return {
    ...(FromEmailAddress !== undefined && { Source: FromEmailAddress }),
    ...(Destination && { Destination }),
    ...(ReplyToAddresses && { ReplyToAddresses }),
    ...(ConfigurationSetName !== undefined && { ConfigurationSetName }),
    ...(tags && { Tags: tags }),
    ...(headers && { Headers: headers }),
  };
}

/** The destination of the call, if it has one, counts instead of the message's own headers. */
function rawInput(
  { Destination, ...envelope }: Envelope,
  RawMessage: { readonly Data?: string },
): Envelope & { RawMessage: { readonly Data?: string }; Destinations?: string[] } {
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination ?? {};
  const Destinations = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  return { ...envelope, RawMessage, ...(Destinations.length > 0 && { Destinations }) };
}

function usedTemplate({ templates }: SesParts, content: UsedContent): UsedTemplate {
  refuseMembers(content as Record<string, unknown>, ['Attachments']);
  const { TemplateArn, TemplateContent } = content;
  const name = content.TemplateName ?? TemplateArn?.replace(/^.*:template\//, '');
  if (TemplateContent) {
    if (name !== undefined) throw badRequest('Template must have either a name or a content, not both.');
    return { template: new MailTemplate({ TemplateName: 'inline', ...readContent(TemplateContent) }) };
  }
  if (name === undefined) throw badRequest('Template must have a TemplateName, a TemplateArn or a TemplateContent.');
  return { name, template: templates.get(name) };
}

function bulkEntry(entry: NonNullable<SendBulkV2['BulkEmailEntries']>[number]): object {
  const { Destination, ReplacementTags, ReplacementHeaders, ReplacementEmailContent } = entry;
  const data = ReplacementEmailContent?.ReplacementTemplate?.ReplacementTemplateData;
  return {
    ...(Destination && { Destination }),
    ...(ReplacementTags && { Tags: ReplacementTags }),
    ...(ReplacementHeaders && { Headers: ReplacementHeaders }),
    ...(data !== undefined && { TemplateData: data }),
  };
}
