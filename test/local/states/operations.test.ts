import { Harness, invoke } from './states-harness.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';

describe('The operations of Step Functions', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({ hang: () => new Promise(() => undefined) });
  });

  afterEach(() => states.end());

  const pass = { Only: { Type: 'Pass', End: true } };
  const roleArn = 'arn:aws:iam::000000000000:role/machine';
  const hanging = { Only: invoke('hang') };

  it('StartExecution is idempotent while the execution runs with the same input', async () => {
    const machine = await states.machine(hanging);
    const first = await states.begin(machine, { a: 1 });
    expect(await states.begin(machine, { a: 1 })).toBe(first);
    await expect(states.begin(machine, { a: 2 })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first}'`,
    });
    expect((await states.types(first)).filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
  });

  it('refuses a name that a finished execution has had, even with the same input', async () => {
    const machine = await states.machine(pass);
    await states.begin(machine);
    await states.host.clock.idle();
    await expect(states.begin(machine)).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it('two starts of one name at once make one execution', async () => {
    const machine = await states.machine(hanging);
    const [left, right] = await Promise.all([states.begin(machine), states.begin(machine)]);
    expect(left).toBe(right);
    expect(states.host.calls.filter(({ service }) => service === 'lambda')).toHaveLength(1);
  });

  it('refuses wrong names, inputs and ARNs by the names of AWS', async () => {
    const stateMachineArn = await states.machine(pass);
    const refused = (operation: string, input: object, code: string): Promise<void> =>
      expect(states.call(operation, input)).rejects.toMatchObject({ code });

    await refused('StartExecution', { stateMachineArn, name: 'has space' }, 'InvalidName');
    await refused('StartExecution', { stateMachineArn, input: '{' }, 'InvalidExecutionInput');
    await refused('StartExecution', { stateMachineArn: `${stateMachineArn}x` }, 'StateMachineDoesNotExist');
    await refused('StartExecution', { stateMachineArn: 'saga' }, 'InvalidArn');
    await refused(
      'StartExecution',
      { stateMachineArn, input: JSON.stringify('x'.repeat(262_145)) },
      'ValidationException',
    );
    await refused('DescribeExecution', { executionArn: stateMachineArn }, 'InvalidArn');
    await refused(
      'DescribeExecution',
      { executionArn: `${stateMachineArn.replace('stateMachine', 'execution')}:none` },
      'ExecutionDoesNotExist',
    );
    const machine = { name: 'x', roleArn, definition: '{}' };
    await refused('CreateStateMachine', machine, 'InvalidDefinition');
    await refused('CreateStateMachine', { ...machine, type: 'EXPRESS' }, 'StateMachineTypeNotSupported');
    await refused('CreateActivity', { name: 'x' }, 'UnsupportedOperation');
  });

  it('lists executions newest first, in pages, by status', async () => {
    const machine = await states.machine({
      Which: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.bad %}', Next: 'Bad' }], Default: 'Good' },
      Bad: { Type: 'Fail', Error: 'Bad' },
      Good: { Type: 'Succeed' },
    });
    for (let number = 1; number <= 5; number += 1) {
      await states.begin(machine, { bad: number % 2 === 0 }, `order-${number}`);
      await states.host.clock.advance(1000);
    }
    const running = await states.begin(await states.machine(hanging, {}, 'slow'), {}, 'slow-1');

    const list = async (input: object): Promise<{ names: string[]; nextToken: string | undefined }> => {
      const { executions, nextToken } = await states.call<{ executions: { name: string }[]; nextToken?: string }>(
        'ListExecutions',
        {
          stateMachineArn: machine,
          ...input,
        },
      );
      return { names: executions.map(({ name }) => name), nextToken };
    };
    expect((await list({})).names).toEqual(['order-5', 'order-4', 'order-3', 'order-2', 'order-1']);
    expect((await list({ statusFilter: 'FAILED' })).names).toEqual(['order-4', 'order-2']);
    expect((await list({ statusFilter: 'SUCCEEDED' })).names).toEqual(['order-5', 'order-3', 'order-1']);
    expect((await list({ statusFilter: 'RUNNING' })).names).toEqual([]);

    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const third = await list({ maxResults: 2, nextToken: second.nextToken });
    expect([first, second, third].map(({ names }) => names)).toEqual([
      ['order-5', 'order-4'],
      ['order-3', 'order-2'],
      ['order-1'],
    ]);
    expect(third.nextToken).toBeUndefined();

    const slow = await states.call<{ executions: { executionArn: string; status: string }[] }>('ListExecutions', {
      stateMachineArn: running.replace('execution', 'stateMachine').replace(':slow-1', ''),
      statusFilter: 'RUNNING',
    });
    expect(slow.executions).toMatchObject([{ executionArn: running, status: 'RUNNING' }]);
  });

  it('describes, lists, tags, updates and deletes state machines', async () => {
    const stateMachineArn = await states.machine(pass);
    const described = await states.call<{ definition: string; revisionId: string }>('DescribeStateMachine', {
      stateMachineArn,
    });
    expect(JSON.parse(described.definition)).toMatchObject({ StartAt: 'Only' });
    expect(await states.machine(pass)).toBe(stateMachineArn);
    await expect(states.machine(hanging)).rejects.toMatchObject({ code: 'StateMachineAlreadyExists' });

    await states.call('TagResource', { resourceArn: stateMachineArn, tags: [{ key: 'team', value: 'orders' }] });
    expect(await states.call('ListTagsForResource', { resourceArn: stateMachineArn })).toEqual({
      tags: [{ key: 'team', value: 'orders' }],
    });

    const executionArn = await states.begin(stateMachineArn);
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Only',
      States: { Only: { Type: 'Succeed' } },
    });
    const updated = await states.call<{ revisionId: string }>('UpdateStateMachine', { stateMachineArn, definition });
    expect(updated.revisionId).not.toBe(described.revisionId);
    expect(await states.call('DescribeStateMachineForExecution', { executionArn })).toMatchObject({
      definition: described.definition,
    });

    states = await states.restart();
    expect(await states.call('ListStateMachines', {})).toMatchObject({
      stateMachines: [{ name: 'saga', type: 'STANDARD' }],
    });
    await states.call('DeleteStateMachine', { stateMachineArn });
    await expect(states.call('DescribeStateMachine', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    });
  });

  it('asks IAM about the caller, with the action and the resource of AWS', async () => {
    const asked: unknown[] = [];
    states.host.authorize = (request) => asked.push(request);
    const machine = await states.machine(pass);
    const executionArn = await states.begin(machine);
    await states.describe(executionArn);
    expect(asked).toMatchObject([
      { action: 'states:CreateStateMachine', resource: machine, principal: UNRESTRICTED },
      { action: 'states:StartExecution', resource: machine },
      { action: 'states:DescribeExecution', resource: executionArn },
    ]);
  });

  it('measures what AWS/States measures and puts status changes on the default bus', async () => {
    const machine = await states.machine({
      Wait: { Type: 'Wait', Seconds: 5, Next: 'Bad' },
      Bad: { Type: 'Fail', Error: 'Broken', Cause: 'why' },
    });
    const executionArn = await states.begin(machine, { orderId: 'o-1' });
    await states.host.clock.idle();

    const dimensions = { StateMachineArn: machine };
    expect(states.host.measurements).toEqual([
      { namespace: 'AWS/States', name: 'ExecutionsStarted', dimensions, value: 1, unit: 'Count' },
      { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions, value: 1, unit: 'Count' },
      { namespace: 'AWS/States', name: 'ExecutionTime', dimensions, value: 5000, unit: 'Milliseconds' },
    ]);
    expect(states.busEvents).toMatchObject([
      { Source: 'aws.states', DetailType: 'Step Functions Execution Status Change' },
      {},
    ]);
    expect(states.busEvents.map(({ Detail }) => JSON.parse(Detail) as unknown)).toMatchObject([
      { status: 'RUNNING', executionArn, input: '{"orderId":"o-1"}', stopDate: null },
      { status: 'FAILED', error: 'Broken', cause: 'why', stateMachineArn: machine, redriveStatus: 'REDRIVABLE' },
    ]);
    const put = states.host.calls.find(({ operation }) => operation === 'PutEvents');
    expect(put?.principal).toMatchObject({ kind: 'service', service: 'states.amazonaws.com' });
  });

  describe('a state machine of the template', () => {
    const resource = (properties: object) => ({
      logicalId: 'Saga',
      type: 'AWS::StepFunctions::StateMachine',
      properties,
      generatedName: 'OrderSaga-dev-Saga',
      stackName: 'OrderSaga-dev',
    });
    const roleArn = 'arn:aws:iam::000000000000:role/saga';
    const DefinitionString = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Only',
      States: { Only: { ...invoke('${FunctionArn}'), Assign: { kept: '${NotMine}' } } },
    });

    it('has its substitutions made, calls with its own role, and logs as it says', async () => {
      states.functions.set('arn:fn', () => {
        throw new Error('broken');
      });
      const logged: { logEvents: { message: string }[] }[] = [];
      states.host.services.set('logs', {
        call: async (operation, input) => {
          if (operation === 'PutLogEvents') logged.push(input as (typeof logged)[number]);
          return {};
        },
      });
      const created = await states.states.resourceTypes[0]?.create(
        resource({
          DefinitionString,
          RoleArn: roleArn,
          DefinitionSubstitutions: { FunctionArn: 'arn:fn' },
          LoggingConfiguration: {
            Level: 'ERROR',
            Destinations: [
              { CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/saga:*' } },
            ],
          },
        }),
      );
      expect(created?.attributes).toMatchObject({ Arn: created?.ref, Name: 'OrderSaga-dev-Saga' });

      const execution = await states.begin(created?.ref as string);
      await states.host.clock.idle();
      expect(await states.describe(execution)).toMatchObject({ status: 'FAILED', error: 'Error' });
      expect(states.host.calls.find(({ service }) => service === 'lambda')).toMatchObject({
        input: { FunctionName: 'arn:fn' },
        principal: { kind: 'role', roleArn, sessionName: 'order-1' },
      });
      const types = logged.flatMap(({ logEvents }) =>
        logEvents.map(({ message }) => (JSON.parse(message) as { type: string }).type),
      );
      expect(types).toEqual(['TaskFailed', 'ExecutionFailed']);
    });

    it('is refused when its definition is invalid', async () => {
      const create = states.states.resourceTypes[0]?.create(
        resource({ DefinitionString: '{"StartAt":"Nowhere"}', RoleArn: roleArn }),
      );
      await expect(create).rejects.toMatchObject({ code: 'InvalidDefinition' });
    });
  });
});
