import { AwsError } from '../../../local/aws-error.ts';
import { START_MS } from '../fake-host.ts';
import { FunctionFailure, lambdaProxy, ref, root, serveApi, type ServedApi } from './api-fixture.ts';

const API = [
  ['Api', 'RestApi', { Name: 'shop', BinaryMediaTypes: ['image/*'] }],
  ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
  ['Order', 'Resource', { RestApiId: ref('Api'), ParentId: ref('Orders'), PathPart: '{orderId}' }],
  ['Files', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'files' }],
  ['File', 'Resource', { RestApiId: ref('Api'), ParentId: ref('Files'), PathPart: '{proxy+}' }],
  [
    'Post',
    'Method',
    { RestApiId: ref('Api'), ResourceId: ref('Orders'), HttpMethod: 'POST', Integration: lambdaProxy('submit') },
  ],
  [
    'Get',
    'Method',
    { RestApiId: ref('Api'), ResourceId: ref('Order'), HttpMethod: 'GET', Integration: lambdaProxy('get') },
  ],
  [
    'Any',
    'Method',
    { RestApiId: ref('Api'), ResourceId: ref('File'), HttpMethod: 'ANY', Integration: lambdaProxy('files') },
  ],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  [
    'Stage',
    'Stage',
    { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'dev', Variables: { color: 'blue' } },
  ],
] as const;

