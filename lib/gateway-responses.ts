import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { problemType } from '../core/problem-type.ts';
import { ROLES } from '../core/role.ts';
import { SCOPES } from '../core/routes.ts';

interface Problem {
  readonly response: ResponseType;
  /** Last part of the problem type. */
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** As the functions name wrong fields. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A header value of a gateway response is a mapping expression: a constant stands in single quotes. */
const constant = (value: string): string => `'${value}'`;

const PROBLEMS: readonly Problem[] = [
  {
    response: ResponseType.BAD_REQUEST_BODY,
    type: 'invalid-request',
    status: 400,
    title: 'The request is invalid',
    detail: 'Correct and send again: body.',
    errors: [{ field: 'body', message: 'must be one JSON object' }],
  },
  {
    response: ResponseType.BAD_REQUEST_PARAMETERS,
    type: 'invalid-request',
    status: 400,
    title: 'The request is invalid',
    detail: 'A required header or parameter is missing.',
  },
  {
    response: ResponseType.UNAUTHORIZED,
    type: 'unauthorized',
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid access token: Authorization: Bearer <token>.',
    headers: { 'WWW-Authenticate': constant('Bearer') },
  },
  {
    response: ResponseType.ACCESS_DENIED,
    type: 'forbidden',
    status: 403,
    title: 'Forbidden',
    detail: `The access token lacks what this route asks for: the scope ${SCOPES.write} to submit orders or ${SCOPES.read} to follow them, the role ${ROLES.join(' or ')} for what people do.`,
  },
  {
    response: ResponseType.INVALID_API_KEY,
    type: 'no-usage-plan',
    status: 403,
    title: 'Forbidden',
    detail: 'The client application has no usage plan.',
  },
  {
    // API Gateway answers a path that it does not know as if a signature was missing; what is meant is that it is not there.
    response: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    type: 'no-such-route',
    status: 404,
    title: 'Not Found',
    detail: 'There is no such route.',
  },
  {
    response: ResponseType.RESOURCE_NOT_FOUND,
    type: 'no-such-route',
    status: 404,
    title: 'Not Found',
    detail: 'There is no such route.',
  },
  {
    response: ResponseType.REQUEST_TOO_LARGE,
    type: 'content-too-large',
    status: 413,
    title: 'Content too large',
    detail: 'The body is larger than 10 MB.',
  },
  {
    response: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    type: 'unsupported-media-type',
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send application/json.',
  },
  {
    response: ResponseType.THROTTLED,
    type: 'too-many-requests',
    status: 429,
    title: 'Too Many Requests',
    detail: 'The client application sends more requests per second than its usage plan allows.',
    // The bucket refills every second.
    headers: { 'Retry-After': constant('1') },
  },
  {
    response: ResponseType.QUOTA_EXCEEDED,
    type: 'quota-exceeded',
    status: 429,
    title: 'Too Many Requests',
    detail: 'The client application has used up the quota of its usage plan.',
    headers: { 'Retry-After': constant('3600') },
  },
  {
    response: ResponseType.INTEGRATION_TIMEOUT,
    type: 'timeout',
    status: 504,
    title: 'Gateway Timeout',
    detail: 'The request took too long. Send it again with the same Idempotency-Key.',
  },
];

/** Makes the gateway's own errors speak problem+json (RFC 9457), as the functions do. */
export function addProblemResponses(api: RestApi): void {
  for (const { response, type, status, title, detail, errors, headers } of PROBLEMS) {
    const body = { type: problemType(type), title, status, detail, ...(errors && { errors }) };
    add(api, response, body, String(status), headers);
  }
  // Whatever is not in the list keeps its status code; its body can name only the gateway's own message, a quoted string.
  add(
    api,
    ResponseType.DEFAULT_4XX,
    '{"type":"about:blank","title":"Client Error","detail":$context.error.messageString}',
  );
  add(api, ResponseType.DEFAULT_5XX, {
    type: 'about:blank',
    title: 'Internal Server Error',
    detail: 'The request failed. Send it again with the same Idempotency-Key.',
  });
}

function add(
  api: RestApi,
  type: ResponseType,
  body: object | string,
  statusCode?: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  api.addGatewayResponse(type.responseType, {
    type,
    ...(statusCode !== undefined && { statusCode }),
    responseHeaders: { ...headers, 'Content-Type': constant('application/problem+json') },
    templates: { 'application/json': typeof body === 'string' ? body : JSON.stringify(body) },
  });
}
