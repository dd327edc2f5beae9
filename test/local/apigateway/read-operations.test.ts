import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { functionArn, invocationUri, lambdaProxy, ref, root, serveApi, type ServedApi } from './api-fixture.ts';

const API = [
  ['Api', 'RestApi', { Name: 'shop', ApiKeySourceType: 'AUTHORIZER' }],
  ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
  ['Order', 'Resource', { RestApiId: ref('Api'), ParentId: ref('Orders'), PathPart: '{orderId}' }],
  ['NewOrder', 'Model', { RestApiId: ref('Api'), Name: 'NewOrder', Schema: { type: 'object' } }],
  ['Checks', 'RequestValidator', { RestApiId: ref('Api'), ValidateRequestBody: true }],
  [
    'Authorizer',
    'Authorizer',
    {
      RestApiId: ref('Api'),
      Name: 'auth',
      Type: 'TOKEN',
      AuthorizerUri: invocationUri('authorize'),
      IdentitySource: 'method.request.header.Authorization',
      IdentityValidationExpression: '^Bearer .+$',
      AuthorizerResultTtlInSeconds: 0,
    },
  ],
  [
    'Method',
    'Method',
    {
      RestApiId: ref('Api'),
      ResourceId: ref('Order'),
      HttpMethod: 'POST',
      AuthorizationType: 'CUSTOM',
      AuthorizerId: ref('Authorizer'),
      ApiKeyRequired: true,
      RequestValidatorId: ref('Checks'),
      RequestModels: { 'application/json': ref('NewOrder') },
      Integration: lambdaProxy('orders'),
    },
  ],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  [
    'Stage',
    'Stage',
    {
      RestApiId: ref('Api'),
      DeploymentId: ref('Deployment'),
      StageName: 'dev',
      Variables: { colour: 'blue' },
      MethodSettings: [
        { HttpMethod: 'POST', ResourcePath: '/~1orders~1{orderId}', ThrottlingRateLimit: 5, ThrottlingBurstLimit: 7 },
      ],
    },
  ],
  ['Key', 'ApiKey', { Name: 'client', Value: 'meter-0123456789abcdef', Enabled: true }],
  [
    'Plan',
    'UsagePlan',
    {
      UsagePlanName: 'trial',
      Throttle: { RateLimit: 2, BurstLimit: 5 },
      Quota: { Limit: 100, Period: 'DAY' },
      ApiStages: [
        { ApiId: ref('Api'), Stage: ref('Stage'), Throttle: { '/orders/POST': { RateLimit: 1, BurstLimit: 1 } } },
      ],
    },
  ],
  ['PlanKey', 'UsagePlanKey', { KeyId: ref('Key'), KeyType: 'API_KEY', UsagePlanId: ref('Plan') }],
] as const;

