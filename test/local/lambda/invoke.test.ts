import { type LambdaFixture, lambdaFixture, ROLE } from './lambda-fixture.ts';

describe('Lambda invokes a function', () => {
  let fixture: LambdaFixture;
  beforeEach(async () => {
    fixture = await lambdaFixture();
  });
  afterEach(() => fixture.stop());

  test('and answers with what it returned', async () => {
    await fixture.deploy('echo', `export const handler = async (event) => ({ got: event });`);
    const answer = await fixture.invoke('echo', { order: 1 });
    expect(answer.StatusCode).toBe(200);
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.value).toEqual({ got: { order: 1 } });
  });

  test('that finds in its environment what Lambda and the template give, and nothing of the host', async () => {
    process.env['SECRET_OF_THE_HOST'] = 'x';
    await fixture.deploy('env', `export const handler = async () => ({ ...process.env });`, {
      Environment: { Variables: { ORDERS_TABLE: 'orders' } },
    });
    const environment = (await fixture.invoke('env')).value as Record<string, string>;
    delete process.env['SECRET_OF_THE_HOST'];
    expect(environment).toMatchObject({
      ORDERS_TABLE: 'orders',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'env',
      AWS_ACCESS_KEY_ID: 'key-of-env',
      AWS_SESSION_TOKEN: ROLE,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THE_HOST');
    expect(environment).not.toHaveProperty('PATH');
  });

  test('with a complete context object', async () => {
    const source = `export const handler = async (event, context) =>
      ({ ...context, remaining: context.getRemainingTimeInMillis() });`;
    const arn = await fixture.deploy('context', source, { Timeout: 7, MemorySize: 256 });
    expect((await fixture.invoke('context')).value).toEqual({
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      logGroupName: '/aws/lambda/context',
      logStreamName: expect.stringMatching(/^2026\/01\/15\/\[\$LATEST\][0-9a-f]{32}$/) as string,
      callbackWaitsForEmptyEventLoop: true,
      remaining: expect.any(Number) as number,
    });
  });

  test('and describes what it threw by its name', async () => {
    const source = `class InsufficientStock extends Error { name = 'InsufficientStock' }
      export const handler = async () => { throw new InsufficientStock('none left') };`;
    await fixture.deploy('throws', source);
    const answer = await fixture.invoke('throws');
    expect(answer.FunctionError).toBe('Unhandled');
    expect(answer.value).toMatchObject({ errorType: 'InsufficientStock', errorMessage: 'none left' });
    expect((answer.value as { trace: string[] }).trace.length).toBeGreaterThan(1);
  });

  test('that returns nothing, as null', async () => {
    await fixture.deploy('nothing', `export const handler = async () => {};`);
    expect((await fixture.invoke('nothing')).Payload).toBe('null');
  });

  test('and keeps no object from one invocation to the next', async () => {
    await fixture.deploy(
      'mutates',
      `export const handler = async (event) => { event.list.push(1); return event.list.length };`,
    );
    const event = { list: [] };
    expect((await fixture.invoke('mutates', event)).value).toBe(1);
    expect((await fixture.invoke('mutates', event)).value).toBe(1);
  });

  test('whose clock is the clock of the host', async () => {
    const source = `export const handler = async () => [new Date().toISOString(), Date.now(), new Date(0).getTime(), Date() !== ''];`;
    await fixture.deploy('clock', source);
    expect((await fixture.invoke('clock')).value).toEqual(['2026-01-15T10:00:00.000Z', 1768471200000, 0, true]);
    await fixture.host.clock.advance(60_000);
    expect(((await fixture.invoke('clock')).value as unknown[])[0]).toBe('2026-01-15T10:01:00.000Z');
  });

  test('that imports the SDK, which the host supplies, from a bundle outside of the repository', async () => {
    const source = `import { SQSClient } from '@aws-sdk/client-sqs';
      export const handler = async () => {
        const client = new SQSClient({});
        return { region: await client.config.region(), key: (await client.config.credentials()).accessKeyId };
      };`;
    await fixture.deploy('sdk', source, { Timeout: 30 });
    expect((await fixture.invoke('sdk')).value).toEqual({ region: 'us-east-1', key: 'key-of-sdk' });
  });

  test('only for a check with DryRun', async () => {
    await fixture.deploy('dry', `export const handler = async () => { throw new Error('ran') };`);
    expect(await fixture.invoke('dry', {}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  });

  test('found by name, ARN or partial ARN, and not by a version that does not exist', async () => {
    const arn = await fixture.deploy('named', `export const handler = async () => 'here';`);
    for (const name of ['named', arn, '000000000000:function:named', `${arn}:$LATEST`]) {
      expect((await fixture.invoke(name)).value).toBe('here');
    }
    await expect(fixture.invoke(`${arn}:7`)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${arn}:7`,
    });
    await expect(fixture.invoke('other')).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
  });

  test('and refuses an event that is no JSON, or too large', async () => {
    await fixture.deploy('never', `export const handler = async () => 1;`);
    await expect(fixture.call('Invoke', { FunctionName: 'never', Payload: '{"a":' })).rejects.toMatchObject({
      code: 'InvalidRequestContentException',
    });
    const large = JSON.stringify('x'.repeat(1_048_577));
    await expect(
      fixture.call('Invoke', { FunctionName: 'never', Payload: large, InvocationType: 'Event' }),
    ).rejects.toMatchObject({ code: 'RequestTooLargeException', status: 413 });
  });

  test('and refuses an answer above 6 MB', async () => {
    await fixture.deploy('large', `export const handler = async () => 'x'.repeat(6_300_000);`);
    const answer = await fixture.invoke('large');
    expect(answer.FunctionError).toBe('Unhandled');
    expect(answer.value).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  test('as often at once as its reserved concurrency allows', async () => {
    const source = `export const handler = () => new Promise((resolve) => setTimeout(() => resolve('done'), 20));`;
    await fixture.deploy('reserved', source, { ReservedConcurrentExecutions: 1 });
    const first = fixture.invoke('reserved');
    await expect(fixture.invoke('reserved')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    });
    expect((await first).value).toBe('done');
    expect(fixture.host.measurements).toContainEqual(expect.objectContaining({ name: 'Throttles', value: 1 }));
  });

  test('and measures it', async () => {
    await fixture.deploy(
      'measured',
      `export const handler = async (event) => { if (event.fail) throw new Error('no') };`,
    );
    await fixture.invoke('measured');
    await fixture.invoke('measured', { fail: true });
    const values = (name: string): number[] =>
      fixture.host.measurements.filter((one) => one.name === name).map(({ value }) => value);
    expect(values('Invocations')).toEqual([1, 1]);
    expect(values('Errors')).toEqual([0, 1]);
    expect(values('Duration')).toHaveLength(2);
    expect(fixture.host.measurements[0]).toMatchObject({
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'measured' },
    });
  });
});
