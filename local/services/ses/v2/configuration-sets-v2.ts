import type { ConfigurationSet, SuppressionReason } from '../configuration-sets.ts';
import { readEventDestination } from '../feedback/event-destination.ts';
import type { EventDestination } from '../feedback/event-destination.ts';
import type { Operations } from '../operation.ts';
import { pageOf, refuseMembers, requireText } from '../required.ts';
import type { SesParts } from '../ses-parts.ts';

/** Largest page of ListConfigurationSets. */
const PAGE = 1000;

/** Where and how mails are delivered, tracked, kept and rated elsewhere. */
const UNSERVED = ['TrackingOptions', 'VdmOptions', 'ArchivingOptions', 'MessageSecurityOptions'];

interface Options {
  readonly SendingOptions?: { readonly SendingEnabled?: boolean };
  readonly SuppressionOptions?: { readonly SuppressedReasons?: readonly SuppressionReason[] };
}

/** The operations of version 2 on configuration sets and their event destinations. */
export function configurationSetOperationsV2({ configurationSets: sets }: SesParts): Operations {
  const setOf = ({ ConfigurationSetName }: Record<string, unknown>): ConfigurationSet =>
    sets.get(requireText(ConfigurationSetName, 'ConfigurationSetName'));
  const destination = (input: Record<string, unknown>): EventDestination => {
    const definition = input['EventDestination'] ?? {};
    return readEventDestination({ ...definition, Name: input['EventDestinationName'] }, sets.defaultBusArn);
  };
  return {
    async CreateConfigurationSet(input) {
      refuseMembers(input, UNSERVED);
      const name = requireText(input['ConfigurationSetName'], 'ConfigurationSetName');
      const { SendingOptions, SuppressionOptions } = input as Options;
      await sets.create({
        name,
        sendingEnabled: SendingOptions?.SendingEnabled ?? true,
        ...(SuppressionOptions?.SuppressedReasons && { suppressedReasons: SuppressionOptions.SuppressedReasons }),
        destinations: [],
      });
    },
    GetConfigurationSet(input) {
      const { name, sendingEnabled, suppressedReasons } = setOf(input);
      return {
        ConfigurationSetName: name,
        SendingOptions: { SendingEnabled: sendingEnabled },
        ReputationOptions: { ReputationMetricsEnabled: false },
        ...(suppressedReasons && { SuppressionOptions: { SuppressedReasons: suppressedReasons } }),
        Tags: [],
      };
    },
    DeleteConfigurationSet: async (input) => sets.remove(setOf(input).name),
    ListConfigurationSets({ PageSize, NextToken }) {
      const [ConfigurationSets, next] = pageOf(sets.names(), PageSize, NextToken, PAGE);
      return { ConfigurationSets, ...next };
    },
    PutConfigurationSetSendingOptions: async (input) =>
      sets.save({ ...setOf(input), sendingEnabled: input['SendingEnabled'] === true }),
    async PutConfigurationSetSuppressionOptions(input) {
      const { suppressedReasons: _, ...set } = setOf(input);
      const reasons = input['SuppressedReasons'] as readonly SuppressionReason[] | undefined;
      await sets.save({ ...set, ...(reasons && { suppressedReasons: reasons }) });
    },
    GetConfigurationSetEventDestinations: (input) => ({ EventDestinations: setOf(input).destinations }),
    CreateConfigurationSetEventDestination: async (input) => sets.addDestination(setOf(input).name, destination(input)),
    UpdateConfigurationSetEventDestination: async (input) =>
      sets.replaceDestination(setOf(input).name, String(input['EventDestinationName']), destination(input)),
    DeleteConfigurationSetEventDestination: async (input) =>
      sets.replaceDestination(setOf(input).name, String(input['EventDestinationName']), undefined),
  };
}
