import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import type { Host, ServiceName } from '../aws-service.ts';
import type { AccessKeys } from '../iam/credentials.ts';
import { writeJsonError } from './json-protocol.ts';
import { queryErrorHeader, queryErrorName } from './query-errors.ts';
import { writeQueryError, writeQueryResult, writeXmlError } from './query-xml.ts';
import { readBody } from './read-body.ts';
import { type Protocol, protocolOf, readCall, serviceOf, signingName } from './read-call.ts';
import { writeRestResult } from './rest-protocol.ts';
import { isFromWebPage } from './web-pages.ts';

/** A request and what its headers say of it. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly protocol: Protocol;
  readonly requestId: string;
}

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
    const exchange = { request, response, protocol: protocolOf(request), requestId: this.host.uuid() };
    response.setHeader('x-amzn-requestid', exchange.requestId);
    try {
      const body = await readBody(request);
      if (isFromWebPage(request)) throw webPageRefused();
      const principal = this.keys.principalOf(request.headers.authorization);
      const { service, operation, input } = readCall(exchange.protocol, request, body);
      answer(exchange, service, operation, await this.host.call(service, operation, input, principal));
    } catch (error) {
      this.refuse(exchange, error);
    }
  }

  private refuse(exchange: Exchange, error: unknown): void {
    const known = error instanceof AwsError ? error : undefined;
    if (!known) this.host.report(`Internal failure in request ${exchange.requestId}: ${describe(error)}`);
    answerError(
      exchange,
      known ?? new AwsError('InternalFailure', 'The local host failed; its own log says why.', { status: 500 }),
    );
  }
}

function answer({ request, response, protocol, requestId }: Exchange, ...result: [ServiceName, string, unknown]): void {
  const [service, operation, output] = result;
  if (protocol === 'query') {
    send(response, 200, 'text/xml', writeQueryResult(service, operation, output, requestId));
  } else if (protocol === 'json') {
    send(response, 200, jsonContentType(request), output === undefined ? '{}' : JSON.stringify(output));
  } else {
    const { status, headers, body } = writeRestResult(service, operation, output);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, 'application/json', body);
  }
}

function answerError({ request, response, protocol, requestId }: Exchange, error: AwsError): void {
  const { code, message, members } = error;
  // JSON services refuse with 400; the others, as HTTP has it, with 403.
  const status = code === 'AccessDeniedException' && protocol !== 'json' ? 403 : error.status;
  const service = serviceOf(protocol, request);
  if (protocol === 'query') {
    send(response, status, 'text/xml', writeQueryError(queryErrorName(service, code), message, status, requestId));
  } else if (signingName(request.headers.authorization) === 's3') {
    // S3 speaks XML: `aws s3 ls` shall say that there is none, and not "Bad Request".
    send(response, status, 'application/xml', writeXmlError(code, message, requestId));
  } else {
    if (protocol === 'rest') response.setHeader('x-amzn-errortype', code);
    const older = queryErrorHeader(service, code, status);
    if (older !== undefined) response.setHeader('x-amzn-query-error', older);
    send(response, status, jsonContentType(request), writeJsonError(code, message, members));
  }
}

function jsonContentType({ headers }: IncomingMessage): string {
  return headers['content-type'] === 'application/x-amz-json-1.1'
    ? 'application/x-amz-json-1.1'
    : 'application/x-amz-json-1.0';
}

function webPageRefused(): AwsError {
  const message = 'The local host answers programs on this machine only, not web pages.';
  return new AwsError('AccessDeniedException', message, { status: 403 });
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
