import type { CreatedResource, ResourceType, TemplateResource } from '../../aws-service.ts';
import { resourceTypes } from '../resource-types.ts';
import { type SuppressionReason, withDestination } from './configuration-sets.ts';
import { readEventDestination } from './feedback/event-destination.ts';
import type { TemplateDefinition } from './mail-template.ts';
import { SCHEMAS } from './resource-schemas.ts';
import type { SesParts } from './ses-parts.ts';

/** What of a template SES serves: identities, mail templates, configuration sets and their event destinations. */
export function sesResourceTypes({ identities, templates, configurationSets }: SesParts): ResourceType[] {
  return resourceTypes('AWS::SES', SCHEMAS, {
    EmailIdentity({ properties }) {
      const { EmailIdentity } = properties as { EmailIdentity: string };
      identities.declare(EmailIdentity);
      return { ref: EmailIdentity };
    },
    async Template({ properties, generatedName }) {
      const { Template } = properties as { Template: Partial<TemplateDefinition> };
      const name = Template.TemplateName ?? generatedName;
      await templates.deploy({ ...Template, TemplateName: name });
      return { ref: name, attributes: { Id: name } };
    },
    ConfigurationSet({ properties, generatedName }) {
      const { Name, SendingOptions, SuppressionOptions } = properties as {
        Name?: string;
        SendingOptions?: { SendingEnabled?: boolean };
        SuppressionOptions?: { SuppressedReasons?: readonly SuppressionReason[] };
      };
      const name = Name ?? generatedName;
      configurationSets.declare({
        name,
        sendingEnabled: SendingOptions?.SendingEnabled ?? true,
        ...(SuppressionOptions?.SuppressedReasons && { suppressedReasons: SuppressionOptions.SuppressedReasons }),
        destinations: [],
      });
      return { ref: name };
    },
    ConfigurationSetEventDestination: (resource) => createDestination(resource),
  });

  function createDestination({ properties, generatedName }: TemplateResource): CreatedResource {
    const { ConfigurationSetName, EventDestination } = properties as {
      ConfigurationSetName: string;
      EventDestination: Record<string, unknown>;
    };
    const destination = readEventDestination(
      { Name: generatedName, ...EventDestination },
      configurationSets.defaultBusArn,
    );
    configurationSets.declare(withDestination(configurationSets.get(ConfigurationSetName), destination));
    const id = `${ConfigurationSetName}|${destination.Name}`;
    return { ref: id, attributes: { Id: id } };
  }
}
