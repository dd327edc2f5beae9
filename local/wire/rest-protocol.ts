import type { ServiceName } from '../aws-service.ts';
import type { WireCall } from './json-protocol.ts';
import { readInvoke, writeInvoke } from './lambda-invoke.ts';

interface RestRoute {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
}

/**
 * Routes of the services that speak REST-JSON. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html,
 * https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
const ROUTES: readonly RestRoute[] = [
  route('lambda', 'Invoke', 'POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/),
  route('lambda', 'ListFunctions', 'GET', /^\/2015-03-31\/functions\/?$/),
  route('lambda', 'GetFunction', 'GET', /^\/2015-03-31\/functions\/([^/]+)$/),
  route('lambda', 'GetFunctionConfiguration', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/configuration$/),
  route('lambda', 'GetPolicy', 'GET', /^\/2015-03-31\/functions\/([^/]+)\/policy$/),
  route('lambda', 'ListEventSourceMappings', 'GET', /^\/2015-03-31\/event-source-mappings\/?$/),
  route('apigateway', 'GetRestApis', 'GET', /^\/restapis\/?$/),
  route('apigateway', 'GetApiKeys', 'GET', /^\/apikeys\/?$/),
  route('apigateway', 'GetUsagePlans', 'GET', /^\/usageplans\/?$/),
];

/** Parameters of query strings that are numbers or booleans in the services' models. */
const TYPED: Readonly<Record<string, (text: string) => unknown>> = {
  MaxItems: Number,
  limit: Number,
  includeValues: (text) => text === 'true',
};

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
  const functionName = path.exec(decoded)?.[1];
  const parameters = [...request.query].map(([name, value]) => [name, TYPED[name]?.(value) ?? value] as const);
  const input = {
    ...Object.fromEntries(parameters),
    ...(functionName !== undefined && { FunctionName: functionName }),
  };
  return { service, operation, input: operation === 'Invoke' ? { ...input, ...readInvoke(request) } : input };
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
  return { status: 200, headers: {}, body: JSON.stringify(members ?? {}) };
}

function route(service: ServiceName, operation: string, method: string, path: RegExp): RestRoute {
  return { service, operation, method, path };
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
