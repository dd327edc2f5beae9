import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { lambdaProxy, ref, root, serveApi, type ServedApi, type TemplateLines } from './api-fixture.ts';

const one = (id: string): TemplateLines => [
  [`${id}Api`, 'RestApi', { Name: id }],
  [`${id}Orders`, 'Resource', { RestApiId: ref(`${id}Api`), ParentId: root(`${id}Api`), PathPart: 'orders' }],
  [`${id}Order`, 'Resource', { RestApiId: ref(`${id}Api`), ParentId: ref(`${id}Orders`), PathPart: '{orderId}' }],
  [`${id}Latest`, 'Resource', { RestApiId: ref(`${id}Api`), ParentId: ref(`${id}Orders`), PathPart: 'latest' }],
  [
    `${id}Any`,
    'Method',
    { RestApiId: ref(`${id}Api`), ResourceId: ref(`${id}Orders`), HttpMethod: 'ANY', Integration: lambdaProxy(id) },
  ],
  [
    `${id}Get`,
    'Method',
    { RestApiId: ref(`${id}Api`), ResourceId: ref(`${id}Order`), HttpMethod: 'GET', Integration: lambdaProxy(id) },
  ],
  [
    `${id}GetLatest`,
    'Method',
    { RestApiId: ref(`${id}Api`), ResourceId: ref(`${id}Latest`), HttpMethod: 'GET', Integration: lambdaProxy(id) },
  ],
  [`${id}Deployment`, 'Deployment', { RestApiId: ref(`${id}Api`) }],
  [`${id}Stage`, 'Stage', { RestApiId: ref(`${id}Api`), DeploymentId: ref(`${id}Deployment`), StageName: 'dev' }],
];

/** Answers with the resource that was found. */
const echo = ({ resource, path }: Record<string, unknown>) => ({
  statusCode: 200,
  body: `${String(resource)} ${String(path)}`,
});

describe('the API port', () => {
  let served: ServedApi;
  beforeEach(async () => {
    served = await serveApi(one('shop'));
    served.functions.set('shop', echo);
  });
  afterEach(() => served.close());

  it.each([
    ['/orders', '/orders /orders'],
    ['/orders/', '/orders /orders/'],
    ['//orders', '/orders /orders'],
    ['/dev/orders/7', '/orders/{orderId} /orders/7'],
    ['/orders/7?a=/orders', '/orders/{orderId} /orders/7'],
    ['/orders/latest', '/orders/latest /orders/latest'],
  ])('serves the only API at the root and under its stage: %s', async (path, expected) => {
    expect(await served.send({ path })).toMatchObject({ status: 200, body: expected });
  });

  it.each([
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/orders/7/lines'],
    ['DELETE', '/orders/7'],
    ['GET', '/dev'],
    ['GET', '/orders/%zz/x'],
  ])('answers %s %s, which is no route, with 403', async (method, path) => {
    const { status, headers, body } = await served.send({ method, path });

    expect([status, headers['x-amzn-errortype'], body]).toEqual([
      403,
      'MissingAuthenticationTokenException',
      '{"message":"Missing Authentication Token"}',
    ]);
  });

  it('answers HEAD without a body, where ANY takes it', async () => {
    expect(await served.send({ method: 'HEAD', path: '/orders' })).toMatchObject({ status: 200, body: '' });
    expect((await served.send({ method: 'HEAD', path: '/orders/7' })).status).toBe(403);
  });

  it('takes many requests on one connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let count = 0; count < 3; count += 1) {
      await new Promise<void>((resolve, reject) => {
        const request = httpRequest(
          { port: served.port, host: '127.0.0.1', path: '/orders', method: 'POST', agent },
          (response) => {
            response.resume().on('end', resolve);
          },
        );
        request.on('socket', (socket) => ports.add(socket.localPort)).on('error', reject);
        request.end('{}');
      });
    }
    agent.destroy();

    expect(served.events).toHaveLength(3);
    // The first connection has no local port yet when it is handed over.
    expect([...ports].filter((port) => port !== undefined)).toHaveLength(1);
  });

  it.each([
    ['that says so', { 'content-length': String(11 * 1024 * 1024) }],
    ['that does not', { 'transfer-encoding': 'chunked' }],
  ])('answers 413 to a body beyond 10 MB %s', async (_, headers: Record<string, string>) => {
    const {
      status,
      headers: answered,
      body,
    } = await served.send({
      method: 'POST',
      path: '/orders',
      headers,
      body: Buffer.alloc(11 * 1024 * 1024),
    });

    expect([status, answered['x-amzn-errortype'], body]).toEqual([
      413,
      'RequestEntityTooLargeException',
      '{"message":"Request Too Long"}',
    ]);
    expect(served.events).toEqual([]);
  });

  it('forgets a client that leaves within its request, and lets time go on', async () => {
    const socket = connect(served.port, '127.0.0.1');
    socket.write('POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf');
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();

    expect((await served.send({ path: '/orders' })).status).toBe(200);
    await served.host.clock.idle();
    expect(served.events).toHaveLength(1);
    expect(served.host.reports).toEqual([]);
  });

  it('measures requests by API and stage', async () => {
    await served.send({ path: '/orders' });
    await served.send({ path: '/nothing' });

    const of = (name: string, dimensions: object) =>
      served.host.measurements
        .filter((one) => one.name === name && JSON.stringify(one.dimensions) === JSON.stringify(dimensions))
        .map(({ value }) => value);
    expect(of('Count', { ApiName: 'shop' })).toEqual([1, 1]);
    expect(of('4XXError', { ApiName: 'shop', Stage: 'dev' })).toEqual([0, 1]);
    expect(of('5XXError', { ApiName: 'shop', Stage: 'dev' })).toEqual([0, 0]);
    expect(of('Latency', { ApiName: 'shop' })).toEqual([0, 0]);
  });
});

it('serves several APIs each under its id', async () => {
  const served = await serveApi([...one('shop'), ...one('staff')]);
  served.functions.set('shop', () => ({ body: 'shop' }));
  served.functions.set('staff', () => ({ body: 'staff' }));
  const id = served.refs.get('staffApi') ?? '';

  expect(served.service.apis).toMatchObject([
    { name: 'shop', stages: ['dev'], basePath: `/${served.refs.get('shopApi')}` },
    { name: 'staff', stages: ['dev'], basePath: `/${id}` },
  ]);
  expect((await served.send({ path: `/${id}/orders` })).body).toBe('staff');
  expect((await served.send({ path: `/${id}/dev/orders` })).body).toBe('staff');
  expect(await served.send({ path: '/orders' })).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
  await served.close();
});
