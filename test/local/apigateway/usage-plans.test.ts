import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { quotaPeriod } from '../../../local/services/apigateway/usage-plans.ts';
import { invocationUri, lambdaProxy, ref, root, serveApi, type ServedApi, type TemplateLines } from './api-fixture.ts';

const KEY = 'meter-abcdefghijklmnopqrstuvwxyz';
const OTHER_KEY = 'meter-zyxwvutsrqponmlkjihgfedcba';

const METHOD = { RestApiId: ref('Api'), ResourceId: ref('Orders'), Integration: lambdaProxy('orders') };

const api = (keySource: string, plan: object, method: object = {}): TemplateLines => [
  ['Api', 'RestApi', { Name: 'shop', ApiKeySourceType: keySource }],
  ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
  [
    'Authorizer',
    'Authorizer',
    {
      RestApiId: ref('Api'),
      Name: 'auth',
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerUri: invocationUri('authorize'),
    },
  ],
  ['Get', 'Method', { ...METHOD, HttpMethod: 'GET', ApiKeyRequired: true, ...method }],
  ['Post', 'Method', { ...METHOD, HttpMethod: 'POST', ApiKeyRequired: true, ...method }],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  ['Stage', 'Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'dev' }],
  ['Key', 'ApiKey', { Value: KEY, Enabled: true }],
  ['OtherKey', 'ApiKey', { Value: OTHER_KEY, Enabled: true }],
  ['OffKey', 'ApiKey', { Value: 'meter-switched-off-0000000', Enabled: false }],
  ['HomelessKey', 'ApiKey', { Value: 'meter-without-a-plan-00000', Enabled: true }],
  ['Plan', 'UsagePlan', { UsagePlanName: 'trial', ApiStages: [{ ApiId: ref('Api'), Stage: ref('Stage') }], ...plan }],
  ...['Key', 'OtherKey', 'OffKey'].map(
    (key) =>
      [`${key}InPlan`, 'UsagePlanKey', { KeyId: ref(key), KeyType: 'API_KEY', UsagePlanId: ref('Plan') }] as const,
  ),
];

describe('a usage plan', () => {
  let served: ServedApi;
  afterEach(() => served.close());

  const serve = async (keySource: string, plan: object, method?: object): Promise<void> => {
    served = await serveApi(api(keySource, plan, method));
    served.functions.set('orders', () => ({ statusCode: 200 }));
  };
  const call = (key: string | undefined, method = 'GET') =>
    served.send({ method, path: '/orders', headers: key === undefined ? {} : { 'x-api-key': key } });
  /** Sent at once, so that no time passes between them. */
  const burst = async (count: number, key = KEY, method = 'GET') =>
    (await Promise.all(Array.from({ length: count }, () => call(key, method)))).map(({ status }) => status).sort();

  it('lets in keys of its own only', async () => {
    await serve('HEADER', {});

    expect((await call(KEY)).status).toBe(200);
    for (const key of [undefined, 'unknown', 'meter-switched-off-0000000', 'meter-without-a-plan-00000']) {
      const { status, headers, body } = await call(key);
      expect([status, headers['x-amzn-errortype'], body]).toEqual([
        403,
        'ForbiddenException',
        '{"message":"Forbidden"}',
      ]);
    }
    expect(served.events).toHaveLength(1);
    expect(served.events[0]).toMatchObject({
      requestContext: { identity: { apiKey: KEY, apiKeyId: served.refs.get('Key') } },
    });
  });

  it('throttles each key by itself, and time fills its bucket again', async () => {
    await serve('HEADER', { Throttle: { RateLimit: 2, BurstLimit: 3 } });
    // Held, virtual time does not fill the bucket while the requests come in.
    const release = served.host.clock.busy();

    expect(await burst(5)).toEqual([200, 200, 200, 429, 429]);
    expect(await burst(1, OTHER_KEY)).toEqual([200]);
    const { headers, body } = await call(KEY);
    expect([headers['x-amzn-errortype'], body]).toEqual([
      'TooManyRequestsException',
      '{"message":"Too Many Requests"}',
    ]);

    release();
    await served.host.clock.idle();
    const held = served.host.clock.busy();
    expect(await burst(4)).toEqual([200, 200, 200, 429]);
    held();
  });

  it('fills a bucket at its rate', async () => {
    await serve('HEADER', { Throttle: { RateLimit: 2, BurstLimit: 3 } });
    const hold = served.host.clock.busy();
    await burst(3);
    const half = served.host.clock.advance(500);
    hold();
    await half;

    const held = served.host.clock.busy();
    expect(await burst(3)).toEqual([200, 429, 429]);
    held();
  });

  it('throttles single methods by limits of their own', async () => {
    const stage = {
      ApiId: ref('Api'),
      Stage: ref('Stage'),
      Throttle: { '/orders/POST': { RateLimit: 1, BurstLimit: 1 } },
    };
    await serve('HEADER', { Throttle: { RateLimit: 1, BurstLimit: 2 }, ApiStages: [stage] });
    const release = served.host.clock.busy();

    expect(await burst(2, KEY, 'POST')).toEqual([200, 429]);
    expect(await burst(3, KEY, 'GET')).toEqual([200, 200, 429]);
    release();
  });

  it('ends with its quota until the next period', async () => {
    await serve('HEADER', { Quota: { Limit: 3, Offset: 1, Period: 'DAY' } });

    expect(await burst(3)).toEqual([200, 200, 429]);
    const { headers, body } = await call(KEY);
    expect([headers['x-amzn-errortype'], body]).toEqual(['LimitExceededException', '{"message":"Limit Exceeded"}']);

    await served.host.clock.advance(24 * 60 * 60 * 1000);
    expect(await burst(4)).toEqual([200, 200, 200, 429]);
  });

  it('finds its key in what the authorizer says, if the API is set up so', async () => {
    await serve('AUTHORIZER', {}, { AuthorizationType: 'CUSTOM', AuthorizerId: ref('Authorizer') });
    const answer = {
      principalId: 'c',
      policyDocument: { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }] },
    };
    served.functions.set('authorize', ({ authorizationToken }) =>
      authorizationToken === 'metered' ? { ...answer, usageIdentifierKey: KEY } : answer,
    );
    const send = (token: string) =>
      served.send({ path: '/orders', headers: { authorization: token, 'x-api-key': KEY } });

    expect((await send('metered')).status).toBe(200);
    expect((await send('unmetered')).status).toBe(403);
  });

  it('and its keys are listed', async () => {
    await serve('HEADER', { Throttle: { RateLimit: 2, BurstLimit: 3 } });

    const keys = await served.service.call('GetApiKeys', { includeValues: true }, UNRESTRICTED);
    const plans = await served.service.call('GetUsagePlans', {}, UNRESTRICTED);

    expect(keys).toMatchObject({ items: [{ value: KEY, enabled: true }, {}, { enabled: false }, {}] });
    expect(plans).toMatchObject({
      items: [{ name: 'trial', throttle: { rateLimit: 2, burstLimit: 3 }, apiStages: [{ stage: 'dev' }] }],
    });
  });
});

