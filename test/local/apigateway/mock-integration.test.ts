import { ref, root, serveApi, type ServedApi, type TemplateLines } from './api-fixture.ts';

const CORS_HEADERS = {
  'method.response.header.Access-Control-Allow-Origin': "'*'",
  'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'",
};

const declared = (headers: object) => Object.fromEntries(Object.keys(headers).map((name) => [name, true]));

const health = (integration: object, responses: object[] = [{ StatusCode: '200' }, { StatusCode: '503' }]) => ({
  RestApiId: ref('Api'),
  ResourceId: ref('Health'),
  HttpMethod: 'GET',
  Integration: {
    Type: 'MOCK',
    RequestTemplates: { 'application/json': '{"statusCode": 200}' },
    IntegrationResponses: [
      { StatusCode: '200', ResponseTemplates: { 'application/json': '{"status":"ok","id":"$context.requestId"}' } },
      {
        StatusCode: '503',
        SelectionPattern: '5\\d{2}',
        ResponseTemplates: { 'application/json': '{"status":"down"}' },
      },
    ],
    ...integration,
  },
  MethodResponses: responses,
});

const lines = (method: object): TemplateLines => [
  ['Api', 'RestApi', { Name: 'shop' }],
  ['Health', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'health' }],
  ['Get', 'Method', method],
  [
    'Options',
    'Method',
    {
      RestApiId: ref('Api'),
      ResourceId: ref('Health'),
      HttpMethod: 'OPTIONS',
      Integration: {
        Type: 'MOCK',
        // As CDK writes it for a preflight answer.
        RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
        IntegrationResponses: [{ StatusCode: '204', ResponseParameters: CORS_HEADERS }],
      },
      MethodResponses: [{ StatusCode: '204', ResponseParameters: declared(CORS_HEADERS) }],
    },
  ],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  ['Stage', 'Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'dev' }],
];

describe('a mock integration', () => {
  let served: ServedApi;
  const serve = async (method: object = health({})): Promise<void> => {
    served = await serveApi(lines(method));
  };
  afterEach(() => served.close());

  it('answers by its templates', async () => {
    await serve();

    const { status, headers, body } = await served.send({ path: '/health' });

    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(JSON.parse(body)).toEqual({ status: 'ok', id: headers['x-amzn-requestid'] });
  });

  it('answers a preflight request', async () => {
    await serve();

    const { status, headers, body } = await served.send({ method: 'OPTIONS', path: '/health' });

    expect([status, body]).toEqual([204, '']);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'OPTIONS,GET',
    });
    expect(headers).not.toHaveProperty('content-length');
  });

  it('answers a preflight request by the origins that are allowed, and by the status that its template sets', async () => {
    // As CDK writes it for several origins.
    const template = [
      '#set($origin = $input.params().header.get("Origin"))',
      '#if($origin == "")',
      '  #set($origin = $input.params().header.get("origin"))',
      '#end',
      '#if($origin == "https://b.example" || $origin == "https://c.example")',
      '  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)',
      '#end',
      '#if($origin == "https://evil.example")#set($context.responseOverride.status = 403)#end',
    ].join('\n');
    const allow = { 'method.response.header.Access-Control-Allow-Origin': "'https://a.example'" };
    await serve(
      health(
        {
          IntegrationResponses: [
            { StatusCode: '200', ResponseParameters: allow, ResponseTemplates: { 'application/json': template } },
          ],
        },
        [{ StatusCode: '200', ResponseParameters: declared(allow) }],
      ),
    );
    const from = async (headers: Record<string, string>) => {
      const answer = await served.send({ path: '/health', headers });
      return [answer.status, answer.headers['access-control-allow-origin'], answer.body];
    };

    expect(await from({ Origin: 'https://b.example' })).toEqual([200, 'https://b.example', '']);
    expect(await from({ origin: 'https://c.example' })).toEqual([200, 'https://c.example', '']);
    expect(await from({ Origin: 'https://d.example' })).toEqual([200, 'https://a.example', '']);
    expect(await from({ Origin: 'https://evil.example' })).toEqual([403, 'https://a.example', '']);
  });

  it('chooses its response by the status of the request template', async () => {
    await serve(health({ RequestTemplates: { 'application/json': '{"statusCode": 502}' } }));

    expect(await served.send({ path: '/health' })).toMatchObject({ status: 503, body: '{"status":"down"}' });
  });

  it.each([
    ['NEVER', 415, 'UnsupportedMediaTypeException'],
    ['WHEN_NO_TEMPLATES', 415, 'UnsupportedMediaTypeException'],
    // The body passes as it is, and names no status.
    ['WHEN_NO_MATCH', 500, 'InternalServerErrorException'],
  ])(
    'with passthrough %s answers %i to a content type without a template',
    async (PassthroughBehavior, status, errorType) => {
      await serve(health({ PassthroughBehavior }));

      const answer = await served.send({ path: '/health', headers: { 'content-type': 'text/plain' } });

      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([status, errorType]);
    },
  );

  it('passes a body through when it has no templates at all', async () => {
    await serve(health({ PassthroughBehavior: 'WHEN_NO_TEMPLATES', RequestTemplates: {} }));

    const body = '{"statusCode": 503}';
    // Without a length Node's client leaves the body of a GET unframed.
    const headers = { 'content-type': 'text/plain', 'content-length': String(body.length) };
    expect((await served.send({ path: '/health', headers, body })).status).toBe(503);
  });
});

it.each([
  [
    'a status that the method does not declare',
    health({}, [{ StatusCode: '200' }]),
    'Get has no MethodResponse for the status 503',
  ],
  [
    'a header that the method does not declare',
    health({ IntegrationResponses: [{ StatusCode: '200', ResponseParameters: CORS_HEADERS }] }),
    'Get: Invalid mapping expression parameter specified: method.response.header.Access-Control-Allow-Origin',
  ],
  [
    'a directive in a template',
    health({ RequestTemplates: { 'application/json': '#foreach($a in $b)#end' } }),
    'the directive #foreach in Get',
  ],
])('is refused with %s', async (_, method, message) => {
  await expect(serveApi(lines(method))).rejects.toThrow(message);
});
