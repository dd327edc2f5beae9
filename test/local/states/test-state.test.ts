import { Harness, invoke, named } from './states-harness.ts';
import { CHARGING, failing, result, ROLE, type Tested, testState } from './test-state-fixture.ts';

let harness: Harness;
afterEach(() => harness.end());

function test(definition: object, request: object = {}): Promise<Tested> {
  return testState(harness, definition, request);
}

beforeEach(async () => {
  harness = await Harness.start({
    charge: (payload: { amount: number }) => {
      if (payload.amount > 100) throw named('Declined');
      return payload;
    },
  });
});

describe('A state on its own', () => {
  it('puts out what it would put out, and says where it leads', async () => {
    const tested = await test(
      { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.a + 1 %}', Next: 'Later' },
      { input: '{"a":1}' },
    );
    expect(tested).toEqual({ status: 'SUCCEEDED', output: '2', nextState: 'Later' });
  });

  it('calls the service with the role of the test', async () => {
    const tested = await test(CHARGING, {
      input: '{"amount":7}',
      roleArn: ROLE,
      variables: '{"order":"o-1"}',
      inspectionLevel: 'DEBUG',
    });
    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '{"paid":7,"order":"o-1"}', nextState: 'Ship' });
    expect(tested.inspectionData).toMatchObject({
      input: '{"amount":7}',
      afterArguments: '{"FunctionName":"charge","Payload":{"amount":7}}',
      variables: '{"order":"o-1","amount":7}',
    });
    expect(JSON.parse(tested.inspectionData?.['result'] as string)).toMatchObject({ Payload: { amount: 7 } });
  });

  it('is caught as in an execution when the service fails', async () => {
    const tested = await test(CHARGING, { input: '{"amount":700}', roleArn: ROLE });
    expect(tested).toMatchObject({ status: 'CAUGHT_ERROR', error: 'Declined', nextState: 'Release' });
    expect(JSON.parse(tested.output as string)).toMatchObject({ Error: 'Declined' });
  });

  it('follows the rule of a Choice whose Condition is true', async () => {
    const choice = {
      Type: 'Choice',
      QueryLanguage: 'JSONata',
      Choices: [
        { Condition: '{% $states.input.n > 5 %}', Next: 'Big', Output: 'big' },
        { Condition: '{% $states.input.n > 2 %}', Next: 'Middling' },
      ],
      Default: 'Small',
    };
    expect(await test(choice, { input: '{"n":9}' })).toMatchObject({ nextState: 'Big', output: '"big"' });
    expect(await test(choice, { input: '{"n":3}' })).toMatchObject({ nextState: 'Middling' });
    expect(await test(choice, { input: '{"n":1}' })).toMatchObject({ nextState: 'Small' });
  });

  it('fails as a Fail state does', async () => {
    const fail = { Type: 'Fail', QueryLanguage: 'JSONata', Error: 'Lost', Cause: "{% 'order ' & $states.input %}" };
    expect(await test(fail, { input: '7' })).toEqual({ status: 'FAILED', error: 'Lost', cause: 'order 7' });
  });

  it('fails when an expression gives nothing, with a cause that names no event', async () => {
    const tested = await test({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input.x %}', End: true });
    expect(tested).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(tested.cause).toBe(
      "The JSONata expression '$states.input.x' specified for the field 'Output' returned nothing (undefined).",
    );
  });

  it('fails after five minutes', async () => {
    const wait = { Type: 'Wait', QueryLanguage: 'JSONata', Seconds: 301, End: true };
    const testing = test(wait);
    await harness.host.clock.idle();
    expect(await testing).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});

describe('A mock', () => {
  it('stands in for the service, and no role is needed', async () => {
    const request = { ...result({ Payload: { amount: 3 }, StatusCode: 200 }), variables: '{"order":"o-2"}' };
    expect(await test(CHARGING, request)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"paid":3,"order":"o-2"}',
    });
    expect(harness.host.calls).toEqual([]);
  });

  it('of an error says which Retrier would try again, and when', async () => {
    const request = { ...failing('Busy', 'full'), inspectionLevel: 'DEBUG' };
    expect(await test(CHARGING, request)).toMatchObject({
      status: 'RETRIABLE',
      error: 'Busy',
      cause: 'full',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 4 } },
    });
    const second = await test(CHARGING, { ...request, stateConfiguration: { retrierRetryCount: 1 } });
    expect(second.inspectionData?.['errorDetails']).toEqual({ retryIndex: 0, retryBackoffIntervalSeconds: 12 });
    expect(second.nextState).toBeUndefined();
  });

  it('of an error goes to the Catcher once the Retrier is exhausted', async () => {
    const tested = await test(CHARGING, {
      ...failing('Busy'),
      stateConfiguration: { retrierRetryCount: 2 },
      inspectionLevel: 'TRACE',
    });
    expect(tested).toMatchObject({
      status: 'CAUGHT_ERROR',
      output: '{"why":"Busy","retries":2}',
      nextState: 'Ask',
      inspectionData: { errorDetails: { catchIndex: 1 }, variables: '{"failed":true}' },
    });
  });

  it('of an error that nothing takes fails the state', async () => {
    expect(await test(CHARGING, failing('States.Runtime', 'broken'))).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'broken',
    });
  });

  it('may come with a context object', async () => {
    const task = {
      QueryLanguage: 'JSONata',
      ...invoke('charge', { Output: '{% [$states.context.Execution.Name, $states.context.State.Name] %}' }),
    };
    const context = JSON.stringify({ Execution: { Name: 'order-9' } });
    const tested = await test(task, { ...result({ Payload: 1 }), context });
    expect(tested.output).toBe('["order-9","TestState"]');
  });

  it('stands in for what a task token would bring', async () => {
    const ask = {
      ...invoke('ask', { Arguments: { FunctionName: 'ask', Payload: { token: '{% $states.context.Task.Token %}' } } }),
      QueryLanguage: 'JSONata',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Output: '{% $states.result.decision %}',
    };
    expect(await test(ask, result({ decision: 'RETRY' }))).toMatchObject({ output: '"RETRY"' });
  });
});

