import { MAIL_EVENTS, MAIL_TEMPLATES } from '../../core/mail-templates.ts';
import { refersTo, synthesized, target, type Resource, type Statement } from './synthesized.ts';

const stack = synthesized();
const rules = stack.ofType('AWS::Events::Rule');
const queues = stack.ofType('AWS::SQS::Queue');
const sourceOf = (name: string): Resource => {
  const [id] = stack.functionNamed(name);
  const found = stack
    .ofType('AWS::Lambda::EventSourceMapping')
    .find(([, { Properties }]) => refersTo(Properties.FunctionName, id));
  if (!found) throw new Error(`${name} has no event source.`);
  return found[1];
};
const rule = (name: string): Resource => {
  const found = rules.find(([id]) => id.includes(name));
  if (!found) throw new Error(`There is no rule ${name}.`);
  return found[1];
};
const queue = (name: string): [string, Resource] => {
  const found = queues.find(([id]) => id.startsWith(name));
  if (!found) throw new Error(`There is no queue ${name}.`);
  return found;
};

describe('the outbox', () => {
  const { Properties } = sourceOf('PublishEvents');

  test('reads new event items of the Orders table, from the oldest on', () => {
    expect(target(Properties.EventSourceArn)).toMatch(/^TablesOrders/);
    expect(Properties.StartingPosition).toBe('TRIM_HORIZON');
    const [{ Pattern }] = Properties.FilterCriteria.Filters as [{ Pattern: string }];
    expect(JSON.parse(Pattern)).toEqual({
      eventName: ['INSERT'],
      dynamodb: { Keys: { sk: { S: [{ prefix: 'EVENT#' }] } } },
    });
  });

  test('is not blocked for long by a record that cannot be published', () => {
    expect(Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 3600,
    });
    expect(target(Properties.DestinationConfig.OnFailure.Destination)).toBe(queue('FailureQueue')[0]);
  });

  test('may put on the bus that its environment names', () => {
    const [, { Properties: publisher }] = stack.functionNamed('PublishEvents');
    const [grant] = stack
      .statementsOf(target(publisher.Role))
      .filter(({ Action }: Statement) => Action === 'events:PutEvents');
    expect(target(grant?.Resource)).toBe(target(publisher.Environment.Variables.EVENT_BUS_NAME));
  });
});

describe('the watch over the stock', () => {
  const { Properties } = sourceOf('WatchStockLevel');

  test('sees changes of stock, many at once, and not who made them', () => {
    expect(target(Properties.EventSourceArn)).toMatch(/^TablesInventory/);
    const [{ Pattern }] = Properties.FilterCriteria.Filters as [{ Pattern: string }];
    expect(JSON.parse(Pattern)).toEqual({ eventName: ['MODIFY'], dynamodb: { Keys: { sk: { S: ['STOCK'] } } } });
    expect(Properties).toMatchObject({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 5 });
  });

  test('is not blocked for long by a record that cannot be told', () => {
    expect(Properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 3600,
    });
    expect(target(Properties.DestinationConfig.OnFailure.Destination)).toBe(queue('FailureQueue')[0]);
  });
});

