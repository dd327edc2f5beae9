import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Role } from '../../core/role.ts';

export interface ApiRequest {
  readonly clientId?: string;
  /** A person who signed in, instead of the client application in its own name. */
  readonly person?: { readonly subject: string; readonly roles: readonly Role[] };
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly orderId?: string;
  readonly isBase64Encoded?: boolean;
}

/** The one scope of tokens that Cognito issues when people sign in with a password. */
const PERSON_SCOPE = 'aws.cognito.signin.user.admin';

/** A request as API Gateway hands it to a function (REST API, Lambda proxy integration, stage `dev`). */
export function apiEvent(method: 'GET' | 'POST', path: string, request: ApiRequest = {}): APIGatewayProxyEvent {
  const { clientId = 'client-1', person, headers = {}, body = null, orderId, isBase64Encoded = false } = request;
  const event: Partial<APIGatewayProxyEvent> = {
    httpMethod: method,
    path,
    resource: orderId === undefined ? path : '/orders/{orderId}',
    headers,
    body,
    isBase64Encoded,
    pathParameters: orderId === undefined ? null : { orderId },
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