it('what was used of a quota counts on after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-quota-'));
  const statuses: number[] = [];
  for (const _ of ['first run', 'second run']) {
    const served = await serveApi(api('HEADER', { Quota: { Limit: 3, Period: 'MONTH' } }), (host) => host, {
      directory,
    });
    served.functions.set('orders', () => ({ statusCode: 200 }));
    for (const __ of ['one request', 'another']) {
      statuses.push((await served.send({ path: '/orders', headers: { 'x-api-key': KEY } })).status);
    }
    await served.close();
  }

  expect(statuses).toEqual([200, 200, 200, 429]);
  await rm(directory, { recursive: true });
});

it.each([
  ['DAY', '2026-01-15'],
  ['WEEK', '2026-01-11'],
  ['MONTH', '2026-01'],
] as const)('a quota per %s begins in UTC', (period, expected) => {
  expect(quotaPeriod(Date.UTC(2026, 0, 15, 23, 59), period)).toBe(expected);
});

it('throttles of a stage hold for each of its methods by itself, whoever calls', async () => {
  const setting = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 };
  const lines: TemplateLines = [
    ['Api', 'RestApi', { Name: 'shop' }],
    ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
    ['Get', 'Method', { ...METHOD, HttpMethod: 'GET' }],
    ['Post', 'Method', { ...METHOD, HttpMethod: 'POST' }],
    ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
    [
      'Stage',
      'Stage',
      {
        RestApiId: ref('Api'),
        DeploymentId: ref('Deployment'),
        StageName: 'dev',
        MethodSettings: [
          { HttpMethod: '*', ResourcePath: '/*', ...setting },
          { HttpMethod: 'POST', ResourcePath: '/~1orders', ...setting, ThrottlingBurstLimit: 1 },
        ],
      },
    ],
  ];
  const served = await serveApi(lines);
  served.functions.set('orders', () => ({ statusCode: 200 }));
  const release = served.host.clock.busy();

  const statuses = async (method: string) =>
    (await Promise.all([1, 2, 3].map(() => served.send({ method, path: '/orders' }))))
      .map(({ status }) => status)
      .sort();

  expect(await statuses('GET')).toEqual([200, 200, 429]);
  expect(await statuses('POST')).toEqual([200, 429, 429]);
  release();
  await served.close();
});
