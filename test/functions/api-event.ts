import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Role } from '../../core/role.ts';
import type { Route } from '../../core/routes.ts';

export interface ApiRequest {
  readonly clientId?: string;
  /** A person who signed in, instead of the client application in its own name. */
  readonly person?: { readonly subject: string; readonly roles: readonly Role[] };
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly orderId?: string;
  /** Parts of the path besides `orderId`, by name. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** The query string; a list where a parameter is there more than once. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly isBase64Encoded?: boolean;
}

/** The one scope of tokens that Cognito issues when people sign in with a password. */
const PERSON_SCOPE = 'aws.cognito.signin.user.admin';

/** A request as API Gateway hands it to a function (REST API, Lambda proxy integration, stage `dev`). */
export function apiEvent(method: Route['method'], path: string, request: ApiRequest = {}): APIGatewayProxyEvent {
  const { clientId = 'client-1', person, headers = {}, body = null, orderId, isBase64Encoded = false } = request;
  const pathParameters = { ...request.pathParameters, ...(orderId !== undefined && { orderId }) };
  const query = Object.entries(request.query ?? {}).map(([name, value]) => [name, [value].flat()] as const);
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: method,
    path,
    resource: orderId === undefined ? path : '/orders/{orderId}',
    headers,
    body,
    isBase64Encoded,
    pathParameters: Object.keys(pathParameters).length === 0 ? null : pathParameters,
    queryStringParameters:
      query.length === 0 ? null : Object.fromEntries(query.map(([name, values]) => [name, values.at(-1)])),
    multiValueQueryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    requestContext: {
      requestId: 'request-1',
      stage: 'dev',
      path: `/dev${path}`,
      authorizer: person
        ? { clientId, scopes: PERSON_SCOPE, roles: person.roles.join(' '), subject: person.subject }
        : { clientId, scopes: 'orders/write orders/read', roles: '' },
    } as unknown as APIGatewayProxyEvent['requestContext'],
  };
  return event as APIGatewayProxyEvent;
}
