import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../aws-service.ts';
import type { WireCall } from './json-protocol.ts';
import { readInvoke, writeInvoke } from './lambda-invoke.ts';
import { SCHEDULER_ROUTES } from './scheduler-routes.ts';
import { API_GATEWAY_ROUTES } from './apigateway-routes.ts';
import { SES_V2_ROUTES } from './ses-v2-routes.ts';

interface RestRoute {
  readonly service: ServiceName;
  readonly method: string;
  /** Its named groups are members of the input. */
  readonly path: RegExp;
  readonly operation: string;
  /** Status of the answer. */
  readonly status: number;
}

const FUNCTION = '/2015-03-31/functions/(?<FunctionName>[^/]+)';
const MAPPINGS = '/2015-03-31/event-source-mappings';

/**
 * Routes of the services that speak REST-JSON. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html,
 * and those of files of their own.
 */
const ROUTES: readonly RestRoute[] = [
  route('lambda', 'Invoke', 'POST', `${FUNCTION}/invocations`),
  route('lambda', 'ListFunctions', 'GET', '/2015-03-31/functions/?'),
  route('lambda', 'GetFunction', 'GET', FUNCTION),
  route('lambda', 'GetFunctionConfiguration', 'GET', `${FUNCTION}/configuration`),
  route('lambda', 'GetPolicy', 'GET', `${FUNCTION}/policy`),
  route('lambda', 'AddPermission', 'POST', `${FUNCTION}/policy`, 201),
  route('lambda', 'RemovePermission', 'DELETE', `${FUNCTION}/policy/(?<StatementId>[^/]+)`, 204),
  route('lambda', 'PublishVersion', 'POST', `${FUNCTION}/versions`, 201),
  route('lambda', 'ListVersionsByFunction', 'GET', `${FUNCTION}/versions`),
  route('lambda', 'CreateAlias', 'POST', `${FUNCTION}/aliases`, 201),
  route('lambda', 'ListAliases', 'GET', `${FUNCTION}/aliases`),
  route('lambda', 'GetAlias', 'GET', `${FUNCTION}/aliases/(?<Name>[^/]+)`),
  route('lambda', 'UpdateAlias', 'PUT', `${FUNCTION}/aliases/(?<Name>[^/]+)`),
  route('lambda', 'DeleteAlias', 'DELETE', `${FUNCTION}/aliases/(?<Name>[^/]+)`, 204),
  route('lambda', 'GetFunctionConcurrency', 'GET', '/2019-09-30/functions/(?<FunctionName>[^/]+)/concurrency'),
  route('lambda', 'PutFunctionConcurrency', 'PUT', '/2017-10-31/functions/(?<FunctionName>[^/]+)/concurrency'),
  route(
    'lambda',
    'DeleteFunctionConcurrency',
    'DELETE',
    '/2017-10-31/functions/(?<FunctionName>[^/]+)/concurrency',
    204,
  ),
  route(
    'lambda',
    'GetFunctionEventInvokeConfig',
    'GET',
    '/2019-09-25/functions/(?<FunctionName>[^/]+)/event-invoke-config',
  ),
  route('lambda', 'CreateEventSourceMapping', 'POST', `${MAPPINGS}/?`, 202),
  route('lambda', 'DeleteEventSourceMapping', 'DELETE', `${MAPPINGS}/(?<UUID>[^/]+)`, 202),
  route('lambda', 'UpdateEventSourceMapping', 'PUT', `${MAPPINGS}/(?<UUID>[^/]+)`, 202),
  route('lambda', 'ListEventSourceMappings', 'GET', `${MAPPINGS}/?`),
  route('lambda', 'GetEventSourceMapping', 'GET', `${MAPPINGS}/(?<UUID>[^/]+)`),
  ...API_GATEWAY_ROUTES.map(([operation, method, path]) => route('apigateway', operation, method, path)),
  ...SCHEDULER_ROUTES.map(([operation, method, path]) => route('scheduler', operation, method, path)),
  ...SES_V2_ROUTES.map(([operation, method, path]) => route('sesv2', operation, method, path)),
];

/** Parameters of query strings that are numbers or booleans in the services' models. */
const TYPED: Readonly<Record<string, (text: string) => unknown>> = {
  MaxItems: Number,
  MaxResults: Number,
  PageSize: Number,
  limit: Number,
  includeValue: (text) => text === 'true',
  includeValues: (text) => text === 'true',
};

/** Parameters of query strings that have another name than their member of the input: those of Scheduler. */
const RENAMED: Readonly<Record<string, string>> = { groupName: 'GroupName', clientToken: 'ClientToken' };

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Reads a REST-JSON request; undefined when the path is none of the operations that the host serves. */
export function readRestCall(request: RestRequest): WireCall | undefined {
  const decoded = decodePath(request.path);
  const found = ROUTES.find(({ method, path }) => method === request.method && path.test(decoded));
  if (!found) return undefined;
  const { service, operation, path } = found;
  const parameters = [...request.query].map(
    ([name, value]) => [RENAMED[name] ?? name, typed(request.query, name, value)] as const,
  );
  const body = operation === 'Invoke' ? readInvoke(request) : readDocument(request.body);
  return { service, operation, input: { ...body, ...Object.fromEntries(parameters), ...path.exec(decoded)?.groups } };
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Writes an answer of REST-JSON. On the wire, the lists of API Gateway are called `item`. */
export function writeRestResult(service: ServiceName, operation: string, output: unknown): RestAnswer {
  if (operation === 'Invoke') return writeInvoke(output);
  const { items, ...others } = (output ?? {}) as { items?: unknown };
  const members = service === 'apigateway' && items !== undefined ? { ...others, item: items } : output;
  const status = ROUTES.find((one) => one.service === service && one.operation === operation)?.status ?? 200;
  return { status, headers: {}, body: status === 204 ? '' : JSON.stringify(members ?? {}) };
}

function route(service: ServiceName, operation: string, method: string, path: string, status = 200): RestRoute {
  return { service, operation, method, path: new RegExp(`^${path}$`), status };
}

/** A parameter that is given more than once is a list. */
function typed(query: URLSearchParams, name: string, value: string): unknown {
  const all = query.getAll(name);
  return all.length > 1 ? all : (TYPED[name]?.(value) ?? value);
}

function readDocument(body: string): Record<string, unknown> {
  try {
    return body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
  } catch (error) {
    throw new AwsError('SerializationException', `The body is not valid JSON: ${(error as Error).message}.`);
  }
}

/** A path with a broken escape names nothing. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
