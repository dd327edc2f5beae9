import { Harness, invoke } from './states-harness.ts';

describe('Arguments', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({ work: () => 'done' });
  });

  afterEach(() => states.end());

  it('of a service must be an object, whatever an expression makes them', async () => {
    const result = await states.run({ Work: invoke('work', { Arguments: "{% 'work' %}" }) });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression ''work'' specified for the field 'Arguments' returned an unexpected result type. Expected 'object', but was 'string' for value: \"work\"",
    });
  });

  it('of an SDK integration may be objects where the API takes JSON as text', async () => {
    const child = await states.machine({ Ends: { Type: 'Pass', End: true } }, {}, 'child');
    await states.run({
      Start: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution',
        Arguments: {
          StateMachineArn: child,
          Name: 'inner',
          Input: { list: [1], text: '{% $states.context.State.Name %}' },
        },
        End: true,
      },
    });
    const executionArn = child.replace('stateMachine', 'execution').concat(':inner');
    expect((await states.call('DescribeExecution', { executionArn }))['input']).toBe('{"list":[1],"text":"Start"}');
  });
});
