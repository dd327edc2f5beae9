import type { ApiResource, Method } from './rest-api.ts';

export interface RouteMatch {
  readonly resource: ApiResource;
  /** As sent: API Gateway does not decode them. `null` when the path has none, as the proxy event shows it. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/**
 * Finds the resource of a path: a literal segment wins over a parameter, a parameter over a greedy one, and a branch that
 * leads nowhere is given up for the next. A slash at the end changes nothing.
 */
export function matchResource(root: ApiResource, path: string): RouteMatch | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  const parameters: [string, string][] = [];
  const resource = descend(root, segments, 0, parameters);
  if (!resource) return undefined;
  return { resource, pathParameters: parameters.length > 0 ? Object.fromEntries(parameters) : null };
}

export function matchMethod(resource: ApiResource, httpMethod: string): Method | undefined {
  return resource.methods.get(httpMethod) ?? resource.methods.get('ANY');
}

function descend(
  from: ApiResource,
  segments: readonly string[],
  depth: number,
  parameters: [string, string][],
): ApiResource | undefined {
  const segment = segments[depth];
  if (segment === undefined) return from.methods.size > 0 ? from : undefined;
  const literal = from.literals.get(segment);
  const found = literal && descend(literal, segments, depth + 1, parameters);
  if (found) return found;
  if (from.parameter) {
    const { name, resource } = from.parameter;
    parameters.push([name, segment]);
    const below = descend(resource, segments, depth + 1, parameters);
    if (below) return below;
    parameters.pop();
  }
  if (!from.greedy || from.greedy.resource.methods.size === 0) return undefined;
  parameters.push([from.greedy.name, segments.slice(depth).join('/')]);
  return from.greedy.resource;
}
