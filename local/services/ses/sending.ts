import { AwsError } from '../../aws-error.ts';
import type { Host, Principal } from '../../aws-service.ts';
import { readAddress } from './addresses.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import { checkRecipients, type Envelope, unverified } from './envelope.ts';
import type { Feedback } from './feedback/feedback.ts';
import type { Sender } from './feedback/sending-event.ts';
import type { Identities } from './identities.ts';
import type { Mail } from './mail.ts';
import type { Mailbox } from './mailbox.ts';
import { type MailTemplate, readTemplateData, type RenderedMail, RenderingError } from './mail-template.ts';
import { readRawMessage } from './raw-message.ts';
import { measureSending } from './sending-metrics.ts';
import { type Outcome, simulatedOutcome, statusOf } from './simulator.ts';
import type { SuppressionList } from './suppression-list.ts';
import type { Templates } from './templates.ts';

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
  readonly configurationSets: ConfigurationSets;
  readonly suppressionList: SuppressionList;
  readonly feedback: Feedback;
}

/** A template with which a mail is made: one that is kept, by its name, or one that came with the call. */
export interface UsedTemplate {
  readonly name?: string;
  readonly template: MailTemplate;
}

/** An envelope that may go out, and who sends it. */
interface Admitted {
  readonly envelope: Envelope;
  readonly sender: Sender;
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
    const admitted = this.admit('SendEmail', input, principal);
    const { Subject, Body } = input.Message ?? {};
    const [text, html] = [Body?.Text?.Data, Body?.Html?.Data];
    if (Subject?.Data === undefined || (text === undefined && html === undefined)) {
      throw new AwsError('ValidationError', 'Message must have a Subject and a Body with Text or Html.');
    }
    return this.keep(admitted, { subject: Subject.Data, text: text ?? '', html: html ?? '' });
  }

  async sendTemplatedEmail(input: SendTemplatedEmailInput, principal: Principal): Promise<{ MessageId: string }> {
    const { Template = '', TemplateData = '' } = input;
    const admitted = this.admit('SendTemplatedEmail', input, principal, Template);
    return this.render(admitted, { name: Template, template: this.parts.templates.get(Template) }, TemplateData);
  }

  /** A mail from a template for which rights are asked as for `operation`. */
  async sendFromTemplate(
    operation: string,
    envelope: Envelope,
    used: UsedTemplate,
    data: string,
    principal: Principal,
  ): Promise<{ MessageId: string }> {
    return this.render(this.admit(operation, envelope, principal, used.name), used, data);
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
    return this.keep(this.admit('SendRawEmail', envelope, principal), { subject, text, html });
  }

  /** Rights on the sender's identity and on what else is used, then the sender itself, then the recipients. */
  private admit(operation: string, envelope: Envelope, principal: Principal, template?: string): Admitted {
    const { address, displayName } = readAddress(envelope.Source ?? '');
    const { ConfigurationSetName } = envelope;
    const identity = this.parts.identities.coveringOf(address);
    const resources = [`identity/${identity ?? address}`];
    if (template !== undefined) resources.push(`template/${template}`);
    if (ConfigurationSetName !== undefined) resources.push(`configuration-set/${ConfigurationSetName}`);
    const context = {
      'ses:FromAddress': address,
      ...(displayName !== undefined && { 'ses:FromDisplayName': displayName }),
    };
    const { accountId, region } = this.host;
    const arns = resources.map((resource) => `arn:aws:ses:${region}:${accountId}:${resource}`);
    for (const resource of arns) {
      this.host.authorize({ principal, action: `ses:${operation}`, resource, context });
    }
    if (identity === undefined) throw unverified(address, region);
    this.checkConfigurationSet(ConfigurationSetName);
    checkRecipients(envelope.Destination ?? {});
    const caller = principal.kind === 'role' ? principal.sessionName : 'root';
    return { envelope, sender: { identityArn: arns[0] ?? '', accountId, caller, operation } };
  }

  private checkConfigurationSet(name: string | undefined): void {
    if (name === undefined || this.parts.configurationSets.get(name).sendingEnabled) return;
    const message = `Sending is disabled for the configuration set <${name}>.`;
    throw new AwsError('ConfigurationSetSendingPausedException', message);
  }

  /** A variable that the data lacks is no error of the call: SES accepts the mail and reports a rendering failure later. */
  private async render(
    admitted: Admitted,
    { name, template }: UsedTemplate,
    templateData: string,
  ): Promise<{ MessageId: string }> {
    const data = readTemplateData(templateData);
    const of = name === undefined ? {} : { template: name };
    try {
      return await this.keep(admitted, { ...template.render(data), ...of });
    } catch (error) {
      if (!(error instanceof RenderingError)) throw error;
      return this.keep(admitted, { subject: '', text: '', html: '', ...of, failure: error.message });
    }
  }

  private async keep({ envelope, sender }: Admitted, body: Body): Promise<{ MessageId: string }> {
    const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = envelope.Destination ?? {};
    const nowMs = this.host.clock.now();
    const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
    const outcomes = body.failure === undefined ? this.outcomesOf(recipients, envelope.ConfigurationSetName) : [];
    const mail: Mail = {
      messageId: `${nowMs.toString(16).padStart(16, '0')}-${this.host.uuid()}-000000`,
      from: envelope.Source ?? '',
      to: ToAddresses,
      cc: CcAddresses,
      bcc: BccAddresses,
      replyTo: envelope.ReplyToAddresses ?? [],
      ...body,
      ...(envelope.ConfigurationSetName !== undefined && { configurationSet: envelope.ConfigurationSetName }),
      ...(envelope.Headers !== undefined && { headers: envelope.Headers }),
      tags: Object.fromEntries((envelope.Tags ?? []).map(({ Name, Value }) => [Name, String(Value)])),
      status: body.failure === undefined ? statusOf(outcomes) : 'rendering-failed',
      sentAt: new Date(nowMs).toISOString(),
    };
    const feedback = this.parts.feedback.prepare(mail, { recipients, outcomes }, sender);
    await this.parts.mailbox.put(mail, feedback?.writes);
    feedback?.publish();
    measureSending(this.host, outcomes, recipients.length);
    return { MessageId: mail.messageId };
  }

  private outcomesOf(recipients: readonly string[], configurationSet: string | undefined): Outcome[] {
    const { configurationSets, suppressionList } = this.parts;
    const set = configurationSet === undefined ? undefined : configurationSets.get(configurationSet);
    return recipients.map((recipient) => {
      const { address } = readAddress(recipient);
      if (suppressionList.holdsBack(address, set?.suppressedReasons)) return 'on-account-list';
      return simulatedOutcome(address);
    });
  }
}
