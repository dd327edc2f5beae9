import type { Host, ResourceType } from '../../aws-service.ts';
import { RETENTION_DAYS } from './check-names.ts';
import { arnOfGroup } from './describe-groups.ts';
import type { LogGroups } from './log-groups.ts';
import type { MetricFilters } from './metric-filters.ts';
import type { ResourcePolicies } from './resource-policies.ts';

const text = { type: 'string' };
const tags = {
  type: 'array',
  items: { type: 'object', additionalProperties: false, properties: { Key: text, Value: text } },
};

/** `AWS::Logs::LogGroup`: Ref is the name; the Arn attribute ends in `:*`. */
export function logGroupResource(host: Host, groups: LogGroups): ResourceType {
  return {
    type: 'AWS::Logs::LogGroup',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        LogGroupName: text,
        RetentionInDays: { enum: RETENTION_DAYS },
        KmsKeyId: { type: 'string', $comment: 'Nothing is encrypted at rest on a laptop.' },
        LogGroupClass: { const: 'STANDARD' },
        DeletionProtectionEnabled: { type: 'boolean', $comment: 'The host deletes no group of the template.' },
        Tags: tags,
      },
    },
    async create({ properties, generatedName }) {
      const { LogGroupName, RetentionInDays, KmsKeyId, Tags } = properties as {
        LogGroupName?: string;
        RetentionInDays?: number;
        KmsKeyId?: string;
        Tags?: { Key: string; Value: string }[];
      };
      const settings = {
        retentionInDays: RetentionInDays,
        kmsKeyId: KmsKeyId,
        ...(Tags && { tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }),
      };
      const { name } = await groups.create(LogGroupName ?? generatedName, settings, 'update');
      return { ref: name, attributes: { Arn: `${arnOfGroup(host, name)}:*` } };
    },
  };
}

/** `AWS::Logs::LogStream`: Ref is the name. */
export function logStreamResource(groups: LogGroups): ResourceType {
  return {
    type: 'AWS::Logs::LogStream',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['LogGroupName'],
      properties: { LogGroupName: text, LogStreamName: text },
    },
    async create({ properties, generatedName }) {
      const { LogGroupName, LogStreamName = generatedName } = properties as {
        LogGroupName: string;
        LogStreamName?: string;
      };
      await groups.createStream(LogGroupName, LogStreamName).catch((error: unknown) => {
        // It is there since an earlier start.
        if ((error as Error).name !== 'ResourceAlreadyExistsException') throw error;
      });
      return { ref: LogStreamName };
    },
  };
}

interface TemplateTransformation {
  readonly MetricName: string;
  readonly MetricNamespace: string;
  readonly MetricValue: string;
  readonly DefaultValue?: number;
  readonly Unit?: string;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
}

/** `AWS::Logs::MetricFilter`: Ref is the name of the filter. */
export function metricFilterResource(host: Host, filters: MetricFilters): ResourceType {
  return {
    type: 'AWS::Logs::MetricFilter',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
      properties: {
        FilterName: text,
        FilterPattern: text,
        LogGroupName: text,
        MetricTransformations: {
          type: 'array',
          minItems: 1,
          maxItems: 1,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['MetricName', 'MetricNamespace', 'MetricValue'],
            properties: {
              MetricName: text,
              MetricNamespace: text,
              MetricValue: text,
              DefaultValue: { type: 'number' },
              Unit: text,
              Dimensions: {
                type: 'array',
                maxItems: 3,
                items: { type: 'object', additionalProperties: false, properties: { Key: text, Value: text } },
              },
            },
          },
        },
      },
    },
    create({ properties, generatedName }) {
      const {
        FilterName = generatedName,
        FilterPattern,
        LogGroupName,
        MetricTransformations,
      } = properties as {
        FilterName?: string;
        FilterPattern: string;
        LogGroupName: string;
        MetricTransformations: TemplateTransformation[];
      };
      filters.put({
        filterName: FilterName,
        logGroupName: LogGroupName,
        filterPattern: FilterPattern,
        creationTime: host.clock.now(),
        metricTransformations: MetricTransformations.map((one) => ({
          metricName: one.MetricName,
          metricNamespace: one.MetricNamespace,
          metricValue: one.MetricValue,
          defaultValue: one.DefaultValue,
          unit: one.Unit,
          dimensions: one.Dimensions && Object.fromEntries(one.Dimensions.map(({ Key, Value }) => [Key, Value])),
        })),
      });
      return { ref: FilterName };
    },
  };
}

/** `AWS::Logs::ResourcePolicy`: Ref is its name. */
export function resourcePolicyResource(policies: ResourcePolicies): ResourceType {
  return {
    type: 'AWS::Logs::ResourcePolicy',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['PolicyName', 'PolicyDocument'],
      properties: { PolicyName: text, PolicyDocument: text },
    },
    create({ properties }) {
      const { PolicyName, PolicyDocument } = properties as { PolicyName: string; PolicyDocument: string };
      policies.put(PolicyName, PolicyDocument);
      return { ref: PolicyName };
    },
  };
}
