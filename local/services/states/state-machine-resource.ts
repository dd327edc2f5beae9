import type { CreatedResource, ResourceType, TemplateResource } from '../../aws-service.ts';
import type { LoggingConfiguration, MachineStore } from './machine-store.ts';
import type { MachineOperations } from './operations/machine-operations.ts';

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['RoleArn', 'DefinitionString'],
  properties: {
    StateMachineName: { type: 'string' },
    StateMachineType: { enum: ['STANDARD'] },
    RoleArn: { type: 'string' },
    DefinitionString: { type: 'string' },
    DefinitionSubstitutions: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    LoggingConfiguration: {
      type: 'object',
      additionalProperties: false,
      properties: {
        Level: { enum: ['ALL', 'ERROR', 'FATAL', 'OFF'] },
        IncludeExecutionData: { type: 'boolean' },
        Destinations: {
          type: 'array',
          maxItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            properties: {
              CloudWatchLogsLogGroup: {
                type: 'object',
                additionalProperties: false,
                properties: { LogGroupArn: { type: 'string' } },
              },
            },
          },
        },
      },
    },
    TracingConfiguration: {
      $comment: 'Traces go to X-Ray, which the host does not have; the setting is kept and shown.',
      type: 'object',
      additionalProperties: false,
      properties: { Enabled: { type: 'boolean' } },
    },
    EncryptionConfiguration: { $comment: 'What is on a laptop is encrypted by its disk.', type: 'object' },
    Tags: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['Key', 'Value'],
        properties: { Key: { type: 'string' }, Value: { type: 'string' } },
      },
    },
  },
} as const;

interface Properties {
  readonly StateMachineName?: string;
  readonly RoleArn: string;
  readonly DefinitionString: string;
  readonly DefinitionSubstitutions?: Readonly<Record<string, string | number | boolean>>;
  readonly LoggingConfiguration?: {
    readonly Level?: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
    readonly IncludeExecutionData?: boolean;
    readonly Destinations?: readonly { readonly CloudWatchLogsLogGroup?: { readonly LogGroupArn?: string } }[];
  };
  readonly TracingConfiguration?: { readonly Enabled?: boolean };
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

/** `AWS::StepFunctions::StateMachine`: machines of the template call with their own role, and nothing it does not grant. */
export function stateMachineResource(operations: MachineOperations, machines: MachineStore): ResourceType {
  return {
    type: 'AWS::StepFunctions::StateMachine',
    schema: SCHEMA,
    async create(resource: TemplateResource): Promise<CreatedResource> {
      const properties = resource.properties as Properties;
      const name = properties.StateMachineName ?? resource.generatedName;
      const machine = await operations.define(
        {
          name,
          definition: substituted(properties.DefinitionString, properties.DefinitionSubstitutions ?? {}),
          roleArn: properties.RoleArn,
          unrestricted: false,
          logging: loggingOf(properties.LoggingConfiguration),
          tracing: properties.TracingConfiguration?.Enabled,
          tags: Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
          fromTemplate: true,
        },
        machines.kept(name),
      );
      const attributes = { Arn: machine.arn, Name: name, StateMachineRevisionId: machine.revisionId };
      return { ref: machine.arn, attributes };
    },
  };
}

/** `${Name}` is replaced where the substitutions know the name; any other `${` is the definition's own. */
function substituted(definition: string, substitutions: Readonly<Record<string, string | number | boolean>>): string {
  return definition.replace(/\$\{([^}]+)\}/g, (whole, name: string) =>
    Object.hasOwn(substitutions, name) ? String(substitutions[name]) : whole,
  );
}

function loggingOf(logging: Properties['LoggingConfiguration']): LoggingConfiguration | undefined {
  if (!logging) return undefined;
  const { Level, IncludeExecutionData, Destinations = [] } = logging;
  return {
    ...(Level && { level: Level }),
    ...(IncludeExecutionData !== undefined && { includeExecutionData: IncludeExecutionData }),
    destinations: Destinations.map(({ CloudWatchLogsLogGroup: group }) => ({
      cloudWatchLogsLogGroup: { ...(group?.LogGroupArn !== undefined && { logGroupArn: group.LogGroupArn }) },
    })),
  };
}
