import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import { type Host, type ServiceName, UNRESTRICTED } from '../aws-service.ts';
import { LostAnswer } from '../faults/lost-answer.ts';
import type { AccessKeys } from '../iam/credentials.ts';
import { jsonService, writeJsonError } from './json-protocol.ts';
import { queryErrorHeader, queryErrorName } from './query-errors.ts';
import { queryService } from './query-protocol.ts';
import { writeQueryError, writeQueryResult, writeXmlError } from './query-xml.ts';
import { readBody } from './read-body.ts';
import { type Protocol, protocolOf, readCall, type RequestHead, serviceOf, signingName } from './read-call.ts';
import { writeRestResult } from './rest-protocol.ts';
import { isUnsigned } from './unsigned-operations.ts';
import { isFromWebPage } from './web-pages.ts';
import { NO_ANSWER, type ShortRequest } from '../services/lambda/worker/protocol.ts';

/** A request and what its headers say of it. */
interface Exchange {
  readonly request: RequestHead;
  readonly protocol: Protocol;
  readonly requestId: string;
}

/** An answer as it goes over the wire, whatever the wire is. */
export interface WireAnswer {
  /** {@link NO_ANSWER}: the connection breaks instead. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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

  /** Serves a request that comes over HTTP. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.respond(request, async () => {
      const text = await readBody(request);
      if (isFromWebPage(request)) throw webPageRefused();
      return text;
    });
    if (status === NO_ANSWER) request.socket.destroy();
    else response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }

  /** Serves a request whatever way it came; never rejects. The access key in its headers says who makes it. */
  async respond(request: RequestHead, readBody: () => Promise<string>): Promise<WireAnswer> {
    const exchange = { request, protocol: protocolOf(request), requestId: this.host.uuid() };
    try {
      const body = await readBody();
      const principal = isUnsigned(request) ? UNRESTRICTED : this.keys.principalOf(request.headers.authorization);
      const { service, operation, input } = readCall(exchange.protocol, request, body);
      return answer(exchange, service, operation, await this.host.call(service, operation, input, principal));
    } catch (error) {
      return this.refuse(exchange, error);
    }
  }

  /**
   * Serves a call of a function that skips the form of the wire, and nothing else: the same access key, rights and service as for
   * one that comes over HTTP. Never rejects.
   */
  async perform(call: Omit<ShortRequest, 'id' | 'tenant'>): Promise<WireAnswer> {
    const requestId = this.host.uuid();
    try {
      const service = jsonService(call.service) ?? queryService(call.service);
      if (!service) throw unknownService(call);
      const needsNoKey = service === 'cognito-idp' && isUnsigned(exchangeOf(call, requestId).request);
      const principal = needsNoKey ? UNRESTRICTED : this.keys.holderOf(call.accessKeyId);
      const output = await this.host.call(service, call.operation, JSON.parse(call.body), principal);
      const body = output === undefined ? '{}' : JSON.stringify(output);
      return { status: 200, headers: { 'x-amzn-requestid': requestId }, body };
    } catch (error) {
      return this.refuse(exchangeOf(call, requestId), error);
    }
  }

  private refuse(exchange: Exchange, error: unknown): WireAnswer {
    if (error instanceof LostAnswer) return { status: NO_ANSWER, headers: {}, body: '' };
    const known = error instanceof AwsError ? error : undefined;
    if (!known) this.host.report(`Internal failure in request ${exchange.requestId}: ${describe(error)}`);
    return answerError(
      exchange,
      known ?? new AwsError('InternalFailure', 'The local host failed; its own log says why.', { status: 500 }),
    );
  }
}

/** The exchange over the wire that a call stands for. */
function exchangeOf({ service, operation }: Pick<ShortRequest, 'service' | 'operation'>, requestId: string): Exchange {
  const isJson = jsonService(service) !== undefined;
  const headers = isJson
    ? { 'x-amz-target': `${service}.${operation}` }
    : { authorization: `AWS4-HMAC-SHA256 Credential=-/-/-/${service}/aws4_request` };
  return { request: { method: 'POST', url: '/', headers }, protocol: isJson ? 'json' : 'query', requestId };
}

function unknownService({ service, operation }: Pick<ShortRequest, 'service' | 'operation'>): AwsError {
  return new AwsError('UnknownOperationException', `The local host does not serve ${service}.${operation}.`);
}

function answer(exchange: Exchange, ...result: [ServiceName, string, unknown]): WireAnswer {
  const [service, operation, output] = result;
  if (exchange.protocol === 'query') {
    return wireAnswer(exchange, 200, 'text/xml', writeQueryResult(service, operation, output, exchange.requestId));
  }
  if (exchange.protocol === 'json') {
    const body = output === undefined ? '{}' : JSON.stringify(output);
    return wireAnswer(exchange, 200, jsonContentType(exchange.request), body);
  }
  const { status, headers, body } = writeRestResult(service, operation, output);
  return wireAnswer(exchange, status, 'application/json', body, headers);
}

function answerError(exchange: Exchange, error: AwsError): WireAnswer {
  const { request, protocol, requestId } = exchange;
  const { code, message, members } = error;
  // JSON services refuse with 400; the others, as HTTP has it, with 403.
  const status = code === 'AccessDeniedException' && protocol !== 'json' ? 403 : error.status;
  const service = serviceOf(protocol, request);
  if (protocol === 'query') {
    const body = writeQueryError(queryErrorName(service, code), message, status, requestId);
    return wireAnswer(exchange, status, 'text/xml', body);
  }
  if (signingName(request.headers.authorization) === 's3') {
    // S3 speaks XML: `aws s3 ls` shall say that there is none, and not "Bad Request".
    return wireAnswer(exchange, status, 'application/xml', writeXmlError(code, message, requestId));
  }
  const older = queryErrorHeader(service, code, status);
  return wireAnswer(exchange, status, jsonContentType(request), writeJsonError(code, message, members), {
    ...(protocol === 'rest' && { 'x-amzn-errortype': code }),
    ...(older !== undefined && { 'x-amzn-query-error': older }),
  });
}

function wireAnswer(
  { requestId }: Exchange,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  return { status, headers: { 'x-amzn-requestid': requestId, 'content-type': contentType, ...headers }, body };
}

function jsonContentType({ headers }: RequestHead): string {
  return headers['content-type'] === 'application/x-amz-json-1.1'
    ? 'application/x-amz-json-1.1'
    : 'application/x-amz-json-1.0';
}

function webPageRefused(): AwsError {
  const message = 'The local host answers programs on this machine only, not web pages.';
  return new AwsError('AccessDeniedException', message, { status: 403 });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
