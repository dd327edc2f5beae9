import type { WireCall } from './json-protocol.ts';

interface RestRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly operation: string;
}

/** Lambda's REST-JSON routes. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const LAMBDA_ROUTES: readonly RestRoute[] = [
  { method: 'POST', path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, operation: 'Invoke' },
  { method: 'GET', path: /^\/2015-03-31\/functions\/?$/, operation: 'ListFunctions' },
  { method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)$/, operation: 'GetFunction' },
  { method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, operation: 'GetFunctionConfiguration' },
  { method: 'GET', path: /^\/2015-03-31\/functions\/([^/]+)\/policy$/, operation: 'GetPolicy' },
  { method: 'GET', path: /^\/2015-03-31\/event-source-mappings\/?$/, operation: 'ListEventSourceMappings' },
];

export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Reads a REST-JSON request of Lambda; undefined when the path is none of its operations that the host serves. */
export function readRestCall({ method, path, query, headers, body }: RestRequest): WireCall | undefined {
  const decoded = decodeURIComponent(path);
  const route = LAMBDA_ROUTES.find((one) => one.method === method && one.path.test(decoded));
  if (!route) return undefined;
  const functionName = route.path.exec(decoded)?.[1];
  const input: Record<string, unknown> = { ...Object.fromEntries(query) };
  if (functionName !== undefined) input['FunctionName'] = functionName;
  if (route.operation === 'Invoke') {
    input['Payload'] = body === '' ? undefined : body;
    input['InvocationType'] = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  }
  return { service: 'lambda', operation: route.operation, input };
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Invoke answers with the payload itself and says the rest in headers; everything else is plain JSON. */
export function writeRestResult(operation: string, output: unknown): RestAnswer {
  if (operation !== 'Invoke') return { status: 200, headers: {}, body: JSON.stringify(output ?? {}) };
  const { StatusCode, FunctionError, Payload, ExecutedVersion } = output as {
    StatusCode: number;
    FunctionError?: string;
    Payload?: string;
    ExecutedVersion?: string;
  };
  const headers: Record<string, string> = { 'x-amz-executed-version': ExecutedVersion ?? '$LATEST' };
  if (FunctionError !== undefined) headers['x-amz-function-error'] = FunctionError;
  return { status: StatusCode, headers, body: Payload ?? '' };
}
