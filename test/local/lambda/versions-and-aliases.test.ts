import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LambdaFixture, lambdaFixture, ROLE, standIn } from './lambda-fixture.ts';

/** Tells by which name it was called and which version it is; counts what its module has lived through. */
const WHO = `let calls = 0;
export const handler = async ({ fail }, context) => {
  calls += 1;
  if (fail) throw new Error('asked to');
  return [context.functionVersion, context.invokedFunctionArn.split(':').slice(6).join(':'), process.env.AWS_LAMBDA_FUNCTION_VERSION, calls];
};`;

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failures';

describe('A function with a version and an alias in the template', () => {
  let fixture: LambdaFixture;
  let versionArn: string;
  beforeEach(async () => {
    fixture = await lambdaFixture();
    await fixture.deploy('who', WHO);
    ({ ref: versionArn } = await fixture.create('AWS::Lambda::Version', { FunctionName: 'who' }, 'First'));
    await fixture.create('AWS::Lambda::Alias', { FunctionName: 'who', FunctionVersion: '1', Name: 'live' }, 'Alias');
  });
  afterEach(() => fixture.stop());

  test('is called by its name, its number and its alias, each by any form of the name', async () => {
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:who';
    expect(versionArn).toBe(`${arn}:1`);
    const called = async (name: string, more: object = {}) => {
      const { value, ...answer } = await fixture.invoke(name, {}, more);
      return [(answer as { ExecutedVersion?: string }).ExecutedVersion, ...(value as unknown[]).slice(0, 3)];
    };
    expect(await called('who')).toEqual(['$LATEST', '$LATEST', 'who', '$LATEST']);
    expect(await called('who', { Qualifier: '$LATEST' })).toEqual(['$LATEST', '$LATEST', 'who', '$LATEST']);
    expect(await called('who:1')).toEqual(['1', '1', 'who:1', '1']);
    expect(await called(versionArn)).toEqual(['1', '1', 'who:1', '1']);
    expect(await called(arn, { Qualifier: 'live' })).toEqual(['1', '1', 'who:live', '1']);
    expect(await called(`${arn}:live`)).toEqual(['1', '1', 'who:live', '1']);
    await expect(fixture.invoke('who', {}, { Qualifier: '2' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${arn}:2`,
    });
  });

  test('answers the rights question with the ARN that was called', async () => {
    const asked: string[] = [];
    fixture.host.authorize = ({ resource }) => void asked.push(resource);
    const role = { kind: 'role', roleArn: ROLE, sessionName: 'caller' } as const;
    await fixture.call('Invoke', { FunctionName: 'who', Qualifier: 'live' }, role);
    expect(asked).toEqual(['arn:aws:lambda:us-east-1:000000000000:function:who:live']);
  });

  test('is listed with them', async () => {
    const { Versions } = (await fixture.call('ListVersionsByFunction', { FunctionName: 'who' })) as { Versions: { Version: string; FunctionArn: string }[] }; // prettier-ignore
    expect(Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn.split(':').at(-1)])).toEqual([
      ['$LATEST', '$LATEST'],
      ['1', '1'],
    ]);
    expect(await fixture.call('ListAliases', { FunctionName: 'who' })).toMatchObject({
      Aliases: [{ Name: 'live', FunctionVersion: '1' }],
    });
    expect(await fixture.call('GetAlias', { FunctionName: 'who', Name: 'live' })).toMatchObject({ FunctionVersion: '1' }); // prettier-ignore
    await expect(fixture.call('GetAlias', { FunctionName: 'who', Name: 'dead' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    const all = (await fixture.call('ListFunctions', { FunctionVersion: 'ALL' })) as { Functions: object[] };
    expect(all.Functions).toHaveLength(2);
  });

  test('publishes nothing twice, and something new once it has changed', async () => {
    expect(await fixture.call('PublishVersion', { FunctionName: 'who' })).toMatchObject({ Version: '1' });
    await expect(fixture.call('PublishVersion', { FunctionName: 'who', RevisionId: 'x' })).rejects.toMatchObject({
      code: 'PreconditionFailedException',
    });
    await fixture.deploy('other', WHO);
    expect(await fixture.call('PublishVersion', { FunctionName: 'other', Description: 'first' })).toMatchObject({
      Version: '1',
      Description: 'first',
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:other:1',
    });
  });

  test('has aliases of clients, which can be pointed elsewhere and removed', async () => {
    await fixture.call('CreateAlias', { FunctionName: 'who', Name: 'beta', FunctionVersion: '$LATEST' });
    expect((await fixture.invoke('who:beta')).value).toEqual(['$LATEST', 'who:beta', '$LATEST', 1]);
    await fixture.call('UpdateAlias', { FunctionName: 'who', Name: 'beta', FunctionVersion: '1' });
    expect((await fixture.invoke('who:beta')).value).toEqual(['1', 'who:beta', '1', 1]);
    const taken = fixture.call('CreateAlias', { FunctionName: 'who', Name: 'beta', FunctionVersion: '1' });
    await expect(taken).rejects.toMatchObject({ code: 'ResourceConflictException' });
    const number = fixture.call('CreateAlias', { FunctionName: 'who', Name: '7', FunctionVersion: '1' });
    await expect(number).rejects.toMatchObject({ code: 'ValidationException' });
    const RoutingConfig = { AdditionalVersionWeights: { 1: 0.1 } };
    const routed = fixture.call('UpdateAlias', { FunctionName: 'who', Name: 'beta', RoutingConfig });
    await expect(routed).rejects.toThrow('share their calls among versions');
    await fixture.call('DeleteAlias', { FunctionName: 'who', Name: 'beta' });
    await expect(fixture.invoke('who:beta')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  test('retries events as the configuration of the alias says, and names it in the record of the failure', async () => {
    const sent: { MessageBody: string }[] = [];
    standIn(fixture.host, 'sqs', { SendMessage: (input: never) => sent.push(input) });
    await fixture.create('AWS::Lambda::EventInvokeConfig', {
      FunctionName: 'who',
      Qualifier: 'live',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    await fixture.invoke('who', { fail: true }, { Qualifier: 'live', InvocationType: 'Event' });
    await fixture.host.clock.idle();
    expect(JSON.parse(sent[0]?.MessageBody ?? '{}')).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:who:live',
        approximateInvokeCount: 1,
      },
      responseContext: { executedVersion: '1' },
    });
  });

  test('comes to a halt under all its names when its concurrency is set to 0, and goes on when it is set free', async () => {
    expect(await fixture.call('GetFunctionConcurrency', { FunctionName: 'who' })).toEqual({});
    await fixture.call('PutFunctionConcurrency', { FunctionName: 'who', ReservedConcurrentExecutions: 0 });
    for (const name of ['who', 'who:1', 'who:live']) {
      await expect(fixture.invoke(name)).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    }
    await fixture.call('DeleteFunctionConcurrency', { FunctionName: 'who' });
    expect((await fixture.invoke('who:live')).value).toBeDefined();
    const wrong = fixture.call('PutFunctionConcurrency', { FunctionName: 'who:1', ReservedConcurrentExecutions: 1 });
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
  });
});

test('What clients published, named and set stays over a restart, and numbers are not given twice', async () => {
  const [storeDirectory, assets] = await Promise.all(['versions-', 'bundles-'].map((name) => mkdtemp(join(tmpdir(), name)))); // prettier-ignore
  let fixture = await lambdaFixture({ storeDirectory, assets } as { storeDirectory: string; assets: string });
  await fixture.deploy('who', WHO);
  await fixture.call('PublishVersion', { FunctionName: 'who' });
  await fixture.call('CreateAlias', { FunctionName: 'who', Name: 'live', FunctionVersion: '1' });
  await fixture.call('PutFunctionConcurrency', { FunctionName: 'who', ReservedConcurrentExecutions: 7 });
  await fixture.stop();

  fixture = await lambdaFixture({ storeDirectory, assets } as { storeDirectory: string; assets: string });
  await fixture.deploy('who', WHO, { Timeout: 20 });
  const declared = await fixture.create('AWS::Lambda::Version', { FunctionName: 'who' }, 'New');
  await fixture.lambda.start();
  expect(declared.attributes).toMatchObject({ Version: '2' });
  const described = (Qualifier: string) => fixture.call('GetFunctionConfiguration', { FunctionName: 'who', Qualifier });
  expect(await described('live')).toMatchObject({ Version: '1', Timeout: 3 });
  expect(await described('2')).toMatchObject({ Version: '2', Timeout: 20 });
  expect(await fixture.call('GetFunctionConcurrency', { FunctionName: 'who' })).toEqual({ ReservedConcurrentExecutions: 7 }); // prettier-ignore
  await fixture.stop();
  await Promise.all([storeDirectory, assets].map((path) => rm(path as string, { recursive: true, force: true })));
});
