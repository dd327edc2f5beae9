import { Harness } from './states-harness.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let states: Harness;
beforeEach(async () => {
  states = await Harness.start();
});
afterEach(() => states.end());

const refused = (operation: string, input: object, code: string): Promise<void> =>
  expect(states.call(operation, input)).rejects.toMatchObject({ code });

async function finished(more: object = {}): Promise<string> {
  const arn = await states.begin(await states.machine({ End: { Type: 'Fail', ...more } }), { orderId: 'o-1' });
  await states.host.clock.idle();
  return arn;
}

describe('Pages', () => {
  it('are handed out for a day', async () => {
    const executionArn = await finished();
    const request = { executionArn, maxResults: 1 };
    const { nextToken } = await states.call<{ nextToken: string }>('GetExecutionHistory', request);
    await states.host.clock.advance(DAY_MS);
    expect(await states.call('GetExecutionHistory', { ...request, nextToken })).toMatchObject({ events: [{ id: 2 }] });
    await states.host.clock.advance(1);
    await refused('GetExecutionHistory', { ...request, nextToken }, 'InvalidToken');
  });

  it('go on in the direction in which they began', async () => {
    const request = { executionArn: await finished(), maxResults: 1 };
    const { nextToken } = await states.call<{ nextToken: string }>('GetExecutionHistory', request);
    await refused('GetExecutionHistory', { ...request, reverseOrder: true, nextToken }, 'InvalidToken');
  });

  it('of Map Runs are refused, and so are the filters that are meant for them', async () => {
    const stateMachineArn = await states.machine({ End: { Type: 'Succeed' } });
    await refused('ListExecutions', { mapRunArn: 'arn:aws:states:::mapRun:m/l:1' }, 'UnsupportedOperation');
    await refused('ListExecutions', { stateMachineArn, redriveFilter: 'REDRIVEN' }, 'ValidationException');
    await refused('ListExecutions', { stateMachineArn, statusFilter: 'PENDING_REDRIVE' }, 'ValidationException');
  });
});

describe('DescribeExecution', () => {
  it('leaves the data out for METADATA_ONLY', async () => {
    const executionArn = await finished();
    const described = await states.call('DescribeExecution', { executionArn, includedData: 'METADATA_ONLY' });
    expect(described).toMatchObject({ status: 'FAILED', inputDetails: { included: false } });
    expect(described).not.toHaveProperty('input');
  });

  it.each([
    [14 * DAY_MS, undefined],
    [14 * DAY_MS + 1, 'Execution redrivable period exceeded'],
  ])('says %i ms after the end whether a redrive is still possible', async (ms, reason) => {
    const executionArn = await finished();
    await states.host.clock.advance(ms);
    const described = await states.call<{ redriveStatusReason?: string }>('DescribeExecution', { executionArn });
    expect(described.redriveStatusReason).toBe(reason);
    if (reason !== undefined) await refused('RedriveExecution', { executionArn }, 'ExecutionNotRedrivable');
  });

  it('says that an execution lives a year at most, redrives included', async () => {
    const days = 360;
    const wait = { Type: 'Wait', Seconds: days * 24 * 60 * 60, Next: 'End' };
    const executionArn = await states.begin(await states.machine({ Long: wait, End: { Type: 'Fail' } }));
    await states.host.clock.advance(days * DAY_MS);
    expect(await states.describe(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    await states.host.clock.advance(6 * DAY_MS);
    expect(await states.describe(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution has exceeded the max execution time',
    });
  });

  it('says that nothing is redriven of a machine that is gone', async () => {
    const executionArn = await finished();
    const stateMachineArn = executionArn.replace('execution', 'stateMachine').replace(':order-1', '');
    await states.call('DeleteStateMachine', { stateMachineArn });
    expect(await states.describe(executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'State machine is in DELETING status',
    });
    await refused('RedriveExecution', { executionArn }, 'ExecutionNotRedrivable');
  });
});

describe('A state machine', () => {
  const definition = JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } });
  const request = { name: 'twice', definition, roleArn: 'arn:aws:iam::000000000000:role/one' };

  it('is created twice with another role and other tags, and stays as it was', async () => {
    const first = await states.call('CreateStateMachine', request);
    const again = { ...request, roleArn: 'arn:aws:iam::000000000000:role/two', tags: [{ key: 'a', value: 'b' }] };
    expect(await states.call('CreateStateMachine', again)).toEqual(first);
    expect(await states.call('DescribeStateMachine', first)).toMatchObject({ roleArn: request.roleArn });
  });

  it('is not created twice with another definition or another tracing', async () => {
    await states.call('CreateStateMachine', request);
    await refused('CreateStateMachine', { ...request, definition: `${definition} ` }, 'StateMachineAlreadyExists');
    const traced = { ...request, tracingConfiguration: { enabled: true } };
    await refused('CreateStateMachine', traced, 'StateMachineAlreadyExists');
  });

  it('has no versions, aliases and keys, which are refused by name', async () => {
    const { stateMachineArn } = await states.call<{ stateMachineArn: string }>('CreateStateMachine', request);
    const unsupported = 'UnsupportedOperation';
    await refused('StartExecution', { stateMachineArn: `${stateMachineArn}:live` }, unsupported);
    await refused('UpdateStateMachine', { stateMachineArn, definition, publish: true }, unsupported);
    await refused('PublishStateMachineVersion', { stateMachineArn }, unsupported);
    await refused('CreateStateMachineAlias', { name: 'live' }, unsupported);
    const encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k' };
    await refused('CreateStateMachine', { ...request, name: 'own', encryptionConfiguration }, unsupported);
    await refused('CreateStateMachine', { ...request, name: 'v', versionDescription: 'x' }, 'ValidationException');
  });
});