describe('the rules', () => {
  test.each(rules)(
    '%s belongs to the bus of the stack, and gives up into a queue that lets it in',
    (id, { Properties }) => {
      // Recovery listens to Step Functions and to the clock, which speak on the default bus.
      if (!id.startsWith('Recovery')) {
        expect(target(Properties.EventBusName)).toMatch(/^OrderEventsBus/);
        expect(Properties.EventPattern.source).toEqual(['order-saga']);
      }
      const [{ DeadLetterConfig, RetryPolicy }] = Properties.Targets as [
        { DeadLetterConfig: { Arn: unknown }; RetryPolicy: unknown },
      ];
      expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 });
      const policy = stack
        .ofType('AWS::SQS::QueuePolicy')
        .find(([, queuePolicy]) => refersTo(queuePolicy.Properties.Queues, target(DeadLetterConfig.Arn)));
      expect(refersTo(policy, id)).toBe(true);
    },
  );

  test('mails follow exactly the events that have a template', () => {
    expect(rule('NotificationRule').Properties.EventPattern['detail-type']).toEqual(Object.values(MAIL_EVENTS));
  });

  test('the audit log gets every event', () => {
    expect(rule('AuditRule').Properties.EventPattern).toEqual({ source: ['order-saga'] });
  });

  test('EventBridge may write to the audit log for that rule only', () => {
    const [[, policy] = ['', undefined]] = stack.ofType('AWS::Logs::ResourcePolicy');
    const text = JSON.stringify(policy?.Properties.PolicyDocument);
    expect(text).toContain('logs:PutLogEvents');
    expect(text).toContain('aws:SourceArn');
    expect(refersTo(policy, rules.find(([id]) => id.includes('AuditRule'))?.[0] ?? '')).toBe(true);
  });

  test('operators are called when people have to do something', () => {
    const { EventPattern, Targets } = rule('OperationsRule').Properties;
    expect(EventPattern['detail-type']).toEqual([
      'ManualInterventionRequired',
      'ManualInterventionEscalated',
      'LowStock',
      'DriftDetected',
    ]);
    expect(target(Targets[0].Arn)).toMatch(/^AlarmTopic/);
  });

  test('the archive keeps what the bus carried', () => {
    const [[, archive] = ['', undefined]] = stack.ofType('AWS::Events::Archive');
    expect(archive?.Properties).toMatchObject({ EventPattern: { source: ['order-saga'] }, RetentionDays: 30 });
  });
});

describe('the queues', () => {
  test.each(queues)('%s has a dead-letter queue or is one, and is encrypted', (id, { Properties }) => {
    const isDeadLetterQueue =
      queues.some(([, other]) => refersTo(other.Properties.RedrivePolicy ?? {}, id)) ||
      rules.some(([, { Properties: ofRule }]) =>
        refersTo(
          ofRule.Targets.map((each: { DeadLetterConfig: unknown }) => each.DeadLetterConfig),
          id,
        ),
      );
    expect(isDeadLetterQueue || Properties.RedrivePolicy !== undefined).toBe(true);
    expect(Properties.SqsManagedSseEnabled).toBe(true);
  });

  test('dead letters are kept for the longest time there is', () => {
    for (const name of ['FailureQueue', 'NotificationDeadLetterQueue']) {
      expect(queue(name)[1].Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
    }
  });

  test('a mail stays invisible for six times as long as its function may take', () => {
    const { Timeout } = stack.functionNamed('NotifyCustomer')[1].Properties as { Timeout: number };
    expect(queue('NotificationsQueue')[1].Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
  });

  test('mails are sent with bounded concurrency, and one that fails does not take its batch along', () => {
    expect(sourceOf('NotifyCustomer').Properties).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('the mail templates', () => {
  test('are those of the core, named after the stack', () => {
    const templates = stack.ofType('AWS::SES::Template').map(([, { Properties }]) => Properties.Template as object);
    expect(templates).toEqual(
      MAIL_TEMPLATES.map(({ name, subject, text, html }) => ({
        TemplateName: `OrderSaga-dev-${name}`,
        SubjectPart: subject,
        TextPart: text,
        HtmlPart: html,
      })),
    );
  });

  test('are the only ones that may be sent', () => {
    const [, { Properties }] = stack.functionNamed('NotifyCustomer');
    const [grant] = stack
      .statementsOf(target(Properties.Role))
      .filter(({ Action }) => Action === 'ses:SendTemplatedEmail');
    const resources = JSON.stringify(grant?.Resource);
    for (const { name } of MAIL_TEMPLATES) expect(resources).toContain(`:template/OrderSaga-dev-${name}"`);
  });
});
