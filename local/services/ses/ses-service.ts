import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { configurationSetOperations } from './configuration-set-operations.ts';
import { identityOperations } from './identity-operations.ts';
import type { MailPage, MailQuery } from './mailbox.ts';
import type { Operations } from './operation.ts';
import { sendOperations } from './send-operations.ts';
import { makeSesParts, type SesParts } from './ses-parts.ts';
import { sesResourceTypes } from './ses-resources.ts';
import { templateOperations } from './template-operations.ts';

/** SES, API version 1: checks mails as SES does, renders their templates and keeps them, for people and tests to read. */
export class SesService implements AwsService {
  readonly names = ['ses'] as const;
  readonly resourceTypes: readonly ResourceType[];
  /** What version 2 serves too. */
  readonly parts: SesParts;
  private readonly host: Host;
  private readonly operations: Operations;

  constructor(host: Host) {
    this.host = host;
    this.parts = makeSesParts(host);
    this.operations = {
      ...sendOperations(this.parts),
      ...templateOperations(this.parts),
      ...identityOperations(this.parts),
      ...configurationSetOperations(this.parts),
    };
    this.resourceTypes = sesResourceTypes(this.parts);
  }

  async start(): Promise<void> {
    const { configurationSets, feedback, identities, identityTopics, suppressionList, templates } = this.parts;
    for (const part of [identities, identityTopics, templates, configurationSets, suppressionList]) await part.load();
    await feedback.resume();
  }

  /** The mails kept so far, newest first. */
  mails(query: MailQuery = {}): Promise<MailPage> {
    return this.parts.mailbox.list(query);
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    if (!Object.hasOwn(this.operations, operation)) throw notServed(`the operation ${operation} of SES`);
    // Sending is allowed per identity and template; SES knows no resource for the rest.
    if (!operation.startsWith('Send')) this.host.authorize({ principal, action: `ses:${operation}`, resource: '*' });
    return this.operations[operation]?.((input ?? {}) as Record<string, unknown>, principal);
  }
}
