import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { deliveryStatus, readAddress } from './addresses.ts';
import type { Identities } from './identities.ts';
import type { Mail, MailStatus } from './mail.ts';
import type { Mailbox } from './mailbox.ts';
import { readTemplateData, type RenderedMail, RenderingError } from './mail-template.ts';
import { readRawMessage } from './raw-message.ts';
import type { Templates } from './templates.ts';

/** SES's limit for the recipients of one message. */
const MOST_RECIPIENTS = 50;

interface Envelope {
  readonly Source?: string;
  readonly Destination?: Destination;
  readonly ReplyToAddresses?: readonly string[];
  readonly ConfigurationSetName?: string;
  /** A value that looks like a number comes as one from the query protocol. */
  readonly Tags?: readonly { Name: string; Value: string | number }[];
}

interface Destination {
  readonly ToAddresses?: readonly string[];
  readonly CcAddresses?: readonly string[];
  readonly BccAddresses?: readonly string[];
}

interface Content {
  readonly Data?: string;
}

export interface SendEmailInput extends Envelope {
  readonly Message?: {
    readonly Subject?: Content;
    readonly Body?: { readonly Text?: Content; readonly Html?: Content };
  };
}

export interface SendTemplatedEmailInput extends Envelope {
  readonly Template?: string;
  readonly TemplateData?: string;
}

export interface SendRawEmailInput extends Omit<Envelope, 'Destination'> {
  /** Recipients besides those of the message's own headers, which they replace. */
  readonly Destinations?: readonly string[];
  readonly RawMessage?: { readonly Data?: string };
}

/** What a mail consists of besides its envelope. */
interface Body extends RenderedMail {
  readonly template?: string;
  readonly failure?: string;
}

export interface SendingParts {
  readonly identities: Identities;
  readonly templates: Templates;
  readonly mailbox: Mailbox;
  readonly configurationSets: ReadonlySet<string>;
}

/** The operations that send: checks as SES makes them, then a mail in the mailbox instead of on its way. */
export class Sending {
  private readonly host: Host;
  private readonly parts: SendingParts;

  constructor(host: Host, parts: SendingParts) {
    this.host = host;
    this.parts = parts;
  }

  async sendEmail(input: SendEmailInput, principal: Principal): Promise<{ MessageId: string }> {
    this.admit('SendEmail', input, principal);
    const { Subject, Body } = input.Message ?? {};
    const [text, html] = [Body?.Text?.Data, Body?.Html?.Data];
    if (Subject?.Data === undefined || (text === undefined && html === undefined)) {
      throw new AwsError('ValidationError', 'Message must have a Subject and a Body with Text or Html.');
    }
    return this.keep(input, { subject: Subject.Data, text: text ?? '', html: html ?? '' });
  }

  /** A variable that the data lacks is no error of the call: SES accepts the mail and reports a rendering failure later. */
  async sendTemplatedEmail(input: SendTemplatedEmailInput, principal: Principal): Promise<{ MessageId: string }> {
    const { Template = '', TemplateData = '' } = input;
    this.admit('SendTemplatedEmail', input, principal, `template/${Template}`);
    const template = this.parts.templates.get(Template);
    const data = readTemplateData(TemplateData);
    try {
      return await this.keep(input, { ...template.render(data), template: Template });
    } catch (error) {
      if (!(error instanceof RenderingError)) throw error;
      return this.keep(input, { subject: '', text: '', html: '', template: Template, failure: error.message });
    }
  }

  async sendRawEmail(input: SendRawEmailInput, principal: Principal): Promise<{ MessageId: string }> {
    const { subject, text, html, ...message } = readRawMessage(
      Buffer.from(input.RawMessage?.Data ?? '', 'base64').toString('utf8'),
    );
    const Source = input.Source ?? message.from;
    if (Source === undefined) throw new AwsError('InvalidParameterValue', "Missing required header 'From'.");
    const Destination = input.Destinations
      ? { ToAddresses: input.Destinations }
      : { ToAddresses: message.to, CcAddresses: message.cc, BccAddresses: message.bcc };
    const envelope: Envelope = { ...input, Source, Destination, ReplyToAddresses: message.replyTo };
    this.admit('SendRawEmail', envelope, principal);
    return this.keep(envelope, { subject, text, html });
  }

  /** Rights on the sender's identity and on what else is used, then the sender itself, then the recipients. */
  private admit(operation: string, envelope: Envelope, principal: Principal, template?: string): void {
    const { address, displayName } = readAddress(envelope.Source ?? '');
    const { ConfigurationSetName } = envelope;
    const identity = this.parts.identities.coveringOf(address);
    const resources = [`identity/${identity ?? address}`];
    if (template !== undefined) resources.push(template);
    if (ConfigurationSetName !== undefined) resources.push(`configuration-set/${ConfigurationSetName}`);
    const context = {
      'ses:FromAddress': address,
      ...(displayName !== undefined && { 'ses:FromDisplayName': displayName }),
    };
    for (const resource of resources) {
      const arn = `arn:aws:ses:${this.host.region}:${this.host.accountId}:${resource}`;
      this.host.authorize({ principal, action: `ses:${operation}`, resource: arn, context });
    }
    if (identity === undefined) throw unverified(address, this.host.region);
    if (ConfigurationSetName !== undefined && !this.parts.configurationSets.has(ConfigurationSetName)) {
      throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${ConfigurationSetName}> does not exist.`);
    }
    checkRecipients(envelope.Destination ?? {});
  }

  private async keep(envelope: Envelope, body: Body): Promise<{ MessageId: string }> {
    const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = envelope.Destination ?? {};
    const nowMs = this.host.clock.now();
    const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
    const status: MailStatus = body.failure === undefined ? deliveryStatus(recipients) : 'rendering-failed';
    const mail: Mail = {
      messageId: `${nowMs.toString(16).padStart(16, '0')}-${this.host.uuid()}-000000`,
      from: envelope.Source ?? '',
      to: ToAddresses,
      cc: CcAddresses,
      bcc: BccAddresses,
      replyTo: envelope.ReplyToAddresses ?? [],
      ...body,
      ...(envelope.ConfigurationSetName !== undefined && { configurationSet: envelope.ConfigurationSetName }),
      tags: Object.fromEntries((envelope.Tags ?? []).map(({ Name, Value }) => [Name, String(Value)])),
      status,
      sentAt: new Date(nowMs).toISOString(),
    };
    await this.parts.mailbox.put(mail);
    this.measure(status, recipients.length);
    return { MessageId: mail.messageId };
  }

  /** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html */
  private measure(status: MailStatus, recipients: number): void {
    const outcome = {
      delivered: 'Delivery',
      bounced: 'Bounce',
      complained: 'Complaint',
      'rendering-failed': 'RenderingFailure',
    };
    for (const name of ['Send', outcome[status]]) {
      this.host.measure({ namespace: 'AWS/SES', name, dimensions: {}, value: recipients, unit: 'Count' });
    }
  }
}

function checkRecipients({ ToAddresses = [], CcAddresses = [], BccAddresses = [] }: Destination): void {
  const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  if (recipients.length === 0) throw new AwsError('InvalidParameterValue', "Missing required header 'To'.");
  if (recipients.length > MOST_RECIPIENTS) {
    throw new AwsError('InvalidParameterValue', `Recipient count exceeds ${MOST_RECIPIENTS}.`);
  }
  for (const recipient of recipients) readAddress(recipient);
}

function unverified(address: string, region: string): AwsError {
  return new AwsError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${address}`,
  );
}
