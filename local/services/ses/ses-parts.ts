import type { Host } from '../../aws-service.ts';
import { ConfigurationSets } from './configuration-sets.ts';
import { Feedback } from './feedback/feedback.ts';
import { IdentityTopics } from './feedback/identity-topics.ts';
import { Identities } from './identities.ts';
import { Mailbox } from './mailbox.ts';
import { Sending } from './sending.ts';
import { SuppressionList } from './suppression-list.ts';
import { Templates } from './templates.ts';

/** SES behind its APIs: both versions see the same templates, identities, configuration sets and mails. */
export interface SesParts {
  readonly host: Host;
  readonly identities: Identities;
  readonly templates: Templates;
  readonly configurationSets: ConfigurationSets;
  readonly suppressionList: SuppressionList;
  readonly mailbox: Mailbox;
  readonly identityTopics: IdentityTopics;
  readonly feedback: Feedback;
  readonly sending: Sending;
}

export function makeSesParts(host: Host): SesParts {
  const configurationSets = new ConfigurationSets(host);
  const identityTopics = new IdentityTopics(host);
  const parts = {
    identities: new Identities(host.store),
    templates: new Templates(host.store, host.clock),
    configurationSets,
    suppressionList: new SuppressionList(host),
    mailbox: new Mailbox(host.store, host.clock),
    identityTopics,
    feedback: new Feedback(host, configurationSets, identityTopics),
  };
  return { host, ...parts, sending: new Sending(host, parts) };
}
