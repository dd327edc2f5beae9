import type { ResourceType } from '../../aws-service.ts';
import type { AlarmConfiguration } from './alarm-configuration.ts';
import { COMPARISON_OPERATORS } from './alarm-evaluation.ts';
import type { Alarms } from './alarms.ts';
import { checkAlarm } from './check-alarm.ts';
import type { CompositeAlarms, CompositeConfiguration } from './composite-alarms.ts';
import type { Dashboards } from './dashboards.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const actions = { type: 'array', maxItems: 5, items: { type: 'string', pattern: '^arn:aws:(sns|lambda):' } };
const period = { type: 'integer', minimum: 60, multipleOf: 60 };
const tags = { type: 'array', items: { type: 'object' }, $comment: 'Tags of alarms are not shown anywhere.' };
const dimensions = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['Name', 'Value'],
    properties: { Name: text, Value: text },
  },
};

const METRIC = {
  type: 'object',
  additionalProperties: false,
  required: ['Id'],
  properties: {
    Id: text,
    Expression: text,
    Label: text,
    Period: period,
    ReturnData: { type: 'boolean' },
    MetricStat: {
      type: 'object',
      additionalProperties: false,
      required: ['Metric', 'Period', 'Stat'],
      properties: {
        Metric: {
          type: 'object',
          additionalProperties: false,
          required: ['Namespace', 'MetricName'],
          properties: { Namespace: text, MetricName: text, Dimensions: dimensions },
        },
        Period: period,
        Stat: text,
        Unit: { type: 'string', $comment: 'A metric has one unit here: measurements are not kept apart by it.' },
      },
    },
  },
};

/** `AWS::CloudWatch::Alarm`: Ref is the name. */
export function alarmResource(alarms: Alarms): ResourceType {
  return {
    type: 'AWS::CloudWatch::Alarm',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['ComparisonOperator', 'EvaluationPeriods', 'Threshold'],
      properties: {
        AlarmName: text,
        AlarmDescription: text,
        ActionsEnabled: { type: 'boolean' },
        OKActions: actions,
        AlarmActions: actions,
        InsufficientDataActions: actions,
        Namespace: text,
        MetricName: text,
        Dimensions: dimensions,
        Statistic: { enum: ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'] },
        ExtendedStatistic: { type: 'string', pattern: '^p[0-9.]+$' },
        Period: period,
        Unit: { type: 'string', $comment: 'A metric has one unit here: measurements are not kept apart by it.' },
        Metrics: { type: 'array', minItems: 1, items: METRIC },
        EvaluationPeriods: { type: 'integer', minimum: 1 },
        DatapointsToAlarm: { type: 'integer', minimum: 1 },
        Threshold: { type: 'number' },
        ComparisonOperator: { enum: COMPARISON_OPERATORS },
        TreatMissingData: { enum: ['missing', 'ignore', 'breaching', 'notBreaching'] },
        EvaluateLowSampleCountPercentile: { enum: ['evaluate', 'ignore'] },
        Tags: tags,
      },
    },
    create({ properties, generatedName }) {
      const configuration = { AlarmName: generatedName, ...(properties as object) } as AlarmConfiguration;
      checkAlarm(configuration);
      const { arn } = alarms.put(configuration);
      return { ref: configuration.AlarmName, attributes: { Arn: arn } };
    },
  };
}

/** `AWS::CloudWatch::CompositeAlarm`: Ref is the name. */
export function compositeAlarmResource(composites: CompositeAlarms): ResourceType {
  return {
    type: 'AWS::CloudWatch::CompositeAlarm',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['AlarmRule'],
      properties: {
        AlarmName: text,
        AlarmDescription: text,
        AlarmRule: text,
        ActionsEnabled: { type: 'boolean' },
        OKActions: actions,
        AlarmActions: actions,
        InsufficientDataActions: actions,
        ActionsSuppressor: text,
        ActionsSuppressorWaitPeriod: { type: 'integer', minimum: 0 },
        ActionsSuppressorExtensionPeriod: { type: 'integer', minimum: 0 },
        Tags: tags,
      },
    },
    create({ properties, generatedName }) {
      const configuration = { AlarmName: generatedName, ...(properties as object) } as CompositeConfiguration;
      const { arn } = composites.put(configuration);
      return { ref: configuration.AlarmName, attributes: { Arn: arn } };
    },
  };
}

/** `AWS::CloudWatch::Dashboard`: Ref is the name. Its body is kept and given out; nothing is drawn. */
export function dashboardResource(dashboards: Dashboards): ResourceType {
  return {
    type: 'AWS::CloudWatch::Dashboard',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['DashboardBody'],
      properties: { DashboardName: text, DashboardBody: text, Tags: { ...texts, items: { type: 'object' } } },
    },
    create({ properties, generatedName }) {
      const { DashboardName = generatedName, DashboardBody } = properties as {
        DashboardName?: string;
        DashboardBody: string;
      };
      dashboards.put(DashboardName, DashboardBody);
      return { ref: DashboardName };
    },
  };
}
