import { AwsError } from '../../aws-error.ts';
import { readEventDestination } from './feedback/event-destination.ts';
import type { EventDestination } from './feedback/event-destination.ts';
import type { Operations } from './operation.ts';
import { pageOf, requireText } from './required.ts';
import type { SesParts } from './ses-parts.ts';

/** Largest page of ListConfigurationSets. */
const PAGE = 1000;

/** The operations of version 1 on configuration sets and their event destinations. */
export function configurationSetOperations({ configurationSets: sets }: SesParts): Operations {
  const setName = (input: Record<string, unknown>): string =>
    requireText(input['ConfigurationSetName'], 'ConfigurationSetName');
  const destination = (input: Record<string, unknown>): EventDestination =>
    readEventDestination((input['EventDestination'] ?? {}) as Record<string, unknown>, sets.defaultBusArn);
  return {
    CreateConfigurationSet: async ({ ConfigurationSet }) => {
      const name = requireText((ConfigurationSet as { Name?: string } | undefined)?.Name, 'ConfigurationSet.Name');
      await sets.create({ name, sendingEnabled: true, destinations: [] });
    },
    DeleteConfigurationSet: async (input) => sets.remove(setName(input)),
    DescribeConfigurationSet: (input) => {
      const { name, destinations, sendingEnabled } = sets.get(setName(input));
      return {
        ConfigurationSet: { Name: name },
        EventDestinations: destinations.map(inVersion1),
        ReputationOptions: { SendingEnabled: sendingEnabled, ReputationMetricsEnabled: false },
      };
    },
    ListConfigurationSets: ({ MaxItems, NextToken }) => {
      const all = sets.names().map((Name) => ({ Name }));
      const [ConfigurationSets, next] = pageOf(all, MaxItems, NextToken, PAGE);
      return { ConfigurationSets, ...next };
    },
    UpdateConfigurationSetSendingEnabled: async (input) => {
      const set = sets.get(setName(input));
      await sets.save({ ...set, sendingEnabled: String(input['Enabled']) === 'true' });
    },
    CreateConfigurationSetEventDestination: async (input) => sets.addDestination(setName(input), destination(input)),
    UpdateConfigurationSetEventDestination: async (input) => {
      const changed = destination(input);
      await sets.replaceDestination(setName(input), changed.Name, changed);
    },
    DeleteConfigurationSetEventDestination: async (input) => {
      const name = requireText(input['EventDestinationName'], 'EventDestinationName');
      await sets.replaceDestination(setName(input), name, undefined);
    },
  };
}

/** Version 1 knows no EventBridge, and writes `renderingFailure` for RENDERING_FAILURE. */
function inVersion1({ SnsDestination, EventBridgeDestination, ...destination }: EventDestination): object {
  if (EventBridgeDestination && !SnsDestination) {
    throw new AwsError('InvalidParameterValue', 'Event destinations on EventBridge are told by version 2 of the API.');
  }
  return {
    ...destination,
    MatchingEventTypes: destination.MatchingEventTypes.map((type) =>
      type.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    ),
    ...(SnsDestination && { SNSDestination: { TopicARN: SnsDestination.TopicArn } }),
  };
}