describe('a Lambda proxy integration', () => {
  let api: ServedApi;
  beforeEach(async () => {
    api = await serveApi(API);
  });
  afterEach(() => api.close());

  it('gives the function the event of payload format 1.0', async () => {
    api.functions.set('get', () => ({ statusCode: 200, body: 'found' }));

    await api.send({
      path: '/orders/a%2Fb?tag=x&tag=y%20z&one',
      headers: { 'X-Many': ['first', 'second'], 'user-agent': 'tester', 'x-amzn-trace-id': 'Root=1-aa-bb' },
    });

    expect(api.events).toHaveLength(1);
    expect(api.events[0]).toMatchObject({
      resource: '/orders/{orderId}',
      path: '/orders/a%2Fb',
      httpMethod: 'GET',
      headers: {
        'X-Many': 'second',
        'user-agent': 'tester',
        'X-Amzn-Trace-Id': 'Root=1-aa-bb',
        'X-Forwarded-Proto': 'http',
      },
      multiValueHeaders: { 'X-Many': ['first', 'second'], 'user-agent': ['tester'] },
      queryStringParameters: { tag: 'y z', one: '' },
      multiValueQueryStringParameters: { tag: ['x', 'y z'], one: [''] },
      pathParameters: { orderId: 'a%2Fb' },
      stageVariables: { color: 'blue' },
      body: null,
      isBase64Encoded: false,
      requestContext: {
        apiId: api.refs.get('Api'),
        stage: 'dev',
        resourceId: api.refs.get('Order'),
        resourcePath: '/orders/{orderId}',
        path: '/orders/a%2Fb',
        httpMethod: 'GET',
        protocol: 'HTTP/1.1',
        accountId: '000000000000',
        requestTimeEpoch: START_MS,
        requestTime: '15/Jan/2026:10:00:00 +0000',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        extendedRequestId: expect.stringMatching(/^[A-Za-z0-9+/]{15}=$/) as string,
        identity: { sourceIp: '127.0.0.1', userAgent: 'tester', caller: null },
      },
    });
    expect(api.events[0]?.['requestContext']).not.toHaveProperty('authorizer');
  });

  it('says null where there are no parameters, and text for a body', async () => {
    api.functions.set('submit', () => ({ statusCode: 202, body: '' }));

    await api.send({ method: 'POST', path: '/orders', body: '{"häferl":1}' });

    expect(api.events[0]).toMatchObject({
      body: '{"häferl":1}',
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
    });
    expect(Object.keys(api.events[0]?.['headers'] as object)).not.toContain('content-length');
  });

  it('encodes the body of a binary media type, and decodes a binary answer for who accepts it', async () => {
    api.functions.set('files', ({ body }) => ({
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      body,
      isBase64Encoded: true,
    }));
    const sent = { method: 'PUT', path: '/files/a/b.png', headers: { 'content-type': 'image/png' }, body: 'bytes' };

    const decoded = await api.send({ ...sent, headers: { ...sent.headers, accept: 'image/png' } });
    const encoded = await api.send(sent);

    expect(api.events[0]).toMatchObject({ isBase64Encoded: true, pathParameters: { proxy: 'a/b.png' } });
    expect(decoded.body).toBe('bytes');
    expect(encoded.body).toBe(Buffer.from('bytes').toString('base64'));
  });

  it('survives names that every object has', async () => {
    api.functions.set('get', () => ({ statusCode: 200 }));

    const answer = await api.send({ path: '/orders/1?constructor=a&__proto__=b', headers: { constructor: 'c' } });

    expect(answer.status).toBe(200);
    expect(api.events[0]?.['queryStringParameters']).toHaveProperty('constructor', 'a');
  });

  it('passes status, headers and cookies of the answer on, and adds its own ids', async () => {
    api.functions.set('submit', () => ({
      statusCode: 202,
      headers: { Location: '/orders/7', 'content-type': 'application/problem+json', Server: 'mine' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: '{}',
    }));

    const { status, headers, body } = await api.send({ method: 'POST', path: '/orders' });

    expect({ status, body }).toEqual({ status: 202, body: '{}' });
    expect(headers).toMatchObject({
      location: '/orders/7',
      'content-type': 'application/problem+json',
      'set-cookie': ['a=1', 'b=2'],
      'x-amzn-remapped-server': 'mine',
      'x-amzn-requestid': (api.events[0]?.['requestContext'] as { requestId: string }).requestId,
    });
    expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(headers).not.toHaveProperty('server');
  });

  it('answers 200 and JSON when the function says nothing of either', async () => {
    api.functions.set('submit', () => ({}));

    const { status, headers } = await api.send({ method: 'POST', path: '/orders' });

    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  });

  it.each([
    ['null', null],
    ['a list', []],
    ['a member that is none', { statusCode: 200, total: 3 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a status that is none', { statusCode: 'fine' }],
    ['a header that would split the response', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['a header of no type', { statusCode: 200, headers: { a: { b: 1 } } }],
  ])('answers 502 for %s', async (_, answer) => {
    api.functions.set('submit', () => answer);

    const { status, headers, body } = await api.send({ method: 'POST', path: '/orders' });

    expect({ status, body }).toEqual({ status: 502, body: '{"message":"Internal server error"}' });
    expect(headers['x-amzn-errortype']).toBe('InternalServerErrorException');
    expect(api.host.reports.join()).toContain('Malformed Lambda proxy response');
  });

  it('answers 502 when the function fails, and tells only the person who runs the host why', async () => {
    api.functions.set('submit', () => {
      throw new FunctionFailure('no such table');
    });

    const { status, body } = await api.send({ method: 'POST', path: '/orders' });

    expect({ status, body }).toEqual({ status: 502, body: '{"message":"Internal server error"}' });
    expect(api.host.reports.join()).toContain('no such table');
  });

  it('calls in the name of API Gateway with the ARN that Lambda permissions name, and answers 500 when refused', async () => {
    api.functions.set('get', () => {
      throw new AwsError('AccessDeniedException', 'no resource-based policy allows it', { status: 403 });
    });

    const { status } = await api.send({ path: '/orders/1' });

    expect(status).toBe(500);
    expect(api.host.calls[0]?.principal).toEqual({
      kind: 'service',
      service: 'apigateway.amazonaws.com',
      sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.refs.get('Api')}/dev/GET/orders/{orderId}`,
    });
  });

  it('answers 502 when Lambda throttles', async () => {
    api.functions.set('get', () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
    });

    expect((await api.send({ path: '/orders/1' })).status).toBe(502);
  });
});

it('answers 504 when the function takes longer than the integration waits', async () => {
  const never = new Promise<never>(() => {});
  // A call that holds no work lets virtual time pass to the timeout.
  const api = await serveApi(API, (host) => ({ ...host, call: () => never }));

  const { status, body } = await api.send({ path: '/orders/1' });

  expect({ status, body }).toEqual({ status: 504, body: '{"message":"Endpoint request timed out"}' });
  expect(api.host.clock.now() - START_MS).toBe(29_000);
  await api.close();
});
