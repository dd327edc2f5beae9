import { refersTo, synthesized, target, type Resource } from './synthesized.ts';

const stack = synthesized('prod');
const rule = (name: string): [string, Resource] => {
  const found = stack.ofType('AWS::Events::Rule').find(([id]) => id.startsWith(`Recovery${name}`));
  if (!found) throw new Error(`There is no rule ${name}.`);
  return found;
};

test('executions of the saga that died are put on the failed list', () => {
  const [, { Properties }] = rule('FailedExecutionsRule');
  expect(Properties.EventBusName).toBeUndefined();
  expect(Properties.EventPattern).toMatchObject({
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
  });
  const [machine] = Properties.EventPattern.detail.stateMachineArn as unknown[];
  expect(target(machine)).toMatch(/^Saga/);
});

test('what could not be recorded is set aside after three tries', () => {
  const [functionId] = stack.functionNamed('RecordFailedExecution');
  const [[, config] = ['', { Properties: {} }]] = stack
    .ofType('AWS::Lambda::EventInvokeConfig')
    .filter(([, { Properties }]) => refersTo(Properties.FunctionName, functionId));
  expect(config.Properties).toMatchObject({ MaximumRetryAttempts: 2 });
  expect(target(config.Properties.DestinationConfig.OnFailure.Destination)).toMatch(/^FailureQueue/);
});

test.each([
  ['FailedExecutionsRule', 'RecordFailedExecution'],
  ['ReconcileSchedule', 'ReconcileOrders'],
  ['CompareSchedule', 'CompareBooks'],
])('%s, and nobody else, may have %s invoked by EventBridge', (ruleName, functionName) => {
  const [ruleId, { Properties }] = rule(ruleName);
  const [functionId] = stack.functionNamed(functionName);
  expect(Properties.Targets).toHaveLength(1);
  expect(target(Properties.Targets[0].Arn)).toBe(functionId);
  const permissions = stack
    .ofType('AWS::Lambda::Permission')
    .filter(([, permission]) => refersTo(permission.Properties.FunctionName, functionId));
  expect(permissions.map(([, permission]) => permission.Properties.Principal)).toEqual(['events.amazonaws.com']);
  expect(target(permissions[0]?.[1].Properties.SourceArn)).toBe(ruleId);
});

test('rounds are as far apart as the stage says, comparisons a day', () => {
  expect(rule('ReconcileSchedule')[1].Properties.ScheduleExpression).toBe('rate(5 minutes)');
  expect(rule('CompareSchedule')[1].Properties.ScheduleExpression).toBe('rate(1 day)');
  const inDev = synthesized('dev').ofType('AWS::Events::Rule');
  expect(inDev.map(([, { Properties }]) => Properties.ScheduleExpression as unknown)).toContain('rate(1 hour)');
});
