import { GATEWAY_RESPONSE_TYPES } from './gateway-error.ts';

const TEXT = { type: 'string' };
const BOOLEAN = { type: 'boolean' };
const NUMBER = { type: 'number' };
const TAGS = { type: 'array', $comment: 'no effect locally' };
const SHOWN = { type: 'string', $comment: 'shown to people only' };
const TEXT_MAP = { type: 'object', additionalProperties: TEXT };
const LIMITS = { RateLimit: NUMBER, BurstLimit: NUMBER };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

const INTEGRATION_RESPONSE = closed(
  {
    StatusCode: { type: 'string', pattern: '^[1-5][0-9]{2}$' },
    SelectionPattern: TEXT,
    ResponseParameters: TEXT_MAP,
    ResponseTemplates: TEXT_MAP,
  },
  ['StatusCode'],
);

const LAMBDA_PROXY = closed(
  {
    Type: { const: 'AWS_PROXY' },
    IntegrationHttpMethod: { const: 'POST' },
    Uri: TEXT,
    Credentials: TEXT,
    TimeoutInMillis: { type: 'number', minimum: 50, maximum: 29_000 },
    PassthroughBehavior: { type: 'string', $comment: 'proxy integrations pass everything through, on AWS too' },
  },
  ['Type', 'IntegrationHttpMethod', 'Uri'],
);

