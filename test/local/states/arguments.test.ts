import { details, Harness, invoke } from './states-harness.ts';

describe('A task', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({ work: () => 'done' });
  });

  afterEach(() => states.end());

  it('gives a service an object, or fails', async () => {
    const result = await states.run({ Work: invoke('work', { Arguments: "{% 'work' %}" }) });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression ''work'' specified for the field 'Arguments' returned an unexpected result type. Expected 'object', but was 'string' for value: \"work\"",
    });
  });

  it('may give an SDK integration objects where the API takes JSON as text', async () => {
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

  it('calls a function by its own ARN with a bare payload, and other services through their integrations', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:price';
    states.functions.set(arn, ({ sku }: { sku: string }) => ({ sku, cents: 900 }));
    states.host.services.set('dynamodb', { call: async (operation) => ({ Item: { op: { S: operation } } }) });
    const { executionArn, output: text } = await states.run(
      {
        Price: { Type: 'Task', Resource: arn, Assign: { price: '{% $states.result %}' }, Next: 'Read' },
        Read: {
          Type: 'Task',
          Resource: 'arn:aws:states:::aws-sdk:dynamodb:getItem',
          Arguments: { TableName: 'orders', Key: { pk: { S: '{% $price.sku %}' } } },
          End: true,
        },
      },
      { sku: 'MUG' },
    );
    expect(JSON.parse(text ?? '')).toEqual({ Item: { op: { S: 'GetItem' } } });
    const events = await states.history(executionArn);
    expect(events.map(({ type }) => type).slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
    expect(details(events[7])).toMatchObject({ resourceType: 'aws-sdk:dynamodb', resource: 'getItem' });
    expect(states.host.calls.find(({ service }) => service === 'dynamodb')?.input).toEqual({
      TableName: 'orders',
      Key: { pk: { S: 'MUG' } },
    });
  });
});
