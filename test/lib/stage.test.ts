import { orderSagaApp } from '../../lib/order-saga-app.ts';
import { stageSettings } from '../../lib/stage.ts';
import { synthesized } from './synthesized.ts';

const settings = (context: Readonly<Record<string, unknown>>) =>
  stageSettings(orderSagaApp({ context: { 'aws:cdk:bundling-stacks': [], ...context } }).node);

describe('the settings of a stage', () => {
  test('are those of dev where no stage is named', () => {
    expect(settings({})).toMatchObject({ stage: 'dev', deletionProtection: false, paymentSuccessRate: 1 });
  });

  test('can be overridden one by one, as texts too, which is what a command line gives', () => {
    expect(
      settings({ paymentSuccessRate: '0.9', alarmEmail: 'ops@example.com', deletionProtection: 'true' }),
    ).toMatchObject({
      paymentSuccessRate: 0.9,
      alarmEmail: 'ops@example.com',
      deletionProtection: true,
    });
  });

  test.each([
    [{ stage: 'test' }, 'Unknown stage "test": the context "stages" of cdk.json has dev, prod.'],
    [{ paymentSuccessRate: '1.5' }, 'Context "paymentSuccessRate" of stage "dev" must be a number from 0 to 1.'],
    [{ paymentSuccessRate: '' }, 'Context "paymentSuccessRate" of stage "dev" must be a number from 0 to 1.'],
    [
      { interventionDeadlineDays: 0 },
      'Context "interventionDeadlineDays" of stage "dev" must be a number from 0.01 to 360.',
    ],
    [{ logLevel: 'LOUD' }, 'Context "logLevel" of stage "dev" must be one of DEBUG, INFO, WARN, ERROR.'],
    [{ mailFrom: '' }, 'Context "mailFrom" of stage "dev" must be a text that is not empty.'],
    [
      { trialPlan: { ratePerSecond: 2 } },
      'Context "trialPlan" of stage "dev" must be {"ratePerSecond", "burst"} with whole numbers.',
    ],
  ])('%j is refused by name', (context, message) => {
    expect(() => settings(context)).toThrow(message);
  });
});

describe('the stages', () => {
  test('differ in values, not in what there is (but for the alarm that nobody orders)', () => {
    const types = (stage: 'dev' | 'prod') =>
      Object.entries(synthesized(stage).resources)
        // Ids of deployments hold a hash of the API, ids of stages the name of the stage.
        .filter(([id, { Type }]) => !Type.startsWith('AWS::ApiGateway') && !id.includes('NoOrders'))
        .map(([id, { Type }]) => `${id} ${Type}`)
        .filter((line) => !/ApiPermission/.test(line));
    expect(types('prod')).toEqual(types('dev'));
  });

  test('success rates reach the mock providers', () => {
    const { functionNamed } = synthesized('dev', { paymentSuccessRate: 0.9, carrierSuccessRate: 0.8 });
    const variables = (name: string) =>
      (functionNamed(name)[1].Properties.Environment as { Variables: Record<string, unknown> }).Variables;
    expect(variables('ChargePayment')['PAYMENT_SUCCESS_RATE']).toBe('0.9');
    expect(variables('ShipOrder')['CARRIER_SUCCESS_RATE']).toBe('0.8');
  });
});

describe('the outputs', () => {
  test('are what tools and the local host ask for', () => {
    expect(Object.keys(synthesized().outputs).sort()).toEqual(
      [
        'AlarmTopicArn',
        'CompareBooksFunctionName',
        'ReconcileFunctionName',
        'ApiUrl',
        'ArchiveName',
        'AuditLogGroupName',
        'ClientId',
        'EventBusName',
        'FailureQueueUrl',
        'InventoryTableName',
        'NotificationDeadLetterQueueUrl',
        'NotificationQueueUrl',
        'NotificationsTableName',
        'OrdersTableName',
        'PaymentsTableName',
        'ShipmentsTableName',
        'StaffClientId',
        'StateMachineArn',
        'TokenUrl',
        'TrialClientId',
        'UserPoolId',
      ].sort(),
    );
  });
});
