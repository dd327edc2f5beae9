import { ROLES, type Role } from '../../../core/role.ts';
import { ROUTES, SCOPES, type Route } from '../../../core/routes.ts';
import { routePolicy } from '../../../functions/auth/route-policy.ts';

const STAGE = 'arn:aws:execute-api:us-east-1:000000000000:api1/dev';

const routes: readonly Route[] = [
  { method: 'POST', path: '/things', scope: 'things/write', functionName: 'make-thing' },
  { method: 'GET', path: '/things/{id}', scope: 'things/read', roles: ['staff', 'admin'], functionName: 'get-thing' },
  { method: 'PUT', path: '/things/{id}/price', roles: ['admin'], functionName: 'price-thing' },
  { method: 'GET', path: '/nothing', functionName: 'closed-to-all' },
];

const allowed = (token: { scopes?: string[]; roles?: Role[] }, table: readonly Route[] = routes) => {
  const { Statement } = routePolicy(`${STAGE}/GET/any`, table, { scopes: [], roles: [], ...token });
  expect(Statement).toHaveLength(1);
  const [{ Effect, Resource }] = Statement as unknown as [{ Effect: string; Resource: string[] }];
  return Effect === 'Allow' ? Resource.map((arn) => arn.slice(STAGE.length + 1)) : [];
};

test.each([
  { token: { scopes: ['things/write'] }, opens: ['POST/things'] },
  { token: { scopes: ['things/read', 'things/write'] }, opens: ['POST/things', 'GET/things/*'] },
  { token: { roles: ['staff'] as Role[] }, opens: ['GET/things/*'] },
  { token: { roles: ['admin'] as Role[] }, opens: ['GET/things/*', 'PUT/things/*/price'] },
  { token: { scopes: ['things/write'], roles: ['staff'] as Role[] }, opens: ['POST/things', 'GET/things/*'] },
  { token: {}, opens: [] },
])('a token with $token opens $opens', ({ token, opens }) => {
  expect(allowed(token)).toEqual(opens);
});

/** Everyone whom the table tells apart: each scope alone, each role alone. */
const TOKENS = [
  ...Object.values(SCOPES).map((scope) => ({ scopes: [scope], roles: [] as Role[] })),
  ...ROLES.map((role) => ({ scopes: [] as string[], roles: [role] })),
];

test.each(TOKENS)('a token with %j opens the routes of the API that the table says, and none by a star', (token) => {
  const patterns = allowed(token, ROUTES).map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
  const called = (route: Route) => `${route.method}${route.path.replaceAll(/\{[^}]+\}/g, 'some-id')}`;

  const opened = ROUTES.filter((route) => patterns.some((pattern) => pattern.test(called(route))));

  expect(opened).toEqual(
    ROUTES.filter(
      ({ scope, roles = [] }) =>
        (scope !== undefined && token.scopes.includes(scope)) || token.roles.some((role) => roles.includes(role)),
    ),
  );
});
