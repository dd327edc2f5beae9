import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { clientConfiguration } from '../../ops/stack.ts';
import { type HostProcess, runHost } from './running-host.ts';

let host: HostProcess;
let configuration: ReturnType<typeof clientConfiguration>;
let functionArn: string;
beforeAll(async () => {
  host = await runHost();
  configuration = clientConfiguration(host.outputs);
  const { Functions = [] } = await new LambdaClient(configuration).send(new ListFunctionsCommand({}));
  // Any function that takes whatever it is given: it answers an event that is no request with a problem.
  functionArn = Functions.find(({ FunctionName }) => FunctionName?.includes('GetOrder'))?.FunctionArn ?? '';
});
afterAll(() => host.dispose());

/** Makes a rule on the default bus that invokes the function, which lets it only if it is `permitted`. */
async function ruleToFunction(name: string, trigger: object, permitted = true): Promise<void> {
  const events = new EventBridgeClient(configuration);
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: name, ...trigger }));
  await events.send(new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'function', Arn: functionArn }] }));
  if (!permitted) return;
  await new LambdaClient(configuration).send(
    new AddPermissionCommand({
      FunctionName: functionArn,
      StatementId: name,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: RuleArn,
    }),
  );
}

const advance = (by: string) =>
  fetch(`${host.outputs.AwsEndpointUrl}/_local/clock/advance?by=${by}`, { method: 'POST' });

async function measured(rule: string, metric: string): Promise<number> {
  const { now } = (await host.ask('clock')) as { now: string };
  const { Datapoints = [] } = await new CloudWatchClient(configuration).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Events',
      MetricName: metric,
      Dimensions: [{ Name: 'RuleName', Value: rule }],
      StartTime: new Date(Date.parse(now) - 86_000_000),
      EndTime: new Date(Date.parse(now) + 60_000),
      Period: 60,
      Statistics: ['Sum'],
    }),
  );
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}

const FAILURES = JSON.stringify({
  source: ['aws.states'],
  'detail-type': ['Step Functions Execution Status Change'],
  detail: { status: ['FAILED'] },
});

test('a rule of the default bus brings the failure of an execution to a function that lets it', async () => {
  await ruleToFunction('failures', { EventPattern: FAILURES });
  await ruleToFunction('not-permitted', { EventPattern: FAILURES }, false);
  const states = new SFNClient(configuration);
  const { stateMachineArn } = await states.send(
    new CreateStateMachineCommand({
      name: 'fails',
      roleArn: 'arn:aws:iam::000000000000:role/any',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Fail', States: { Fail: { Type: 'Fail' } } }),
    }),
  );

  await states.send(new StartExecutionCommand({ stateMachineArn }));
  await host.idle();

  expect(await measured('failures', 'SuccessfulInvocationAttempts')).toBe(1);
  expect(await measured('not-permitted', 'SuccessfulInvocationAttempts')).toBe(0);
  expect(await measured('not-permitted', 'FailedInvocations')).toBe(1);
});

test('a rule on a schedule invokes a function whenever it is due', async () => {
  await ruleToFunction('every-ten-minutes', { ScheduleExpression: 'rate(10 minutes)' });

  await advance('35m');

  expect(await measured('every-ten-minutes', 'SuccessfulInvocationAttempts')).toBe(3);
});
