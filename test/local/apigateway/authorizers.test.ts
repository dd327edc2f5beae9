import { AwsError } from '../../../local/aws-error.ts';
import { FunctionFailure, invocationUri, lambdaProxy, ref, root, serveApi, type ServedApi } from './api-fixture.ts';

const TTL_S = 300;

const api = (authorizer: object) =>
  [
    ['Api', 'RestApi', { Name: 'shop' }],
    ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
    ['Order', 'Resource', { RestApiId: ref('Api'), ParentId: ref('Orders'), PathPart: '{orderId}' }],
    [
      'Authorizer',
      'Authorizer',
      { RestApiId: ref('Api'), Name: 'auth', AuthorizerUri: invocationUri('authorize'), ...authorizer },
    ],
    ...(['POST', 'GET'] as const).map(
      (HttpMethod) =>
        [
          `Method${HttpMethod}`,
          'Method',
          {
            RestApiId: ref('Api'),
            ResourceId: ref(HttpMethod === 'POST' ? 'Orders' : 'Order'),
            HttpMethod,
            AuthorizationType: 'CUSTOM',
            AuthorizerId: ref('Authorizer'),
            Integration: lambdaProxy('orders'),
          },
        ] as const,
    ),
    ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
    ['Stage', 'Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'dev' }],
  ] as const;

const TOKEN = {
  Type: 'TOKEN',
  IdentitySource: 'method.request.header.Authorization',
  IdentityValidationExpression: '^Bearer [-0-9a-zA-Z._]+$',
  AuthorizerResultTtlInSeconds: TTL_S,
};

const policy = (Effect: string, Resource: string | string[]) => ({
  principalId: 'client-1',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});

describe('a TOKEN authorizer', () => {
  let served: ServedApi;
  let authorize: (event: Record<string, unknown>) => unknown;
  beforeEach(async () => {
    served = await serveApi(api(TOKEN));
    authorize = () => policy('Allow', '*');
    served.functions.set('authorize', (event) => authorize(event));
    served.functions.set('orders', () => ({ statusCode: 200 }));
  });
  afterEach(() => served.close());

  const call = (token: string | undefined, method = 'GET', path = '/orders/7') =>
    served.send({ method, path, headers: token === undefined ? {} : { authorization: token } });
  const asked = () => served.events.filter((event) => event['type'] === 'TOKEN');
  const arn = (rest: string) => `arn:aws:execute-api:us-east-1:000000000000:${served.refs.get('Api')}/dev/${rest}`;

  it('is asked with the token and the method as called', async () => {
    expect((await call('Bearer abc')).status).toBe(200);

    expect(asked()).toEqual([{ type: 'TOKEN', methodArn: arn('GET/orders/7'), authorizationToken: 'Bearer abc' }]);
    expect(served.host.calls[0]?.principal).toEqual({
      kind: 'service',
      service: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${served.refs.get('Api')}/authorizers/${served.refs.get('Authorizer')}`,
    });
  });

  it('passes its context to the function, as text', async () => {
    authorize = () => ({ ...policy('Allow', '*'), context: { clientId: 'c', level: 7, trusted: true, none: null } });

    await call('Bearer abc');

    const { requestContext } = served.events.at(-1) as { requestContext: { authorizer: object } };
    expect(requestContext.authorizer).toEqual({
      clientId: 'c',
      level: '7',
      trusted: 'true',
      principalId: 'client-1',
      integrationLatency: 0,
    });
  });

  it.each([[undefined], ['Basic abc'], ['Bearer a b'], ['xBearer abc']])(
    'is not asked about the token %s: 401',
    async (token) => {
      const { status, headers, body } = await call(token);

      expect([status, headers['x-amzn-errortype'], body]).toEqual([
        401,
        'UnauthorizedException',
        '{"message":"Unauthorized"}',
      ]);
      expect(asked()).toEqual([]);
    },
  );

  it('says 401 with the error "Unauthorized", which is not kept', async () => {
    authorize = () => {
      throw new FunctionFailure('Unauthorized');
    };

    expect((await call('Bearer abc')).status).toBe(401);
    authorize = () => policy('Allow', '*');
    expect((await call('Bearer abc')).status).toBe(200);
  });

  it.each([
    ['an explicit deny', 'Deny', 'User is not authorized to access this resource with an explicit deny'],
    ['no word on the method', 'Allow', 'User is not authorized to access this resource'],
  ])('says 403 with %s', async (_, effect, message) => {
    authorize = () => policy(effect, effect === 'Deny' ? '*' : arn('POST/orders'));

    const { status, headers, body } = await call('Bearer abc');

    expect([status, headers['x-amzn-errortype'], JSON.parse(body)]).toEqual([
      403,
      'AccessDeniedException',
      { message },
    ]);
  });

  it('is asked once per token, and its policy about every method', async () => {
    authorize = () => policy('Allow', [arn('GET/orders/*')]);

    const statuses = [
      (await call('Bearer abc')).status,
      (await call('Bearer abc', 'GET', '/orders/8')).status,
      (await call('Bearer abc', 'POST', '/orders')).status,
      (await call('Bearer other')).status,
    ];

    expect(statuses).toEqual([200, 200, 403, 200]);
    expect(asked().map(({ authorizationToken }) => authorizationToken)).toEqual(['Bearer abc', 'Bearer other']);
  });

  it('is asked again when its answer has expired', async () => {
    await call('Bearer abc');
    await served.host.clock.advance(TTL_S * 1000 - 1);
    await call('Bearer abc');
    expect(asked()).toHaveLength(1);

    await served.host.clock.advance(1);
    await call('Bearer abc');
    expect(asked()).toHaveLength(2);
  });

  it.each([
    [
      'fails',
      () => {
        throw new FunctionFailure('boom');
      },
      'AuthorizerFailureException',
    ],
    ['answers nothing', () => null, 'AuthorizerConfigurationException'],
    ['names no principal', () => ({ policyDocument: { Statement: [] } }), 'AuthorizerConfigurationException'],
    ['answers no policy', () => ({ principalId: 'a' }), 'AuthorizerConfigurationException'],
    [
      'sets conditions',
      () => ({
        principalId: 'a',
        policyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} } },
      }),
      'AuthorizerConfigurationException',
    ],
    [
      'puts a list into its context',
      () => ({ ...policy('Allow', '*'), context: { a: [] } }),
      'AuthorizerConfigurationException',
    ],
    [
      'may not be called',
      () => {
        throw new AwsError('AccessDeniedException', 'no');
      },
      'AuthorizerConfigurationException',
    ],
  ])('that %s is a 500 without a message', async (_, answer, errorType) => {
    authorize = answer;

    const { status, headers, body } = await call('Bearer abc');

    expect([status, headers['x-amzn-errortype'], body]).toEqual([500, errorType, '{"message":null}']);
  });
});

describe('a REQUEST authorizer', () => {
  let served: ServedApi;
  beforeEach(async () => {
    const IdentitySource = 'method.request.header.X-Client, method.request.querystring.key';
    served = await serveApi(api({ Type: 'REQUEST', IdentitySource, AuthorizerResultTtlInSeconds: 0 }));
    served.functions.set('authorize', () => policy('Allow', '*'));
    served.functions.set('orders', () => ({ statusCode: 200 }));
  });
  afterEach(() => served.close());

  it('sees the request, and without a TTL is asked every time', async () => {
    const sent = { path: '/orders/7?key=k', headers: { 'x-client': 'c' } };

    await served.send(sent);
    await served.send(sent);

    const asked = served.events.filter(({ type }) => type === 'REQUEST');
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({
      httpMethod: 'GET',
      path: '/orders/7',
      headers: { 'x-client': 'c' },
      queryStringParameters: { key: 'k' },
      pathParameters: { orderId: '7' },
    });
  });

  it('needs every identity source', async () => {
    expect((await served.send({ path: '/orders/7', headers: { 'x-client': 'c' } })).status).toBe(401);
    expect((await served.send({ path: '/orders/7?key=k' })).status).toBe(401);
    expect(served.events).toEqual([]);
  });
});

it('a REQUEST authorizer may know who calls by the context, and its answer is kept for that', async () => {
  const served = await serveApi(
    api({ Type: 'REQUEST', IdentitySource: 'context.identity.sourceIp, context.httpMethod' }),
  );
  served.functions.set('authorize', () => policy('Allow', '*'));
  served.functions.set('orders', () => ({ statusCode: 200 }));
  for (const method of ['GET', 'GET']) await served.send({ method, path: '/orders/7' });

  expect(served.events.filter(({ type }) => type === 'REQUEST')).toHaveLength(1);
  await served.close();
});

it.each([
  [{ Type: 'TOKEN' }, 'a TOKEN authorizer needs exactly one header as its IdentitySource'],
  [{ ...TOKEN, IdentitySource: 'method.request.querystring.token' }, 'exactly one header'],
  [{ Type: 'REQUEST' }, 'needs an IdentitySource unless its answers are not cached'],
  [{ Type: 'REQUEST', IdentitySource: 'context.identity.cognitoIdentityId' }, 'does not serve the identity source'],
])('an authorizer is refused at the start as %j: %s', async (authorizer, words) => {
  await expect(serveApi(api(authorizer))).rejects.toThrow(words);
});
