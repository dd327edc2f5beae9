import type { PolicyDocument, Statement } from 'aws-lambda';
import type { Route } from '../../core/routes.ts';
import type { AccessToken } from './verify-access-token.ts';

/**
 * The policy over all routes that a token's scopes or roles allow, not only the one called: API Gateway keeps the answer for the
 * token and asks it about the next routes too.
 * @param methodArn `arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>`
 */
export function routePolicy(
  methodArn: string,
  routes: readonly Route[],
  token: Pick<AccessToken, 'scopes' | 'roles'>,
): PolicyDocument {
  const stageArn = methodArn.split('/', 2).join('/');
  const allowed = routes.filter((route) => opens(token, route));
  const statement: Statement =
    allowed.length > 0
      ? { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: allowed.map((route) => routeArn(stageArn, route)) }
      : // IAM knows no empty list of resources; whoever may nothing is told so in words.
        { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: `${stageArn}/*` };
  return { Version: '2012-10-17', Statement: [statement] };
}

function opens({ scopes, roles }: Pick<AccessToken, 'scopes' | 'roles'>, route: Route): boolean {
  return (
    (route.scope !== undefined && scopes.includes(route.scope)) ||
    roles.some((role) => route.roles?.includes(role) ?? false)
  );
}

/**
 * `GET /orders/{orderId}` is `…/GET/orders/*`. The star also spans slashes, so whoever may use a route may use the routes
 * of the same method below it: the table of routes must not promise otherwise (a test holds it).
 */
function routeArn(stageArn: string, route: Route): string {
  return `${stageArn}/${route.method}${route.path.replaceAll(/\{[^}]+\}/g, '*')}`;
}
