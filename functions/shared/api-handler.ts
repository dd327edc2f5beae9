import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isRole, type Role } from '../../core/role.ts';
import { problemResponses } from './problem-response.ts';
import { withLog, type LoggedContext } from './with-log.ts';

/** What answers one route behind API Gateway's Lambda proxy integration. */
export type ApiAnswer = (event: APIGatewayProxyEvent, context: LoggedContext) => Promise<APIGatewayProxyResult>;

/** Wraps a route: its log on the context, and what it throws as problem+json. */
export function apiHandler(answer: ApiAnswer) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, LoggedContext>()
    .use(withLog())
    .use(problemResponses())
    .handler(answer);
}

/** A JSON answer. Orders change, so no cache between us and the client may keep one. */
export function jsonResponse(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Header names are case-insensitive (RFC 9110 §5.1); API Gateway hands them on as the client wrote them. */
export function headerOf(event: Pick<APIGatewayProxyEvent, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The client that the authorizer found in the token. A request without one never passed it: that is our fault, not the client's. */
export function clientIdOf(event: Pick<APIGatewayProxyEvent, 'requestContext'>): string {
  const clientId: unknown = event.requestContext.authorizer?.['clientId'];
  if (typeof clientId !== 'string' || clientId === '') throw new Error('The authorizer gave no clientId.');
  return clientId;
}

/** Who calls: a client application in its own name, or a person who signed in. */
export type ApiPrincipal =
  | { readonly kind: 'client'; readonly clientId: string }
  | { readonly kind: 'person'; readonly subject: string; readonly roles: readonly Role[] };

/** The caller that the authorizer found in the token. Its policy has let only those through whom the route is open to. */
export function principalOf(event: Pick<APIGatewayProxyEvent, 'requestContext'>): ApiPrincipal {
  const subject: unknown = event.requestContext.authorizer?.['subject'];
  if (typeof subject !== 'string' || subject === '') return { kind: 'client', clientId: clientIdOf(event) };
  const roles: unknown = event.requestContext.authorizer?.['roles'];
  return { kind: 'person', subject, roles: typeof roles === 'string' ? roles.split(' ').filter(isRole) : [] };
}
