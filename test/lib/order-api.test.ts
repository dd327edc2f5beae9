import { ROUTES } from '../../core/routes.ts';
import { invalidRequest } from '../../functions/shared/problem.ts';
import { synthesized, target, type Resource } from './synthesized.ts';

const stack = synthesized();
const methods = stack.ofType('AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
const isHealth = ({ AuthorizationType }: Resource['Properties']) => AuthorizationType === 'NONE';
const guarded = methods.filter((method) => !isHealth(method));

/** `/orders/{orderId}` of a resource, by following its parents. */
function pathOf(reference: unknown): string {
  const { Properties } = stack.resources[target(reference)] as Resource;
  return Properties.PathPart === undefined ? '' : `${pathOf(Properties.ParentId)}/${Properties.PathPart as string}`;
}

describe('the routes', () => {
  test('are those of the core, each with its function', () => {
    const routes = guarded.map(({ HttpMethod, ResourceId, Integration }) => ({
      route: `${HttpMethod} ${pathOf(ResourceId)}`,
      calls: /"OrderApi(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(Integration.Uri))?.[1],
    }));
    const expected = ROUTES.map(({ method, path, functionName }) => ({
      route: `${method} ${path}`,
      calls: functionName.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    }));
    expect(routes).toEqual(expected);
  });

  test.each(guarded)('$HttpMethod asks for a token and for a usage plan', (method) => {
    expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
    expect(stack.resources[target(method.AuthorizerId)]?.Type).toBe('AWS::ApiGateway::Authorizer');
  });

  test('a body must be a JSON object, whatever its content type says; the rest is for the function to judge', () => {
    const post = guarded.find(({ HttpMethod }) => HttpMethod === 'POST');
    expect(Object.keys(post.RequestModels)).toEqual(['application/json', '$default']);
    const model = stack.resources[target(post.RequestModels.$default)];
    expect(model?.Properties.Schema).toEqual({ $schema: expect.stringContaining('draft-04'), type: 'object' });
    expect(stack.resources[target(post.RequestValidatorId)]?.Properties.ValidateRequestBody).toBe(true);
  });

  test('a cancellation needs no body', () => {
    const cancelling = guarded.filter(({ ResourceId, HttpMethod }) => {
      return HttpMethod === 'DELETE' || pathOf(ResourceId).endsWith('/cancel');
    });
    expect(cancelling).toHaveLength(2);
    for (const method of cancelling) expect(method).not.toHaveProperty('RequestValidatorId');
  });

  test('the health is open and needs no function', () => {
    const health = methods.filter(isHealth);
    expect(health).toHaveLength(1);
    expect(`${health[0].HttpMethod} ${pathOf(health[0].ResourceId)}`).toBe('GET /health');
    expect(health[0].Integration).toMatchObject({
      Type: 'MOCK',
      IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': '{"status":"ok"}' } }],
    });
  });
});

describe('the authorizer', () => {
  const [[, authorizer] = ['', undefined]] = stack.ofType('AWS::ApiGateway::Authorizer');

  test('is asked once in five minutes for a token, and only for what can be one', () => {
    expect(authorizer?.Properties).toMatchObject({
      Type: 'TOKEN',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
    const allowed = new RegExp(authorizer?.Properties.IdentityValidationExpression as string);
    expect(allowed.test('Bearer eyJh.eyJz.c2ln_-0')).toBe(true);
    expect(['Bearer ', 'Basic abc', 'Bearer a b', 'eyJh.eyJz.c2ln'].filter((token) => allowed.test(token))).toEqual([]);
  });
});

describe('the usage plans', () => {
  const plans = stack.ofType('AWS::ApiGateway::UsagePlan');
  const keyOf = (planId: string) => {
    const link = stack
      .ofType('AWS::ApiGateway::UsagePlanKey')
      .find(([, { Properties }]) => target(Properties.UsagePlanId) === planId);
    return stack.resources[target(link?.[1].Properties.KeyId)]?.Properties as { Value: unknown; Enabled: boolean };
  };

  test.each([
    ['OrderSaga-dev-standard', 'SampleClient', 1000, 2000],
    ['OrderSaga-dev-trial', 'TrialClient', 2, 5],
    ['OrderSaga-dev-staff', 'StaffClient', 1000, 2000],
  ])('%s is that of %s: %i requests a second, bursts of %i', (name, client, RateLimit, BurstLimit) => {
    const [id, plan] = plans.find(([, { Properties }]) => Properties.UsagePlanName === name) ?? ['', undefined];
    expect(plan?.Properties.Throttle).toEqual({ RateLimit, BurstLimit });
    expect(plan?.Properties.ApiStages).toHaveLength(1);
    // The value is what the authorizer answers as usageIdentifierKey.
    expect(keyOf(id)).toMatchObject({
      Enabled: true,
      Value: { 'Fn::Join': ['', ['meter-', { Ref: expect.stringContaining(client) as string }]] },
    });
  });

  test('are found by the key that the authorizer names', () => {
    stack.template.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' });
  });
});

describe("the gateway's own answers", () => {
  const responses = stack.ofType('AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);

  test.each(responses)('$ResponseType speaks problem+json', ({ ResponseParameters, ResponseTemplates }) => {
    expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
    const body = (ResponseTemplates['application/json'] as string).replace('$context.error.messageString', '"why"');
    expect(JSON.parse(body)).toEqual(
      expect.objectContaining({
        type: expect.any(String) as string,
        title: expect.any(String) as string,
        detail: expect.any(String) as string,
      }),
    );
  });

  test.each([
    ['BAD_REQUEST_BODY', '400'],
    ['UNAUTHORIZED', '401'],
    ['ACCESS_DENIED', '403'],
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['REQUEST_TOO_LARGE', '413'],
    ['UNSUPPORTED_MEDIA_TYPE', '415'],
    ['THROTTLED', '429'],
    ['QUOTA_EXCEEDED', '429'],
    ['DEFAULT_4XX', undefined],
    ['DEFAULT_5XX', undefined],
  ])('%s is answered with %s', (type, status) => {
    expect(responses.find(({ ResponseType }) => ResponseType === type)?.StatusCode).toBe(status);
  });

  test('a throttled client is told when to come back', () => {
    const throttled = responses.find(({ ResponseType }) => ResponseType === 'THROTTLED');
    expect(throttled.ResponseParameters['gatewayresponse.header.Retry-After']).toBe("'1'");
  });

  test('name the kind of a problem as the functions do', () => {
    const body = (type: string) =>
      JSON.parse(
        responses.find(({ ResponseType }) => ResponseType === type).ResponseTemplates['application/json'] as string,
      ) as { type: string };
    const { type, title } = invalidRequest([]).document;
    expect(body('BAD_REQUEST_BODY')).toMatchObject({ type, title });
  });

  test('name the field that is wrong, and the scopes or roles that are missing', () => {
    const body = (type: string) =>
      responses.find(({ ResponseType }) => ResponseType === type).ResponseTemplates['application/json'] as string;
    expect(JSON.parse(body('BAD_REQUEST_BODY'))).toMatchObject({ errors: [{ field: 'body' }] });
    expect(body('ACCESS_DENIED')).toMatch(/orders\/write .* orders\/read .* staff or admin/);
  });
});

describe('the stage', () => {
  const [[, stage] = ['', undefined]] = stack.ofType('AWS::ApiGateway::Stage');

  test('logs who called what, and nothing personal: no address, no token, no body', () => {
    const format = JSON.parse(stage?.Properties.AccessLogSetting.Format as string) as Record<string, string>;
    expect(format['clientId']).toBe('$context.authorizer.clientId');
    expect(
      Object.values(format).filter((field) => /identity|sourceIp|userAgent|header|body|\.path$/i.test(field)),
    ).toEqual([]);
    expect(stage?.Properties.MethodSettings).toEqual([
      expect.objectContaining({ LoggingLevel: 'ERROR', DataTraceEnabled: false, ThrottlingRateLimit: 2000 }),
    ]);
  });

  test('is traced, one request a second and a share of the others', () => {
    expect(stage?.Properties.TracingEnabled).toBe(true);
    stack.template.hasResourceProperties('AWS::XRay::SamplingRule', {
      SamplingRule: { FixedRate: 0.05, ReservoirSize: 1 },
    });
  });
});
