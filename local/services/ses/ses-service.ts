import { AwsError, notServed } from '../../aws-error.ts';
import type {
  AwsService,
  CreatedResource,
  Host,
  Principal,
  ResourceType,
  TemplateResource,
} from '../../aws-service.ts';
import { Identities } from './identities.ts';
import { Mailbox, type MailPage, type MailQuery } from './mailbox.ts';
import { readTemplateData, RenderingError, type TemplateDefinition } from './mail-template.ts';
import { SCHEMAS } from './resource-schemas.ts';
import { Sending } from './sending.ts';
import { sendStatistics, STATISTICS_MS } from './sending-statistics.ts';
import { Templates } from './templates.ts';
import { writeMimeMessage } from './mime-message.ts';
import { resourceTypes } from '../resource-types.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of SES's quotas -1 means none; mails that go nowhere need no pace. */
const UNLIMITED = -1;

type Operation = (input: Record<string, unknown>, principal: Principal) => unknown;

/** SES, API version 1: checks mails as SES does, renders their templates and keeps them, for people and tests to read. */
export class SesService implements AwsService {
  readonly names = ['ses'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly identities: Identities;
  private readonly templates: Templates;
  private readonly mailbox: Mailbox;
  private readonly configurationSets = new Set<string>();
  private readonly sending: Sending;
  private readonly operations: Readonly<Record<string, Operation>>;

  constructor(host: Host) {
    this.host = host;
    this.identities = new Identities(host.store);
    this.templates = new Templates(host.store, host.clock);
    this.mailbox = new Mailbox(host.store, host.clock);
    const { configurationSets, identities, mailbox, templates } = this;
    this.sending = new Sending(host, { configurationSets, identities, mailbox, templates });
    this.operations = { ...this.sendOperations(), ...this.templateOperations(), ...this.identityOperations() };
    this.resourceTypes = this.makeResourceTypes();
  }

  async start(): Promise<void> {
    await this.identities.load();
    await this.templates.load();
  }

  /** The mails kept so far, newest first. */
  mails(query: MailQuery = {}): Promise<MailPage> {
    return this.mailbox.list(query);
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    if (!Object.hasOwn(this.operations, operation)) throw notServed(`the operation ${operation} of SES`);
    // Sending is allowed per identity and template; SES knows no resource for the rest.
    if (!operation.startsWith('Send')) this.host.authorize({ principal, action: `ses:${operation}`, resource: '*' });
    return this.operations[operation]?.((input ?? {}) as Record<string, unknown>, principal);
  }

  private sendOperations(): Record<string, Operation> {
    return {
      SendEmail: (input, principal) => this.sending.sendEmail(input, principal),
      SendRawEmail: (input, principal) => this.sending.sendRawEmail(input, principal),
      SendTemplatedEmail: (input, principal) => this.sending.sendTemplatedEmail(input, principal),
      GetSendQuota: async () => ({
        Max24HourSend: UNLIMITED,
        MaxSendRate: UNLIMITED,
        SentLast24Hours: await count(this.mailbox.since(this.host.clock.now() - DAY_MS)),
      }),
      GetSendStatistics: async () => ({
        SendDataPoints: await sendStatistics(this.mailbox.since(this.host.clock.now() - STATISTICS_MS)),
      }),
    };
  }

  private templateOperations(): Record<string, Operation> {
    return {
      CreateTemplate: async ({ Template }) => this.templates.create(readDefinition(Template)),
      UpdateTemplate: async ({ Template }) => this.templates.update(readDefinition(Template)),
      DeleteTemplate: async ({ TemplateName }) => this.templates.remove(requireText(TemplateName, 'TemplateName')),
      GetTemplate: ({ TemplateName }) => ({
        Template: this.templates.get(requireText(TemplateName, 'TemplateName')).definition,
      }),
      ListTemplates: ({ MaxItems, NextToken }) => this.listTemplates(Number(MaxItems ?? 10), Number(NextToken ?? 0)),
      TestRenderTemplate: ({ TemplateName, TemplateData }) =>
        this.testRender(requireText(TemplateName, 'TemplateName'), requireText(TemplateData, 'TemplateData')),
    };
  }

  private identityOperations(): Record<string, Operation> {
    return {
      VerifyEmailIdentity: async ({ EmailAddress }) =>
        this.identities.verify(requireText(EmailAddress, 'EmailAddress')),
      VerifyDomainIdentity: async ({ Domain }) => {
        await this.identities.verify(requireText(Domain, 'Domain'));
        return { VerificationToken: this.host.uuid() };
      },
      DeleteIdentity: async ({ Identity }) => this.identities.remove(requireText(Identity, 'Identity')),
      ListIdentities: ({ IdentityType }) => ({
        Identities: this.identities.list().filter((name) => isOfType(name, IdentityType)),
      }),
      GetIdentityVerificationAttributes: ({ Identities: asked }) => ({
        VerificationAttributes: Object.fromEntries(
          ((asked ?? []) as string[])
            .filter((name) => this.identities.has(name))
            .map((name) => [name, { VerificationStatus: 'Success' }]),
        ),
      }),
    };
  }

  private listTemplates(maxItems: number, offset: number): object {
    const all = this.templates.list();
    const next = offset + maxItems;
    return {
      TemplatesMetadata: all.slice(offset, next),
      ...(next < all.length && { NextToken: String(next) }),
    };
  }

  private testRender(name: string, data: string): object {
    try {
      const rendered = this.templates.get(name).render(readTemplateData(data));
      return { RenderedTemplate: writeMimeMessage(rendered, this.host.uuid(), this.host.clock.now()) };
    } catch (error) {
      if (error instanceof RenderingError) throw new AwsError('MissingRenderingAttribute', error.message);
      if (!(error instanceof AwsError) || error.code !== 'InvalidParameterValue') throw error;
      throw new AwsError('InvalidRenderingParameter', error.message);
    }
  }

  private makeResourceTypes(): ResourceType[] {
    return resourceTypes('AWS::SES', SCHEMAS, {
      EmailIdentity: (resource) => this.createIdentity(resource),
      Template: (resource) => this.createTemplate(resource),
      ConfigurationSet: (resource) => this.createConfigurationSet(resource),
    });
  }

  private createIdentity({ properties }: TemplateResource): CreatedResource {
    const { EmailIdentity } = properties as { EmailIdentity: string };
    this.identities.declare(EmailIdentity);
    return { ref: EmailIdentity };
  }

  private async createTemplate({ properties, generatedName }: TemplateResource): Promise<CreatedResource> {
    const { Template } = properties as { Template: Partial<TemplateDefinition> };
    const name = Template.TemplateName ?? generatedName;
    await this.templates.deploy({ ...Template, TemplateName: name });
    return { ref: name, attributes: { Id: name } };
  }

  private createConfigurationSet({ properties, generatedName }: TemplateResource): CreatedResource {
    const name = (properties as { Name?: string }).Name ?? generatedName;
    this.configurationSets.add(name);
    return { ref: name };
  }
}

function readDefinition(value: unknown): TemplateDefinition {
  const definition = (value ?? {}) as Partial<TemplateDefinition>;
  const TemplateName = requireText(definition.TemplateName, 'Template.TemplateName');
  if (definition.TextPart === undefined && definition.HtmlPart === undefined) {
    throw new AwsError('InvalidTemplate', 'The template must have a TextPart or an HtmlPart.');
  }
  return { ...definition, TemplateName };
}

function requireText(value: unknown, member: string): string {
  if (typeof value === 'string' && value !== '') return value;
  const name = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

function isOfType(identity: string, type: unknown): boolean {
  if (type === undefined) return true;
  return identity.includes('@') === (type === 'EmailAddress');
}

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const _ of items) found += 1;
  return found;
}
