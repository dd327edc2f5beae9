import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws-error.ts';
import type { ServiceName } from '../aws-service.ts';
import { jsonService, readJsonCall, type WireCall } from './json-protocol.ts';
import { queryService, readQueryCall } from './query-protocol.ts';
import { readRestCall } from './rest-protocol.ts';

export type Protocol = 'json' | 'query' | 'rest';

/** What of an HTTP request precedes its body. */
export type RequestHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

export function protocolOf({ headers }: RequestHead): Protocol {
  if (headers['x-amz-target'] !== undefined) return 'json';
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest';
}

/** The service that a request is for, as far as its headers say; REST paths say it later. */
export function serviceOf(protocol: Protocol, { headers }: RequestHead): ServiceName | undefined {
  if (protocol === 'json') return jsonService(String(headers['x-amz-target']));
  return protocol === 'query' ? queryService(signingName(headers.authorization)) : undefined;
}

/** Reads which operation of which service is called with what. Throws UnknownOperationException when the host has none such. */
export function readCall(protocol: Protocol, request: RequestHead, body: string): WireCall {
  const call = protocolCall(protocol, request, body);
  if (call) return call;
  const what = protocol === 'rest' ? `${request.method} ${request.url}` : unknownCall(protocol, request, body);
  throw new AwsError('UnknownOperationException', `The local host does not serve ${what} (see docs/local-host.md).`);
}

function protocolCall(protocol: Protocol, request: RequestHead, body: string): WireCall | undefined {
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
      const { method = 'GET', url = '/', headers } = request;
      const [path = '', query] = url.split('?', 2);
      return readRestCall({ method, path, query: new URLSearchParams(query), headers, body });
    }
    default:
      return protocol satisfies never;
  }
}

function unknownCall(protocol: Protocol, { headers }: RequestHead, body: string): string {
  if (protocol === 'json') return String(headers['x-amz-target']);
  return `${signingName(headers.authorization)} ${new URLSearchParams(body).get('Action') ?? 'without Action'}`;
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`. */
export function signingName(authorization = ''): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(authorization)?.[1] ?? '';
}