describe('ValidateStateMachineDefinition', () => {
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Foo: 1, Bar: 2, End: true } } });

  it('says as much as it is asked for', async () => {
    const all = await states.call<{ diagnostics: object[] }>('ValidateStateMachineDefinition', { definition });
    expect(all).toMatchObject({ result: 'FAIL', truncated: false });
    expect(all.diagnostics).toHaveLength(2);
    const one = await states.call('ValidateStateMachineDefinition', { definition, maxResults: 1, severity: 'WARNING' });
    expect(one).toEqual({ result: 'FAIL', diagnostics: [all.diagnostics[0]], truncated: true });
  });

  it('refuses to say more than a hundred things, or by an unknown severity', async () => {
    const operation = 'ValidateStateMachineDefinition';
    await refused(operation, { definition, maxResults: 101 }, 'ValidationException');
    await refused(operation, { definition, severity: 'INFO' }, 'ValidationException');
    await refused(operation, { definition, type: 'FAST' }, 'ValidationException');
    await refused(operation, { definition, type: 'EXPRESS' }, 'UnsupportedOperation');
  });
});

it('SendTaskSuccess must say its output', async () => {
  const callback = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true };
  let taskToken = '';
  states.host.services.set('sqs', {
    call: (_, input) => {
      taskToken = (input as { MessageBody: string }).MessageBody;
      return Promise.resolve({});
    },
  });
  const Arguments = { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' };
  await states.begin(await states.machine({ Ask: { ...callback, Arguments } }));
  await states.host.clock.idle();
  await refused('SendTaskSuccess', { taskToken }, 'ValidationException');
  await refused('SendTaskSuccess', { taskToken, output: '{' }, 'InvalidOutput');
  await expect(states.call('SendTaskSuccess', { taskToken, output: '{}' })).resolves.toEqual({});
});

it('what only Express workflows do, and what goes past a limit, is refused', async () => {
  const stateMachineArn = await states.machine({ Same: { Type: 'Pass', End: true } });
  await refused('StartSyncExecution', { stateMachineArn }, 'StateMachineTypeNotSupported');
  await refused('StartSyncExecution', { stateMachineArn: `${stateMachineArn}x` }, 'StateMachineDoesNotExist');
  await refused('ListExecutions', { stateMachineArn, statusFilter: 'DONE' }, 'ValidationException');
  await refused('CreateStateMachine', { name: 'x', roleArn: 'r', definition: '{}' }, 'InvalidArn');
  const tags = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: 'v' }));
  await refused('TagResource', { resourceArn: stateMachineArn, tags }, 'TooManyTags');
});

it('DescribeExecution tells the trace header that StartExecution was given, over a restart too', async () => {
  const stateMachineArn = await states.machine({ Same: { Type: 'Wait', Seconds: 5, End: true } });
  const traceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
  const { executionArn } = await states.call<{ executionArn: string }>('StartExecution', {
    stateMachineArn,
    traceHeader,
  });
  states = await states.restart();
  await states.host.clock.idle();
  expect(await states.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', traceHeader });
  await refused('StartExecution', { stateMachineArn, traceHeader: 'x'.repeat(257) }, 'ValidationException');
});

it('DescribeStateMachine tells which state reads which variables', async () => {
  const inner = {
    StartAt: 'I',
    States: { I: { Type: 'Pass', Output: '{% ($y := $item; $y & $order) %}', End: true } },
  };
  const stateMachineArn = await states.machine({
    First: { Type: 'Pass', Assign: { order: 1, item: 2 }, Next: 'Each' },
    Each: { Type: 'Map', Items: ['{% $order %}'], ItemProcessor: inner, Comment: '{% $no %}', End: true },
  });
  expect(await states.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({
    variableReferences: { Each: ['order'], I: ['item', 'order'] },
  });
});

it('stopping what has ended says when it ended', async () => {
  const executionArn = await states.begin(await states.machine({ Same: { Type: 'Pass', End: true } }));
  await states.host.clock.idle();
  const { stopDate } = await states.describe(executionArn);
  expect(await states.call('StopExecution', { executionArn })).toEqual({ stopDate });
});

it('a change of status leaves out what is too large for the bus, and tells the rest', async () => {
  const machine = await states.machine({ Same: { Type: 'Pass', End: true } });
  await states.begin(machine, 'x'.repeat(200_000));
  await states.host.clock.idle();
  const told = states.busEvents.map(({ Detail }) => JSON.parse(Detail) as Record<string, unknown>);
  expect(told[0]).toMatchObject({ status: 'RUNNING', inputDetails: { included: true } });
  expect(told[1]).toMatchObject({
    status: 'SUCCEEDED',
    input: null,
    inputDetails: { included: false },
    outputDetails: { included: true },
    redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  });
  const requests = states.host.calls.filter(({ operation }) => operation === 'PutEvents');
  expect(requests).toHaveLength(2);
});
