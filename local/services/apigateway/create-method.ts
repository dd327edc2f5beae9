import type { CreatedResource, TemplateResource } from '../../aws-service.ts';
import { type Apis, apiOf, compileTemplates } from './create-api.ts';
import { functionArnOf } from './invoke-function.ts';
import { compileHeaderSource } from './mapping-template.ts';
import type { Integration, MockIntegration, MockResponse } from './rest-api.ts';
import { shortId } from './short-id.ts';

/** The longest that API Gateway waits for an integration, unless a quota increase says otherwise. */
const INTEGRATION_TIMEOUT_MS = 29_000;

interface MethodProperties {
  ResourceId: string;
  HttpMethod: string;
  AuthorizationType?: 'NONE' | 'CUSTOM';
  AuthorizerId?: string;
  ApiKeyRequired?: boolean;
  RequestValidatorId?: string;
  RequestParameters?: Record<string, boolean>;
  RequestModels?: Record<string, string>;
  Integration: IntegrationProperties;
  MethodResponses?: { StatusCode: string; ResponseParameters?: Record<string, boolean> }[];
}

interface IntegrationProperties {
  Type: 'AWS_PROXY' | 'MOCK';
  Uri: string;
  Credentials?: string;
  TimeoutInMillis?: number;
  PassthroughBehavior?: MockIntegration['passthrough'];
  RequestTemplates?: Record<string, string>;
  IntegrationResponses?: IntegrationResponseProperties[];
}

interface IntegrationResponseProperties {
  StatusCode: string;
  SelectionPattern?: string;
  ResponseParameters?: Record<string, string>;
  ResponseTemplates?: Record<string, string>;
}

export function createMethod(apis: Apis, resource: TemplateResource): CreatedResource {
  const { logicalId } = resource;
  const properties = resource.properties as MethodProperties;
  const { ResourceId, HttpMethod } = properties;
  const api = apiOf(apis, resource);
  const owner = api.resources.get(ResourceId);
  if (!owner)
    throw new Error(`${logicalId} belongs to the resource ${ResourceId}, which the template does not define.`);
  refuseUndeclaredHeaders(logicalId, properties);
  owner.methods.set(HttpMethod, {
    logicalId,
    httpMethod: HttpMethod,
    authorizerId: properties.AuthorizationType === 'CUSTOM' ? requireAuthorizer(logicalId, properties) : undefined,
    apiKeyRequired: properties.ApiKeyRequired ?? false,
    validatorId: properties.RequestValidatorId,
    requestParameters: properties.RequestParameters ?? {},
    requestModels: properties.RequestModels ?? {},
    integration: readIntegration(properties.Integration, logicalId),
  });
  return { ref: `${api.id}-${shortId(resource)}` };
}

function requireAuthorizer(logicalId: string, { AuthorizerId }: MethodProperties): string {
  if (AuthorizerId === undefined) throw new Error(`${logicalId} has AuthorizationType CUSTOM but no AuthorizerId.`);
  return AuthorizerId;
}

function readIntegration(properties: IntegrationProperties, logicalId: string): Integration {
  if (properties.Type === 'AWS_PROXY') {
    return {
      type: 'AWS_PROXY',
      functionArn: functionArnOf(properties.Uri),
      credentials: properties.Credentials,
      timeoutMs: properties.TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
    };
  }
  return {
    type: 'MOCK',
    passthrough: properties.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    requestTemplates: compileTemplates(properties.RequestTemplates ?? {}, logicalId),
    responses: (properties.IntegrationResponses ?? []).map((response) => readMockResponse(response, logicalId)),
  };
}

function readMockResponse(properties: IntegrationResponseProperties, logicalId: string): MockResponse {
  const { StatusCode, SelectionPattern, ResponseParameters = {}, ResponseTemplates = {} } = properties;
  const headers = Object.entries(ResponseParameters).map(
    ([target, source]) => [headerName(target), compileHeaderSource(source, logicalId)] as const,
  );
  return {
    status: Number(StatusCode),
    selectionPattern: SelectionPattern ? new RegExp(`^(?:${SelectionPattern})$`) : undefined,
    headers: Object.fromEntries(headers),
    templates: compileTemplates(ResponseTemplates, logicalId),
  };
}

/** API Gateway maps only to headers that the method declares for that status, and refuses the rest at deployment. */
function refuseUndeclaredHeaders(logicalId: string, { Integration, MethodResponses = [] }: MethodProperties): void {
  for (const { StatusCode, ResponseParameters = {} } of Integration.IntegrationResponses ?? []) {
    const declared = MethodResponses.find((response) => response.StatusCode === StatusCode);
    if (!declared)
      throw new Error(`${logicalId} has no MethodResponse for the status ${StatusCode} of its integration.`);
    const unknown = Object.keys(ResponseParameters).find((target) => !(target in (declared.ResponseParameters ?? {})));
    if (unknown !== undefined) {
      throw new Error(`${logicalId}: Invalid mapping expression parameter specified: ${unknown}`);
    }
  }
}

/** `X` of `method.response.header.X`. */
function headerName(target: string): string {
  return target.split('.').slice(3).join('.');
}
