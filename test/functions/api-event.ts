import type { APIGatewayProxyEvent } from 'aws-lambda';

export interface ApiRequest {
  readonly clientId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly orderId?: string;
  readonly isBase64Encoded?: boolean;
}

/** A request as API Gateway hands it to a function (REST API, Lambda proxy integration, stage `dev`). */
export function apiEvent(method: 'GET' | 'POST', path: string, request: ApiRequest = {}): APIGatewayProxyEvent {
  const { clientId = 'client-1', headers = {}, body = null, orderId, isBase64Encoded = false } = request;
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
      authorizer: { clientId, scopes: 'orders/write orders/read' },
    } as unknown as APIGatewayProxyEvent['requestContext'],
  };
  return event as APIGatewayProxyEvent;
}
