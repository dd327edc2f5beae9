import middy from '@middy/core';
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { ENVIRONMENT } from '../../core/environment.ts';
import { ROUTES } from '../../core/routes.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { withLog, type LoggedContext } from '../shared/with-log.ts';
import { routePolicy } from './route-policy.ts';
import { TokenRefused, verifyAccessToken, type AccessToken } from './verify-access-token.ts';

/**
 * Lambda TOKEN authorizer: API Gateway calls it with the Authorization header and keeps the answer per token (300 s).
 * `Error('Unauthorized')`, to the letter, makes it answer 401; any other error becomes its 500.
 */
export async function authorizeRequest(
  event: APIGatewayTokenAuthorizerEvent,
  context: LoggedContext,
): Promise<APIGatewayAuthorizerResult> {
  const token = await verifiedToken(event, context);
  return {
    principalId: token.subject ?? token.clientId,
    policyDocument: routePolicy(event.methodArn, ROUTES, token),
    // Authorizer context carries strings, numbers and booleans only. Only people have a subject.
    context: {
      clientId: token.clientId,
      scopes: token.scopes.join(' '),
      roles: token.roles.join(' '),
      ...(token.subject !== undefined && { subject: token.subject }),
    },
    // Value of the client's API key in the template: finds its usage plan and so its throttle.
    usageIdentifierKey: `meter-${token.clientId}`,
  };
}

async function verifiedToken(event: APIGatewayTokenAuthorizerEvent, { log }: LoggedContext): Promise<AccessToken> {
  const jwt = /^Bearer (\S+)$/i.exec(event.authorizationToken)?.[1] ?? '';
  try {
    return await verifyAccessToken(jwt, requireEnvironment(ENVIRONMENT.userPoolIssuer));
  } catch (error) {
    if (!(error instanceof TokenRefused)) {
      log.error('the token could not be checked', { error });
      throw error;
    }
    log.info('token refused', { reason: error.code });
    throw new Error('Unauthorized', { cause: error });
  }
}

export const handler = middy<APIGatewayTokenAuthorizerEvent, APIGatewayAuthorizerResult, Error, LoggedContext>()
  .use(withLog())
  .handler(authorizeRequest);
