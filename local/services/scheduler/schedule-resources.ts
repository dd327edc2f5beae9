import type { ResourceType } from '../../aws-service.ts';
import { resourceTypes } from '../resource-types.ts';
import { DEFAULT_GROUP, type ScheduleBook } from './schedule-book.ts';

const NO_LOCAL_MEANING = 'Nothing is encrypted on a laptop, and tags have no effect here.';

const text = { type: 'string' };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const TARGET = closed(
  {
    Arn: text,
    RoleArn: text,
    Input: text,
    RetryPolicy: closed({ MaximumRetryAttempts: { type: 'integer' }, MaximumEventAgeInSeconds: { type: 'integer' } }),
    DeadLetterConfig: closed({ Arn: text }),
    EventBridgeParameters: closed({ DetailType: text, Source: text }, ['DetailType', 'Source']),
    SqsParameters: closed({ MessageGroupId: text }),
  },
  ['Arn', 'RoleArn'],
);

const SCHEMAS = {
  Schedule: closed(
    {
      Name: text,
      GroupName: text,
      Description: text,
      ScheduleExpression: text,
      ScheduleExpressionTimezone: text,
      FlexibleTimeWindow: closed({ Mode: text, MaximumWindowInMinutes: { type: 'integer' } }, ['Mode']),
      Target: TARGET,
      State: text,
      StartDate: text,
      EndDate: text,
      ActionAfterCompletion: text,
      KmsKeyArn: { ...text, $comment: NO_LOCAL_MEANING },
    },
    ['FlexibleTimeWindow', 'ScheduleExpression', 'Target'],
  ),
  ScheduleGroup: closed({ Name: text, Tags: { type: 'array', $comment: NO_LOCAL_MEANING } }),
};

/** The CloudFormation types of EventBridge Scheduler: Ref is the name. */
export function scheduleResourceTypes(book: ScheduleBook): ResourceType[] {
  return resourceTypes('AWS::Scheduler', SCHEMAS, {
    Schedule: ({ properties, generatedName }) => {
      const { Name, GroupName, ...settings } = properties as Record<string, unknown>;
      const schedule = book.put(GroupName ?? DEFAULT_GROUP, Name ?? shortened(generatedName), settings, { fromTemplate: true, unrestricted: false }); // prettier-ignore
      return { ref: schedule.name, attributes: { Arn: schedule.arn } };
    },
    ScheduleGroup: ({ properties, generatedName }) => {
      const { Name } = properties as { Name?: string };
      const { name, arn, createdMs } = book.addGroup(Name ?? shortened(generatedName), true);
      const date = new Date(createdMs).toISOString();
      return { ref: name, attributes: { Arn: arn, State: 'ACTIVE', CreationDate: date, LastModificationDate: date } };
    },
  });
}

/** Names have at most 64 characters; CloudFormation shortens what it makes up in front of its random end. */
function shortened(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 51)}-${name.slice(-12)}`;
}
