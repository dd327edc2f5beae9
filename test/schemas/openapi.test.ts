import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROUTES, SCOPES } from '../../core/routes.ts';
import openapi from '../../schemas/openapi.json' with { type: 'json' };
import request from '../../schemas/submit-order-request.json' with { type: 'json' };
import common from '../../schemas/common.json' with { type: 'json' };

interface Operation {
  readonly operationId: string;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly required: boolean };
}
const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    ...operation,
  })),
);

/** Every `$ref` in a document, with where it stands. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [member] : refsIn(member),
  );
}

/** What a reference points to, read from the file that it names beside openapi.json. */
function target(ref: string): unknown {
  const [file, pointer = ''] = ref.split('#');
  const path = fileURLToPath(new URL(`../../schemas/${file || 'openapi.json'}`, import.meta.url));
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);
}

test('the description has the routes that are deployed, and the open health check', () => {
  const described = operations.map(({ method, path }) => `${method} ${path}`);

  expect(described.sort()).toEqual([...ROUTES.map(({ method, path }) => `${method} ${path}`), 'GET /health'].sort());
});

test.each(ROUTES)('$method $path asks for the scope $scope or one of the roles $roles', (route) => {
  const { method, path, scope, roles = [] } = route;
  const operation = operations.find((one) => one.method === method && one.path === path);

  // Requirements of a list are alternatives; the names within one are all required.
  expect(operation?.security).toEqual([
    ...(scope === undefined ? [] : [{ clientCredentials: [scope] }]),
    ...roles.map((role) => ({ person: [role] })),
  ]);
});

test.each(ROUTES)('$method $path is named like the function that answers it', ({ method, path, functionName }) => {
  const name = functionName.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const operation = operations.find((one) => one.method === method && one.path === path);

  // A function that answers two routes has two names, since an operationId is unique.
  expect(operation?.operationId).toMatch(new RegExp(`^${name}(By[A-Z][a-z]+)?$`));
});

test('no two operations have one name', () => {
  const names = operations.map(({ operationId }) => operationId);

  expect(new Set(names).size).toBe(names.length);
});

test.each(ROUTES)('$method $path says whether it takes a body', ({ method, path, bodyOptional = false }) => {
  const operation = operations.find((one) => one.method === method && one.path === path);

  const needsBody = !['GET', 'DELETE'].includes(method) && !bodyOptional;
  expect(operation?.requestBody?.required ?? false).toBe(needsBody);
});

test('the scopes are those of the user pool', () => {
  const { scopes } = openapi.components.securitySchemes.clientCredentials.flows.clientCredentials;

  expect(Object.keys(scopes).sort()).toEqual(Object.values(SCOPES).sort());
});

test('every route that needs a token tells of the errors that the gateway answers', () => {
  const guarded = operations.filter(({ security }) => security.length > 0);

  for (const { responses } of guarded)
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '429']));
});

test('every reference leads somewhere', () => {
  const refs = refsIn(openapi);

  expect(refs).not.toEqual([]);
  expect(refs.filter((ref) => target(ref) === undefined)).toEqual([]);
});

test('requests and events mean the same by a SKU', () => {
  const { examples: _request, ...inRequest } = request.properties.items.items.properties.sku;
  const { examples: _common, ...inCommon } = common.$defs.sku;

  expect(inRequest).toEqual(inCommon);
});
