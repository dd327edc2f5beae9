import { readFileSync } from 'node:fs';
import { synthesized, target, type Resource } from './synthesized.ts';

const stack = synthesized('prod');
const alarms = stack.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
const named = (name: string): Resource['Properties'] => {
  const found = alarms.find(({ AlarmName }) => AlarmName === `OrderSaga-prod-${name}`);
  if (!found) throw new Error(`There is no alarm ${name}.`);
  return found;
};
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
/** Anchors of the sections, as GitHub makes them. */
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-'),
);
const sectionOf = ({ AlarmDescription }: Resource['Properties']) =>
  /Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription as string)?.[1] ?? '(none)';

describe('the alarms', () => {
  test.each(alarms)('$AlarmName calls the topic when it begins and when it ends', ({ AlarmActions, OKActions }) => {
    const [[topicId] = ['']] = stack.ofType('AWS::SNS::Topic');
    expect(AlarmActions.map(target)).toEqual([topicId]);
    expect(OKActions.map(target)).toEqual([topicId]);
  });

  test.each(alarms)('$AlarmName names its section of the runbook', (alarm) => {
    expect(sections).toContain(sectionOf(alarm));
  });

  test('every section of the runbook belongs to an alarm, or to a message of the operations rule', () => {
    const used = new Set([...alarms.map(sectionOf), 'manual-intervention-required', 'low-stock']);
    expect(sections.filter((section) => !used.has(section))).toEqual([]);
  });

  test.each(runbook.split(/^## /m).slice(1))(
    'the section %s says what it means, where to look, and what to do',
    (section) => {
      expect(section).toMatch(/\*\*Description\.\*\*[^]+\*\*Investigation\.\*\*[^]+\*\*Resolution\.\*\*/);
    },
  );

  test.each(['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'])('%s: one is enough', (name) => {
    expect(named(name)).toMatchObject({ Namespace: 'AWS/States', MetricName: name, Threshold: 1, Statistic: 'Sum' });
  });

  test.each(['DriftDetected', 'InterventionsEscalated'])('%s: one event is enough', (name) => {
    expect(named(name)).toMatchObject({ Namespace: 'OrderSaga-prod', Threshold: 1, Statistic: 'Sum' });
  });

  test('that the reconciler acts now and then calls nobody; ten times in an hour do', () => {
    expect(named('ReconcilerActed')).toMatchObject({ MetricName: 'ReconcilerActed', Threshold: 10, Period: 3600 });
  });

  test.each(['ReconcileOrders', 'CompareBooks'])('a run of %s has failed when all three tries have', (name) => {
    expect(named(`${name}Errors`)).toMatchObject({ MetricName: 'Errors', Threshold: 3, Period: 900 });
  });

  test.each(['FailureQueueDepth', 'NotificationDeadLetters'])('%s: one message is enough', (name) => {
    expect(named(name)).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
  });

  test('every function has alarms for errors and for throttles', () => {
    const names = stack.ofType('AWS::Lambda::Function').map(([id]) => /(\w+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id);
    const watched = alarms.map(({ AlarmName }) => (AlarmName as string).replace('OrderSaga-prod-', ''));
    for (const kind of ['Errors', 'Throttles']) {
      const missing = names.filter(
        (name) => !watched.some((alarm) => alarm.endsWith(kind) && name.endsWith(alarm.slice(0, -kind.length))),
      );
      expect({ kind, missing }).toEqual({ kind, missing: [] });
    }
  });

  test('a refused order is no function error: functions that refuse by throwing are judged by the share', () => {
    const expressions = alarms
      .filter(({ AlarmName, Metrics }) => (AlarmName as string).endsWith('Errors') && Metrics)
      .map(({ AlarmName }) => (AlarmName as string).replace('OrderSaga-prod-', ''));
    expect(expressions.sort()).toEqual([
      'AuthorizeRequestErrors',
      'ChargePaymentErrors',
      'ReserveInventoryErrors',
      'ResolvePaymentErrors',
      'ResolveShipmentErrors',
      'ShipOrderErrors',
    ]);
  });

  test('late events raise an alarm after five minutes', () => {
    expect(named('StreamIteratorAge')).toMatchObject({
      MetricName: 'IteratorAge',
      Statistic: 'Maximum',
      Threshold: 300_000,
    });
  });

  test.each(['OrdersRejected', 'PaymentsFailed', 'OrdersCancelled'])(
    '%s is judged by its share of the orders created',
    (name) => {
      const { Metrics, EvaluationPeriods, Threshold } = named(name);
      expect({ EvaluationPeriods, Threshold }).toEqual({ EvaluationPeriods: 3, Threshold: 20 });
      const counted = (Metrics as { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[])
        .flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric.MetricName] : []))
        .sort();
      expect(counted).toEqual(['OrdersCreated', name].sort());
    },
  );

  test('metrics of a rule on our own bus have the dimensions of both', () => {
    const rules = alarms.filter(({ MetricName }) => MetricName === 'FailedInvocations');
    const dimensions = Object.fromEntries(
      rules.map(({ AlarmName, Dimensions }) => [
        (AlarmName as string).replace(/^OrderSaga-prod-(.*)FailedInvocations$/, '$1'),
        (Dimensions as { Name: string }[]).map(({ Name }) => Name),
      ]),
    );
    const [ofBoth, ofRule] = [['EventBusName', 'RuleName'], ['RuleName']];
    expect(dimensions).toMatchObject({ NotificationRule: ofBoth, AuditRule: ofBoth, OperationsRule: ofBoth });
    // Schedules, and what Step Functions tells, are rules of the default bus.
    expect(dimensions).toMatchObject({
      FailedExecutionsRule: ofRule,
      ReconcileSchedule: ofRule,
      CompareSchedule: ofRule,
    });
  });

  test('missing data is good news, except when it says that nobody orders', () => {
    const breaching = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(breaching.map(({ AlarmName }) => AlarmName as string)).toEqual(['OrderSaga-prod-NoOrders']);
  });

  test('nobody is called because a development stage is quiet', () => {
    const names = synthesized('dev')
      .ofType('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => Properties.AlarmName as string);
    expect(names).not.toContain('OrderSaga-dev-NoOrders');
    expect(names.length).toBe(alarms.length - 1);
  });
});

describe('the order metrics', () => {
  const filters = stack.ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);

  test('count events of the audit log', () => {
    const counted = Object.fromEntries(
      filters.map(({ FilterPattern, MetricTransformations }) => [
        MetricTransformations[0].MetricName as string,
        FilterPattern as string,
      ]),
    );
    expect(counted).toMatchObject({
      OrdersCreated: '{ $.detail-type = "OrderCreated" }',
      OrdersRejected: '{ $.detail-type = "OrderRejected" }',
      PaymentsFailed: '{ $.detail-type = "PaymentFailed" }',
      OrdersCancelled: '{ $.detail-type = "OrderCancelled" }',
      OrdersCompleted: '{ $.detail-type = "OrderCompleted" }',
      InterventionsEscalated: '{ $.detail-type = "ManualInterventionEscalated" }',
      DriftsDetected: '{ $.detail-type = "DriftDetected" }',
      ReconcilerActed: '{ $.message = "round done" }',
    });
  });

  test('count mails that nobody will send any more, from the log of their function', () => {
    const [filter] = filters.filter(
      ({ MetricTransformations }) => MetricTransformations[0].MetricName === 'MailsNotSent',
    );
    expect(filter.FilterPattern).toBe('{ ($.level = "ERROR") && ($.eventId = "*") }');
    const { LoggingConfig } = stack.functionNamed('NotifyCustomer')[1].Properties;
    expect(target(filter.LogGroupName)).toBe(target(LoggingConfig.LogGroup));
    expect(named('MailsNotSent')).toMatchObject({ Threshold: 1, MetricName: 'MailsNotSent' });
  });

  test.each(filters)('have a default value and hence no dimensions', ({ MetricTransformations }) => {
    expect(MetricTransformations).toEqual([
      expect.objectContaining({ DefaultValue: 0, MetricNamespace: 'OrderSaga-prod' }),
    ]);
    expect(MetricTransformations[0].Dimensions).toBeUndefined();
  });
});

describe('the alarm topic', () => {
  const subscriptions = (context: object) =>
    synthesized('dev', context as Record<string, unknown>).ofType('AWS::SNS::Subscription');

  test('writes to the address of the stage', () => {
    expect(subscriptions({ alarmEmail: 'ops@example.com' }).map(([, { Properties }]) => Properties)).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'ops@example.com' }),
    ]);
  });

  test('writes to nobody where none is given', () => {
    expect(subscriptions({})).toEqual([]);
  });
});