const MOCK = closed(
  {
    Type: { const: 'MOCK' },
    PassthroughBehavior: { enum: ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'] },
    RequestTemplates: TEXT_MAP,
    IntegrationResponses: { type: 'array', items: INTEGRATION_RESPONSE },
    TimeoutInMillis: { type: 'number', $comment: 'a mock answers at once' },
  },
  ['Type'],
);

/** Where an authorizer finds who calls. */
const IDENTITY_SOURCE = '(method\\.request\\.(header|querystring)|stageVariables|context)\\.[^,\\s]+';

/** Closed schemas of the API Gateway resource types that the host serves. */
export const SCHEMAS = {
  RestApi: closed(
    {
      Name: TEXT,
      Description: SHOWN,
      ApiKeySourceType: { enum: ['HEADER', 'AUTHORIZER'] },
      BinaryMediaTypes: { type: 'array', items: TEXT },
      EndpointConfiguration: { type: 'object', $comment: 'every endpoint is local' },
      DisableExecuteApiEndpoint: { const: false },
      FailOnWarnings: { type: 'boolean', $comment: 'for imported API descriptions' },
      MinimumCompressionSize: { type: 'number', $comment: 'answers on the loopback address are not compressed' },
      Tags: TAGS,
    },
    ['Name'],
  ),
  Resource: closed({ RestApiId: TEXT, ParentId: TEXT, PathPart: TEXT }, ['RestApiId', 'ParentId', 'PathPart']),
  Method: closed(
    {
      RestApiId: TEXT,
      ResourceId: TEXT,
      HttpMethod: { enum: ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] },
      OperationName: SHOWN,
      AuthorizationType: { enum: ['NONE', 'CUSTOM'] },
      AuthorizerId: TEXT,
      ApiKeyRequired: BOOLEAN,
      RequestValidatorId: TEXT,
      RequestParameters: {
        type: 'object',
        propertyNames: { pattern: '^method\\.request\\.(header|querystring|path)\\.' },
        additionalProperties: BOOLEAN,
      },
      RequestModels: TEXT_MAP,
      Integration: {
        type: 'object',
        required: ['Type'],
        properties: { Type: { enum: ['AWS_PROXY', 'MOCK'] } },
        if: { properties: { Type: { const: 'MOCK' } } },
        then: MOCK,
        else: LAMBDA_PROXY,
      },
      MethodResponses: {
        type: 'array',
        items: closed(
          {
            StatusCode: TEXT,
            ResponseParameters: { type: 'object', additionalProperties: BOOLEAN },
            ResponseModels: { type: 'object', $comment: 'documentation of the API, checked by nobody' },
          },
          ['StatusCode'],
        ),
      },
    },
    ['RestApiId', 'ResourceId', 'HttpMethod', 'Integration'],
  ),
  Deployment: closed({ RestApiId: TEXT, Description: SHOWN }, ['RestApiId']),
  Stage: closed(
    {
      RestApiId: TEXT,
      DeploymentId: TEXT,
      StageName: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' },
      Description: SHOWN,
      Variables: TEXT_MAP,
      AccessLogSetting: closed({ DestinationArn: TEXT, Format: TEXT }, ['DestinationArn', 'Format']),
      TracingEnabled: { type: 'boolean', $comment: 'trace ids are passed on; there is no X-Ray to send segments to' },
      CacheClusterEnabled: { const: false },
      MethodSettings: {
        type: 'array',
        items: closed(
          {
            HttpMethod: TEXT,
            ResourcePath: TEXT,
            ThrottlingRateLimit: NUMBER,
            ThrottlingBurstLimit: NUMBER,
            MetricsEnabled: BOOLEAN,
            CachingEnabled: { const: false },
            DataTraceEnabled: { type: 'boolean', $comment: 'execution logs are not written' },
            LoggingLevel: { type: 'string', $comment: 'execution logs are not written' },
            CacheDataEncrypted: { type: 'boolean', $comment: 'there is no cache' },
          },
          ['HttpMethod', 'ResourcePath'],
        ),
      },
      Tags: TAGS,
    },
    ['RestApiId', 'DeploymentId', 'StageName'],
  ),
  Authorizer: closed(
    {
      RestApiId: TEXT,
      Name: TEXT,
      Type: { enum: ['TOKEN', 'REQUEST'] },
      AuthType: SHOWN,
      AuthorizerUri: TEXT,
      AuthorizerCredentials: TEXT,
      IdentitySource: {
        type: 'string',
        pattern: `^${IDENTITY_SOURCE}(,\\s*${IDENTITY_SOURCE})*$`,
      },
      IdentityValidationExpression: TEXT,
      AuthorizerResultTtlInSeconds: { type: 'number', minimum: 0, maximum: 3600 },
    },
    ['RestApiId', 'Name', 'Type', 'AuthorizerUri'],
  ),
  Model: closed({ RestApiId: TEXT, Name: TEXT, ContentType: TEXT, Description: SHOWN, Schema: { type: 'object' } }, [
    'RestApiId',
    'Schema',
  ]),
  RequestValidator: closed(
    { RestApiId: TEXT, Name: SHOWN, ValidateRequestBody: BOOLEAN, ValidateRequestParameters: BOOLEAN },
    ['RestApiId'],
  ),
  GatewayResponse: closed(
    {
      RestApiId: TEXT,
      ResponseType: { enum: Object.keys(GATEWAY_RESPONSE_TYPES) },
      StatusCode: { type: 'string', pattern: '^[1-5][0-9]{2}$' },
      ResponseParameters: {
        type: 'object',
        propertyNames: { pattern: '^gatewayresponse\\.header\\.' },
        additionalProperties: TEXT,
      },
      ResponseTemplates: TEXT_MAP,
    },
    ['RestApiId', 'ResponseType'],
  ),
  ApiKey: closed({
    Name: TEXT,
    Value: { type: 'string', minLength: 20, maxLength: 128 },
    Description: SHOWN,
    CustomerId: SHOWN,
    Enabled: BOOLEAN,
    GenerateDistinctId: { type: 'boolean', $comment: 'ids are distinct from values here always' },
    StageKeys: { type: 'array', $comment: 'older than usage plans, which alone decide' },
    Tags: TAGS,
  }),
  UsagePlan: closed({
    UsagePlanName: TEXT,
    Description: SHOWN,
    Throttle: closed(LIMITS),
    Quota: closed({ Limit: NUMBER, Offset: NUMBER, Period: { enum: ['DAY', 'WEEK', 'MONTH'] } }, ['Limit', 'Period']),
    ApiStages: {
      type: 'array',
      items: closed({ ApiId: TEXT, Stage: TEXT, Throttle: { type: 'object', additionalProperties: closed(LIMITS) } }, [
        'ApiId',
        'Stage',
      ]),
    },
    Tags: TAGS,
  }),
  UsagePlanKey: closed({ KeyId: TEXT, KeyType: { const: 'API_KEY' }, UsagePlanId: TEXT }, [
    'KeyId',
    'KeyType',
    'UsagePlanId',
  ]),
  Account: closed({ CloudWatchRoleArn: TEXT }),
};
