import { Duration } from 'aws-cdk-lib';
import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { RunbookAlarm } from './runbook-alarm.ts';
import type { SagaFunction } from './saga-function.ts';

/** Functions that refuse by throwing: an order out of stock or a token that has expired is an error to Lambda and none to us. */
const FUNCTIONS_THAT_REFUSE = [
  'ReserveInventory',
  'ChargePayment',
  'ResolvePayment',
  'ShipOrder',
  'ResolveShipment',
  'AuthorizeRequest',
];

const PERIOD = Duration.minutes(5);

/** Errors and throttles of one function. */
export function addFunctionAlarms(scope: Construct, { node, function: watched }: SagaFunction, topic: ITopic): void {
  const errors = watched.metricErrors({ period: PERIOD, statistic: Stats.SUM });
  const invocations = watched.metricInvocations({ period: PERIOD, statistic: Stats.SUM });
  const common = { topic, section: 'function-errors' };
  if (FUNCTIONS_THAT_REFUSE.includes(node.id)) {
    new RunbookAlarm(scope, `${node.id}Errors`, {
      ...common,
      metric: new MathExpression({
        expression: '100 * errors / invocations',
        usingMetrics: { errors, invocations },
        period: PERIOD,
        label: `${node.id}, % of invocations that threw`,
      }),
      // Refusals are among the errors; when nine invocations in ten throw, the function itself is the likelier cause.
      atLeast: 90,
      periods: 3,
      meaning: `Nearly every invocation of ${node.id} ends in an error, for a quarter of an hour.`,
    });
  } else {
    new RunbookAlarm(scope, `${node.id}Errors`, {
      ...common,
      metric: errors,
      // One error is retried by whoever called; five in five minutes have a cause.
      atLeast: 5,
      meaning: `${node.id} throws errors; none of its ordinary outcomes is one.`,
    });
  }
  addThrottleAlarm(scope, { node, function: watched }, topic);
}

/** Errors and throttles of a function that is called now and then, by a schedule. */
export function addScheduledFunctionAlarms(
  scope: Construct,
  { node, function: watched }: SagaFunction,
  topic: ITopic,
): void {
  new RunbookAlarm(scope, `${node.id}Errors`, {
    topic,
    // Lambda tries a call three times, after one and after two minutes: then nothing of it was done.
    metric: watched.metricErrors({ period: Duration.minutes(15), statistic: Stats.SUM }),
    atLeast: 3,
    meaning: `A run of ${node.id} failed, three times over.`,
    section: 'reconciler-errors',
  });
  addThrottleAlarm(scope, { node, function: watched }, topic);
}

function addThrottleAlarm(
  scope: Construct,
  { node, function: watched }: Pick<SagaFunction, 'node' | 'function'>,
  topic: ITopic,
): void {
  new RunbookAlarm(scope, `${node.id}Throttles`, {
    topic,
    metric: watched.metricThrottles({ period: PERIOD, statistic: Stats.SUM }),
    atLeast: 1,
    meaning: `Invocations of ${node.id} were throttled: the account's concurrency is used up.`,
    section: 'function-throttles',
  });
}
