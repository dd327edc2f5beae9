import type { CreatedResource, TemplateResource } from '../../aws-service.ts';
import { contextVariable } from './context-variables.ts';
import { functionArnOf } from './invoke-function.ts';
import { compileHeaderSource, compileTemplate, type MappingTemplate } from './mapping-template.ts';
import type { ApiResource, RestApi } from './rest-api.ts';
import { shortId } from './short-id.ts';

/** What an authorizer's answer is worth when the template does not say (seconds). */
const DEFAULT_RESULT_TTL_S = 300;

export type Apis = Map<string, RestApi>;

/** The API that a resource of the template belongs to. Throws when the template does not define it. */
export function apiOf(apis: Apis, { logicalId, properties }: TemplateResource): RestApi {
  const { RestApiId } = properties as { RestApiId: string };
  const api = apis.get(RestApiId);
  if (!api) throw new Error(`${logicalId} belongs to the REST API ${RestApiId}, which the template does not define.`);
  return api;
}

export function createRestApi(apis: Apis, resource: TemplateResource): CreatedResource {
  const { Name, ApiKeySourceType, BinaryMediaTypes } = resource.properties as {
    Name: string;
    ApiKeySourceType?: 'HEADER' | 'AUTHORIZER';
    BinaryMediaTypes?: string[];
  };
  const id = shortId(resource);
  const root = makeResource(`${id.slice(1)}0`, '/');
  apis.set(id, {
    id,
    name: Name,
    keySource: ApiKeySourceType ?? 'HEADER',
    binaryMediaTypes: BinaryMediaTypes ?? [],
    root,
    resources: new Map([[root.id, root]]),
    authorizers: new Map(),
    models: new Map(),
    validators: new Map(),
    gatewayResponses: new Map(),
    stages: new Map(),
  });
  return { ref: id, attributes: { RootResourceId: root.id, RestApiId: id } };
}

export function createResource(apis: Apis, resource: TemplateResource): CreatedResource {
  const api = apiOf(apis, resource);
  const { ParentId, PathPart } = resource.properties as { ParentId: string; PathPart: string };
  const parent = api.resources.get(ParentId);
  if (!parent) throw new Error(`${resource.logicalId} hangs under ${ParentId}, which the template does not define.`);
  const id = shortId(resource);
  const made = makeResource(id, `${parent.path === '/' ? '' : parent.path}/${PathPart}`);
  const [, greedy] = /^\{(.+)\+\}$/.exec(PathPart) ?? [];
  const [, parameter] = /^\{([^+]+)\}$/.exec(PathPart) ?? [];
  if (greedy !== undefined) parent.greedy = { name: greedy, resource: made };
  else if (parameter === undefined) parent.literals.set(PathPart, made);
  else if (parent.parameter) {
    throw new Error(
      `${resource.logicalId}: A sibling ({${parent.parameter.name}}) of this resource already has a variable path part -- only one is allowed`,
    );
  } else parent.parameter = { name: parameter, resource: made };
  api.resources.set(id, made);
  return { ref: id, attributes: { ResourceId: id } };
}

export function createModel(apis: Apis, resource: TemplateResource): CreatedResource {
  const { Name, Schema } = resource.properties as { Name?: string; Schema: object };
  // Names of models are alphanumeric.
  const name = Name ?? resource.generatedName.replaceAll(/[^A-Za-z0-9]/g, '');
  apiOf(apis, resource).models.set(name, Schema);
  return { ref: name };
}

export function createRequestValidator(apis: Apis, resource: TemplateResource): CreatedResource {
  const { ValidateRequestBody = false, ValidateRequestParameters = false } = resource.properties as {
    ValidateRequestBody?: boolean;
    ValidateRequestParameters?: boolean;
  };
  const id = shortId(resource);
  apiOf(apis, resource).validators.set(id, { body: ValidateRequestBody, parameters: ValidateRequestParameters });
  return { ref: id, attributes: { RequestValidatorId: id } };
}

export function createGatewayResponse(apis: Apis, resource: TemplateResource): CreatedResource {
  const { logicalId } = resource;
  const { ResponseType, StatusCode, ResponseParameters, ResponseTemplates } = resource.properties as {
    ResponseType: string;
    StatusCode?: string;
    ResponseParameters?: Record<string, string>;
    ResponseTemplates?: Record<string, string>;
  };
  const headers = Object.entries(ResponseParameters ?? {}).map(
    ([target, source]) => [target.split('.').slice(2).join('.'), compileHeaderSource(source, logicalId)] as const,
  );
  apiOf(apis, resource).gatewayResponses.set(ResponseType, {
    status: StatusCode === undefined ? undefined : Number(StatusCode),
    headers: Object.fromEntries(headers),
    templates: ResponseTemplates && compileTemplates(ResponseTemplates, logicalId),
  });
  const id = shortId(resource);
  return { ref: id, attributes: { Id: id } };
}

interface AuthorizerProperties {
  readonly Type: 'TOKEN' | 'REQUEST';
  readonly AuthorizerUri: string;
  readonly AuthorizerCredentials?: string;
  readonly IdentitySource?: string;
  readonly IdentityValidationExpression?: string;
  readonly AuthorizerResultTtlInSeconds?: number;
}

export function createAuthorizer(apis: Apis, resource: TemplateResource): CreatedResource {
  const properties = resource.properties as AuthorizerProperties;
  const id = shortId(resource, 6);
  const source = properties.IdentitySource ?? '';
  const expression = properties.IdentityValidationExpression;
  refuseAuthorizer(resource.logicalId, properties);
  apiOf(apis, resource).authorizers.set(id, {
    id,
    type: properties.Type,
    functionArn: functionArnOf(properties.AuthorizerUri),
    credentials: properties.AuthorizerCredentials,
    identitySources: source === '' ? [] : source.split(/,\s*/),
    // The whole token has to match.
    identityValidation: expression === undefined ? undefined : new RegExp(`^(?:${expression})$`),
    resultTtlMs: (properties.AuthorizerResultTtlInSeconds ?? DEFAULT_RESULT_TTL_S) * 1000,
  });
  return { ref: id, attributes: { AuthorizerId: id } };
}

/** What API Gateway itself refuses at deployment. */
function refuseAuthorizer(
  logicalId: string,
  { Type, IdentitySource = '', AuthorizerResultTtlInSeconds = DEFAULT_RESULT_TTL_S }: AuthorizerProperties,
): void {
  if (Type === 'TOKEN' && !/^method\.request\.header\.[^,]+$/.test(IdentitySource)) {
    throw new Error(`${logicalId}: a TOKEN authorizer needs exactly one header as its IdentitySource.`);
  }
  const unknown = IdentitySource.split(/,\s*/).find(
    (source) => source.startsWith('context.') && !contextVariable(source.slice('context.'.length)),
  );
  if (unknown !== undefined)
    throw new Error(`${logicalId}: the local host does not serve the identity source ${unknown}.`);
  if (Type === 'REQUEST' && IdentitySource === '' && AuthorizerResultTtlInSeconds > 0) {
    throw new Error(`${logicalId}: a REQUEST authorizer needs an IdentitySource unless its answers are not cached.`);
  }
}

export function compileTemplates(templates: Record<string, string>, where: string): Record<string, MappingTemplate> {
  return Object.fromEntries(
    Object.entries(templates).map(([contentType, text]) => [contentType, compileTemplate(text, where)]),
  );
}

function makeResource(id: string, path: string): ApiResource {
  return { id, path, literals: new Map(), parameter: undefined, greedy: undefined, methods: new Map() };
}