describe('what API Gateway tells of the APIs of the template', () => {
  let served: ServedApi;
  let id: (logicalId: string) => string;
  beforeEach(async () => {
    served = await serveApi(API);
    id = (logicalId) => served.refs.get(logicalId) ?? '';
  });
  afterEach(() => served.close());

  const call = (operation: string, input: object = {}) =>
    served.service.call(operation, { restApiId: id('Api'), ...input }, UNRESTRICTED) as Promise<
      Record<string, unknown>
    >;

  it('are their resources with parents and methods', async () => {
    const { items } = (await call('GetResources', { embed: ['methods'] })) as { items: Record<string, unknown>[] };
    const [api] = ((await call('GetRestApis')) as { items: { rootResourceId: string }[] }).items;

    expect(items).toEqual([
      { id: api?.rootResourceId, path: '/' },
      { id: id('Orders'), parentId: api?.rootResourceId, pathPart: 'orders', path: '/orders' },
      {
        id: id('Order'),
        parentId: id('Orders'),
        pathPart: '{orderId}',
        path: '/orders/{orderId}',
        resourceMethods: { POST: await call('GetMethod', { resourceId: id('Order'), httpMethod: 'POST' }) },
      },
    ]);
    expect(await call('GetResource', { resourceId: id('Order') })).toMatchObject({ resourceMethods: { POST: {} } });
  });

  it('are methods with what they ask for and whom they call', async () => {
    expect(await call('GetMethod', { resourceId: id('Order'), httpMethod: 'POST' })).toEqual({
      httpMethod: 'POST',
      authorizationType: 'CUSTOM',
      authorizerId: id('Authorizer'),
      apiKeyRequired: true,
      requestValidatorId: id('Checks'),
      requestParameters: {},
      requestModels: { 'application/json': 'NewOrder' },
      methodIntegration: {
        type: 'AWS_PROXY',
        httpMethod: 'POST',
        uri: functionArn('orders'),
        timeoutInMillis: 29_000,
      },
    });
  });

  it('are stages, authorizers, models and validators', async () => {
    expect(await call('GetStages')).toEqual({ items: [await call('GetStage', { stageName: 'dev' })] });
    expect(await call('GetStage', { stageName: 'dev' })).toMatchObject({
      stageName: 'dev',
      variables: { colour: 'blue' },
      methodSettings: { '~1orders~1{orderId}/POST': { throttlingRateLimit: 5, throttlingBurstLimit: 7 } },
    });
    expect(await call('GetAuthorizers')).toMatchObject({
      items: [{ type: 'TOKEN', identityValidationExpression: '^Bearer .+$', authorizerResultTtlInSeconds: 0 }],
    });
    expect(await call('GetModel', { modelName: 'NewOrder' })).toMatchObject({ schema: '{"type":"object"}' });
    expect(await call('GetRequestValidators')).toMatchObject({
      items: [{ validateRequestBody: true, validateRequestParameters: false }],
    });
  });

  it('are keys, whose values are told only when asked for, and plans', async () => {
    const key = { id: id('Key'), name: 'client', enabled: true };
    expect(await call('GetApiKey', { apiKey: id('Key') })).toEqual(key);
    expect(await call('GetApiKey', { apiKey: id('Key'), includeValue: true })).toEqual({
      ...key,
      value: 'meter-0123456789abcdef',
    });
    expect(await call('GetApiKeys', { nameQuery: 'other' })).toEqual({ items: [] });
    expect(await call('GetUsagePlan', { usagePlanId: id('Plan') })).toMatchObject({
      name: 'trial',
      throttle: { rateLimit: 2, burstLimit: 5 },
      quota: { limit: 100, period: 'DAY' },
      apiStages: [{ stage: 'dev', throttle: { '/orders/POST': { rateLimit: 1, burstLimit: 1 } } }],
    });
    expect(await call('GetUsagePlans', { keyId: 'other' })).toEqual({ items: [] });
    expect(await call('GetUsagePlanKeys', { usagePlanId: id('Plan') })).toMatchObject({ items: [{ id: id('Key') }] });
  });

  it('come in pages', async () => {
    const first = await call('GetResources', { limit: 2 });
    expect(first).toMatchObject({ items: [{ path: '/' }, { path: '/orders' }], position: '2' });
    expect(await call('GetResources', { limit: 2, position: '2' })).toEqual({
      items: [expect.objectContaining({ path: '/orders/{orderId}' })],
    });
  });

  it.each([
    ['GetRestApi', { restApiId: 'x' }, 'Invalid API identifier specified: x'],
    ['GetStage', { stageName: 'x' }, 'Invalid stage identifier specified'],
    ['GetMethod', { resourceId: 'x' }, 'Invalid Resource identifier specified'],
    ['GetApiKey', { apiKey: 'x' }, 'Invalid API Key identifier specified'],
    ['GetUsagePlan', { usagePlanId: 'x' }, 'Invalid Usage Plan ID specified'],
  ])('do not have %s of %j', async (operation, input, message) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code: 'NotFoundException', status: 404, message });
  });

  it('ask for the right to read just that', async () => {
    const asked: string[] = [];
    served.host.authorize = ({ action, resource }) => void asked.push(`${action} ${resource}`);
    await call('GetStages');
    await call('GetApiKey', { apiKey: id('Key') });

    expect(asked).toEqual([
      `apigateway:GET arn:aws:apigateway:us-east-1::/restapis/${id('Api')}/stages`,
      `apigateway:GET arn:aws:apigateway:us-east-1::/apikeys/${id('Key')}`,
    ]);
    await expect(call('GetUsage')).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });
});
