import { fromDraft04 } from '../../../local/services/apigateway/draft-04.ts';
import { lambdaProxy, ref, root, serveApi, type ServedApi, type TemplateLines } from './api-fixture.ts';

const LINE = { type: 'object', required: ['sku'], properties: { sku: { type: 'string', minLength: 1 } } };

const ORDER = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['quantity'],
  properties: {
    quantity: { type: 'integer', minimum: 0, exclusiveMinimum: true },
    status: { enum: ['NEW', 'PAID'] },
    // Models refer to one another by their URL, which has the id of the API in it.
    lines: {
      type: 'array',
      items: { $ref: { 'Fn::Join': ['https://apigateway.amazonaws.com/restapis/', ref('Api'), '/models/Line'] } },
    },
  },
};

const lines = (requestModels: object): TemplateLines => [
  ['Api', 'RestApi', { Name: 'shop' }],
  ['Orders', 'Resource', { RestApiId: ref('Api'), ParentId: root('Api'), PathPart: 'orders' }],
  ['Line', 'Model', { RestApiId: ref('Api'), Name: 'Line', ContentType: 'application/json', Schema: LINE }],
  ['Order', 'Model', { RestApiId: ref('Api'), Name: 'Order', ContentType: 'application/json', Schema: ORDER }],
  [
    'Validator',
    'RequestValidator',
    { RestApiId: ref('Api'), ValidateRequestBody: true, ValidateRequestParameters: true },
  ],
  [
    'Invalid',
    'GatewayResponse',
    {
      RestApiId: ref('Api'),
      ResponseType: 'BAD_REQUEST_BODY',
      ResponseTemplates: { 'application/json': '$context.error.validationErrorString' },
    },
  ],
  [
    'Post',
    'Method',
    {
      RestApiId: ref('Api'),
      ResourceId: ref('Orders'),
      HttpMethod: 'POST',
      RequestValidatorId: ref('Validator'),
      RequestModels: requestModels,
      RequestParameters: { 'method.request.header.Idempotency-Key': true, 'method.request.querystring.dry': false },
      Integration: lambdaProxy('submit'),
    },
  ],
  ['Deployment', 'Deployment', { RestApiId: ref('Api') }],
  ['Stage', 'Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment'), StageName: 'dev' }],
];

describe('a request validator', () => {
  let served: ServedApi;
  const serve = async (requestModels: object): Promise<void> => {
    served = await serveApi(lines(requestModels));
    served.functions.set('submit', () => ({ statusCode: 202 }));
  };
  afterEach(() => served.close());

  const post = (body: string, headers: Record<string, string> = {}) =>
    served.send({ method: 'POST', path: '/orders', body, headers: { 'idempotency-key': 'k', ...headers } });

  it('lets a valid request through', async () => {
    await serve({ 'application/json': ref('Order') });

    expect((await post('{"quantity":1,"status":"NEW","lines":[{"sku":"A"}]}')).status).toBe(202);
  });

  it('names the parameters that are missing, before it looks at the body', async () => {
    await serve({ 'application/json': ref('Order') });

    const { status, body } = await served.send({ method: 'POST', path: '/orders', body: 'no JSON' });

    expect([status, body]).toEqual([400, '{"message":"Missing required request parameters: [Idempotency-Key]"}']);
    expect(served.events).toEqual([]);
  });

  it.each([
    ['{"status":"NEW"}', '[object has missing required properties (["quantity"])]'],
    ['{"quantity":0}', '[numeric instance is not strictly greater than the required minimum 0 (found: 0)]'],
    ['{"quantity":"1"}', '[instance type (string) does not match any allowed primitive type (allowed: ["integer"])]'],
    ['{"quantity":1,"status":"x"}', '[instance value ("x") not found in enum (possible values: ["NEW","PAID"])]'],
    ['{"quantity":1,"a":1}', '[object instance has properties which are not allowed by the schema: ["a"]]'],
    ['{"quantity":1,"lines":[{"sku":""}]}', '[string "" is too short (length: 0, required minimum: 1)]'],
    ['{', '[Request body is not valid JSON]'],
    ['', '[Request body is empty]'],
  ])('refuses the body %s and says why', async (body, why) => {
    await serve({ 'application/json': ref('Order') });

    const answer = await post(body, { 'content-type': 'application/json; charset=utf-8' });

    expect([answer.status, answer.body]).toEqual([400, why]);
  });

  it('does not look at a content type without a model, unless $default stands for it', async () => {
    await serve({ 'application/json': ref('Order') });
    expect((await post('free text', { 'content-type': 'text/plain' })).status).toBe(202);
    await served.close();

    await serve({ 'application/json': ref('Order'), $default: ref('Order') });
    expect((await post('free text', { 'content-type': 'text/plain' })).status).toBe(400);
  });
});

it('a model that does not exist is refused at start, by the name of the method', async () => {
  await expect(serveApi(lines({ 'application/json': 'Missing' }))).rejects.toThrow(
    'Post refers to the model Missing, which does not exist.',
  );
});

it('draft 4 becomes draft 7, in every schema within a schema', () => {
  const schema = {
    id: 'x',
    properties: { exclusiveMinimum: { type: 'number', maximum: 9, exclusiveMaximum: true } },
    items: [{ minimum: 1, exclusiveMinimum: false }],
    anyOf: [{ minimum: 1, exclusiveMinimum: true }],
    enum: [{ id: 'kept' }],
  };

  expect(fromDraft04(schema)).toEqual({
    $id: 'x',
    properties: { exclusiveMinimum: { type: 'number', exclusiveMaximum: 9 } },
    items: [{ minimum: 1 }],
    anyOf: [{ exclusiveMinimum: 1 }],
    enum: [{ id: 'kept' }],
  });
});
