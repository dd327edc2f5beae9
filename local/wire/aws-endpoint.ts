import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import type { Host, ServiceName } from '../aws-service.ts';
import type { AccessKeys } from '../iam/credentials.ts';
import { readJsonCall, type WireCall, writeJsonError } from './json-protocol.ts';
import { writeQueryError, writeQueryResult } from './query-xml.ts';
import { readQueryCall } from './query-protocol.ts';
import { readBody } from './read-body.ts';
import { readRestCall, writeRestResult } from './rest-protocol.ts';

type Protocol = 'json' | 'query' | 'rest';

/** Query services call this error by its older name. */
const QUERY_ERROR_NAMES: Readonly<Record<string, string>> = { AccessDeniedException: 'AccessDenied' };

/**
 * The one endpoint that AWS SDKs and the AWS CLI talk to: tells the protocol of a request, who makes it and which operation
 * of which service it is, and writes the answer as that protocol has it.
 */
export class AwsEndpoint {
  private readonly host: Host;
  private readonly keys: AccessKeys;

  constructor(host: Host, keys: AccessKeys) {
    this.host = host;
    this.keys = keys;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = this.host.uuid();
    const protocol = protocolOf(request);
    response.setHeader('x-amzn-requestid', requestId);
    try {
      const body = await readBody(request);
      const { service, operation, input } = readCall(protocol, request, body);
      const principal = this.keys.principalOf(request.headers.authorization);
      const output = await this.host.call(service, operation, input, principal);
      answer(response, protocol, service, operation, output, requestId);
    } catch (error) {
      this.refuse(response, protocol, error, requestId);
    }
  }

  private refuse(response: ServerResponse, protocol: Protocol, error: unknown, requestId: string): void {
    const known = error instanceof AwsError ? error : undefined;
    if (!known) this.host.report(`Internal failure in request ${requestId}: ${describe(error)}`);
    const { code, status, message, members } =
      known ?? new AwsError('InternalFailure', 'The local host failed; its own log says why.', { status: 500 });
    if (protocol === 'query') {
      const name = QUERY_ERROR_NAMES[code] ?? code;
      send(response, status, 'text/xml', writeQueryError(name, message, status, requestId));
      return;
    }
    if (protocol === 'rest') response.setHeader('x-amzn-errortype', code);
    send(response, status, 'application/x-amz-json-1.0', writeJsonError(code, message, members));
  }
}

function protocolOf(request: IncomingMessage): Protocol {
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest';
}

function readCall(protocol: Protocol, request: IncomingMessage, body: string): WireCall {
  const call = protocolCall(protocol, request, body);
  if (call) return call;
  const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
  throw new AwsError('UnknownOperationException', `The local host does not serve ${target} (see docs/local-host.md).`);
}

function protocolCall(protocol: Protocol, request: IncomingMessage, body: string): WireCall | undefined {
  switch (protocol) {
    case 'json':
      try {
        return readJsonCall(String(request.headers['x-amz-target']), body);
      } catch (error) {
        if (error instanceof SyntaxError) throw new AwsError('SerializationException', 'The body is not valid JSON.');
        throw error;
      }
    case 'query':
      return readQueryCall(signingName(request.headers.authorization), body);
    case 'rest': {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const { method = 'GET', headers } = request;
      return readRestCall({ method, path: url.pathname, query: url.searchParams, headers, body });
    }
    default:
      return protocol satisfies never;
  }
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
function signingName(authorization = ''): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1] ?? '';
}

function answer(
  response: ServerResponse,
  protocol: Protocol,
  service: ServiceName,
  operation: string,
  output: unknown,
  requestId: string,
): void {
  if (protocol === 'query') {
    send(response, 200, 'text/xml', writeQueryResult(service, operation, output, requestId));
  } else if (protocol === 'json') {
    send(response, 200, 'application/x-amz-json-1.0', output === undefined ? '{}' : JSON.stringify(output));
  } else {
    const { status, headers, body } = writeRestResult(operation, output);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, 'application/json', body);
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
