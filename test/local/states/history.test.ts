import { details, Harness, type HistoryEvent, invoke } from './states-harness.ts';

describe('The history of an execution', () => {
  let states: Harness;

  beforeEach(async () => {
    states = await Harness.start({
      reserve: ({ orderId }: { orderId: string }) => ({ orderId, held: true }),
      charge: (payload: object) => ({ ...payload, charged: 4200 }),
    });
  });

  afterEach(() => states.end());

  async function saga(): Promise<string> {
    const machine = await states.machine({
      Reserve: invoke('reserve', { End: undefined, Next: 'Charge', TimeoutSeconds: 15 }),
      Charge: invoke('charge', { Assign: { cents: '{% $states.result.Payload.charged %}' } }),
    });
    const execution = await states.begin(machine, { orderId: 'o-1' });
    await states.host.clock.idle();
    return execution;
  }

  it('reads like the one AWS writes: types, ids and the chain of previous events', async () => {
    const events = await states.history(await saga());

    expect(events.map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered'],
      [3, 2, 'TaskScheduled'],
      [4, 3, 'TaskStarted'],
      [5, 4, 'TaskSucceeded'],
      [6, 5, 'TaskStateExited'],
      [7, 6, 'TaskStateEntered'],
      [8, 7, 'TaskScheduled'],
      [9, 8, 'TaskStarted'],
      [10, 9, 'TaskSucceeded'],
      [11, 10, 'TaskStateExited'],
      [12, 11, 'ExecutionSucceeded'],
    ]);
  });

  it('shows what each event carried, though the log keeps a value only once', async () => {
    const events = await states.history(await saga());

    expect(details(events[2])).toEqual({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'us-east-1',
      parameters: '{"FunctionName":"reserve","Payload":{"orderId":"o-1"}}',
      timeoutInSeconds: 15,
    });
    const reserved = '{"orderId":"o-1","held":true}';
    expect(details(events[5])).toEqual({ name: 'Reserve', output: reserved, outputDetails: { truncated: false } });
    expect(details(events[6])).toEqual({ name: 'Charge', input: reserved, inputDetails: { truncated: false } });
    expect(details(events[10])).toMatchObject({ assignedVariables: { cents: '4200' } });
    expect(details(events[11])['output']).toBe('{"orderId":"o-1","held":true,"charged":4200}');
  });

  it('comes in pages, backwards when asked, and without data when asked', async () => {
    const executionArn = await saga();

    const first = await states.call<{ events: { id: number }[]; nextToken: string }>('GetExecutionHistory', {
      executionArn,
      maxResults: 8,
    });
    const { nextToken } = first;
    const second = await states.call<{ events: { id: number }[]; nextToken?: string }>('GetExecutionHistory', {
      executionArn,
      maxResults: 8,
      nextToken,
    });
    expect([...first.events, ...second.events].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(second.nextToken).toBeUndefined();

    const backwards = await states.call<{ events: { id: number }[] }>('GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      maxResults: 2,
    });
    expect(backwards.events.map(({ id }) => id)).toEqual([12, 11]);

    const bare = await states.call<{ events: HistoryEvent[] }>('GetExecutionHistory', {
      executionArn,
      includeExecutionData: false,
    });
    expect(details(bare.events[0])).toEqual({
      inputDetails: { truncated: false },
      roleArn: 'arn:aws:iam::000000000000:role/machine',
    });

    await expect(states.call('GetExecutionHistory', { executionArn, nextToken: 'x' })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
  });

  it('gives the input back as it came, spaces and all', async () => {
    const stateMachineArn = await states.machine({ Echo: { Type: 'Pass', End: true } });
    const { executionArn } = await states.call<{ executionArn: string }>('StartExecution', {
      stateMachineArn,
      input: '{ "b": 1,  "a": 2 }',
    });
    await states.host.clock.idle();

    const described = await states.call<{ input: string }>('DescribeExecution', { executionArn });
    expect(described.input).toBe('{ "b": 1,  "a": 2 }');
  });

  it('of 500 events, which lie in several chunks, is whole', async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ index, text: 'x'.repeat(50) }));
    const result = await states.run(
      {
        Each: {
          Type: 'Map',
          MaxConcurrency: 3,
          ItemProcessor: {
            StartAt: 'Pause',
            States: { Pause: { Type: 'Wait', Seconds: 1, Next: 'Done' }, Done: { Type: 'Succeed' } },
          },
          End: true,
        },
      },
      items,
    );

    expect(JSON.parse(result.output ?? '')).toEqual(items);
    const events = await states.history(result.executionArn);
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: 606 }, (_, index) => index + 1));
    expect(events.every(({ id, previousEventId }) => previousEventId < id)).toBe(true);
    expect(details(events.find(({ type }) => type === 'MapStateExited'))['output']).toBe(JSON.stringify(items));
  });

  it('ends with States.Runtime when it grows to 25,000 events', async () => {
    const result = await states.run({
      Round: { Type: 'Pass', Next: 'Again' },
      Again: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Round' }], Default: 'Out' },
      Out: { Type: 'Succeed' },
    });

    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.cause).toBe('The execution reached the maximum number of history events (25000).');
    const last = await states.call<{ events: { id: number; type: string }[] }>('GetExecutionHistory', {
      executionArn: result.executionArn,
      reverseOrder: true,
      maxResults: 1,
    });
    expect(last.events[0]).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });
});