describe('Map and Parallel states', () => {
  const map = {
    Type: 'Map',
    QueryLanguage: 'JSONata',
    Items: '{% $states.input.lines %}',
    ItemSelector: { sku: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
    MaxConcurrency: 2,
    ToleratedFailureCount: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED' },
      StartAt: 'Pick',
      States: { Pick: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } },
    },
    End: true,
  };
  const input = '{"lines":["a","b"]}';

  it('show what each iteration would begin with', async () => {
    const tested = await test(map, { ...result([1, 2]), input, inspectionLevel: 'DEBUG' });
    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '[1,2]' });
    expect(tested.inspectionData).toMatchObject({
      afterItemSelector: '[{"sku":"a","at":0},{"sku":"b","at":1}]',
      maxConcurrency: 2,
      toleratedFailureCount: 1,
    });
  });

  it('fail when more iterations failed than are tolerated', async () => {
    const failed = (count: number): Promise<Tested> =>
      test(map, { ...result([1]), input, stateConfiguration: { mapIterationFailureCount: count } });
    expect(await failed(1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await failed(2)).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    await expect(failed(3)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('need a mock, which is a list', async () => {
    const parallel = {
      Type: 'Parallel',
      QueryLanguage: 'JSONata',
      Branches: [
        { StartAt: 'Pick', States: map.ItemProcessor.States },
        { StartAt: 'Pack', States: { Pack: { Type: 'Succeed' } } },
      ],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Undo' }],
      End: true,
    };
    await expect(test(parallel)).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(test(parallel, result([1]))).rejects.toMatchObject({ code: 'ValidationException' });
    expect(await test(parallel, result([1, 2]))).toMatchObject({ output: '[1,2]' });
    const fault = { ...failing('Torn'), stateConfiguration: { errorCausedByState: 'Pack' } };
    expect(await test(parallel, fault)).toMatchObject({ status: 'CAUGHT_ERROR', nextState: 'Undo' });
    const unknown = { ...failing('Torn'), stateConfiguration: { errorCausedByState: 'Unpack' } };
    await expect(test(parallel, unknown)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('are entered by the name of a state inside them', async () => {
    const machine = { StartAt: 'Pick all', QueryLanguage: 'JSONata', States: { 'Pick all': map } };
    const tested = await test(machine, { stateName: 'Pick', input: '5' });
    expect(tested).toEqual({ status: 'SUCCEEDED', output: '5' });
  });
});
