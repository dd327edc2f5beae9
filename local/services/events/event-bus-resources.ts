import type { PolicyDocument, ResourceType } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';
import type { Archives } from './archives.ts';
import type { RuleBook } from './rule-book.ts';
import { checkTarget, MOST_TARGETS, type Target } from './rule.ts';

const NO_LOCAL_MEANING = 'Nothing is encrypted on a laptop, and tags have no effect here.';

const text = { type: 'string' };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const BUS_SCHEMA = closed(
  {
    Name: { type: 'string', pattern: '^[A-Za-z0-9._/-]{1,256}$' },
    Description: text,
    Policy: { type: ['object', 'string'] },
    KmsKeyIdentifier: { $comment: NO_LOCAL_MEANING, type: 'string' },
    Tags: { $comment: NO_LOCAL_MEANING, type: 'array' },
  },
  ['Name'],
);

const TARGET_SCHEMA = closed(
  {
    Id: text,
    Arn: text,
    RoleArn: text,
    Input: text,
    InputPath: text,
    InputTransformer: closed({ InputPathsMap: { type: 'object', additionalProperties: text }, InputTemplate: text }, [
      'InputTemplate',
    ]),
    SqsParameters: closed({ MessageGroupId: text }, ['MessageGroupId']),
    RetryPolicy: closed({ MaximumRetryAttempts: { type: 'integer' }, MaximumEventAgeInSeconds: { type: 'integer' } }),
    DeadLetterConfig: closed({ Arn: text }),
  },
  ['Id', 'Arn'],
);

const RULE_SCHEMA = closed({
  Name: text,
  Description: text,
  EventBusName: text,
  EventPattern: { type: ['object', 'string'] },
  ScheduleExpression: text,
  State: { enum: ['ENABLED', 'DISABLED'] },
  RoleArn: text,
  Targets: { type: 'array', maxItems: MOST_TARGETS, items: TARGET_SCHEMA },
  Tags: { $comment: NO_LOCAL_MEANING, type: 'array' },
});

const ARCHIVE_SCHEMA = closed(
  {
    ArchiveName: text,
    SourceArn: text,
    Description: text,
    EventPattern: { type: ['object', 'string'] },
    RetentionDays: { type: 'integer', minimum: 0 },
    KmsKeyIdentifier: { $comment: NO_LOCAL_MEANING, type: 'string' },
  },
  ['SourceArn'],
);

const BUS_POLICY_SCHEMA = closed({ EventBusName: text, StatementId: text, Statement: { type: 'object' } }, ['StatementId', 'Statement']); // prettier-ignore

type JsonOrText = object | string;

interface RuleProperties {
  readonly Name?: string;
  readonly Description?: string;
  readonly EventBusName?: string;
  readonly EventPattern?: JsonOrText;
  readonly ScheduleExpression?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly RoleArn?: string;
  readonly Targets?: readonly Target[];
}

/** The CloudFormation types of EventBridge. */
export function eventResourceTypes(rules: RuleBook, archives: Archives): ResourceType[] {
  return [
    {
      type: 'AWS::Events::EventBus',
      schema: BUS_SCHEMA,
      create: ({ properties }) => {
        const { Name, Description, Policy } = properties as { Name: string; Description?: string; Policy?: JsonOrText };
        const bus = rules.addBus({ name: Name, description: Description, fromTemplate: true });
        if (Policy !== undefined) bus.policy = checkedPolicy(JSON.parse(asText(Policy)) as PolicyDocument);
        return { ref: bus.name, attributes: { Arn: bus.arn, Name: bus.name } };
      },
    },
    {
      type: 'AWS::Events::EventBusPolicy',
      schema: BUS_POLICY_SCHEMA,
      create: ({ logicalId, properties }) => {
        const { EventBusName, Statement } = properties as { EventBusName?: string; Statement: object };
        const bus = rules.bus(EventBusName);
        const statements = [...[bus.policy?.Statement ?? []].flat(), Statement];
        bus.policy = checkedPolicy({ Version: '2012-10-17', Statement: statements } as PolicyDocument);
        return { ref: logicalId };
      },
    },
    {
      type: 'AWS::Events::Rule',
      schema: RULE_SCHEMA,
      create: ({ properties, generatedName }) => {
        const { EventPattern, ...rest } = properties as RuleProperties;
        const { Name, Description, EventBusName, ScheduleExpression, State, RoleArn, Targets } = rest;
        const bus = rules.bus(EventBusName);
        const rule = rules.putRule({
          name: Name ?? generatedName,
          busName: bus.name,
          description: Description,
          eventPattern: EventPattern === undefined ? undefined : asText(EventPattern),
          scheduleExpression: ScheduleExpression,
          state: State ?? 'ENABLED',
          roleArn: RoleArn,
          targets: (Targets ?? []).map(checkTarget),
          fromTemplate: true,
        });
        // A rule of a custom bus has `bus|rule` as its reference.
        const ref = EventBusName === undefined ? rule.name : `${bus.name}|${rule.name}`;
        return { ref, attributes: { Arn: rule.arn } };
      },
    },
    {
      type: 'AWS::Events::Archive',
      schema: ARCHIVE_SCHEMA,
      create: ({ properties, generatedName }) => {
        const { ArchiveName, SourceArn, Description, EventPattern, RetentionDays } = properties as {
          ArchiveName?: string;
          SourceArn: string;
          Description?: string;
          EventPattern?: JsonOrText;
          RetentionDays?: number;
        };
        const archive = archives.add({
          name: ArchiveName ?? generatedName,
          sourceArn: SourceArn,
          description: Description,
          eventPattern: EventPattern === undefined ? undefined : asText(EventPattern),
          retentionDays: RetentionDays ?? 0,
          fromTemplate: true,
        });
        return { ref: archive.name, attributes: { Arn: archive.arn, ArchiveName: archive.name } };
      },
    },
  ];
}

function asText(value: JsonOrText): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
