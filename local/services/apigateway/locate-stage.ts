import type { RestApi, Stage } from './rest-api.ts';

export interface Location {
  readonly api: RestApi;
  readonly stage: Stage;
  /** Path below the stage, beginning with a slash. */
  readonly path: string;
}

/**
 * Finds the API and the stage of a path. A single API is served at the root, several each under `/<apiId>`; a stage's name may
 * stand in front of the path, as it does on AWS, unless a resource of that name is there. Undefined when no API is meant.
 */
export function locateStage(apis: ReadonlyMap<string, RestApi>, path: string): Location | undefined {
  const [only] = apis.values();
  if (only && apis.size === 1) return withinApi(only, path);
  const [, first = ''] = path.split('/');
  const api = apis.get(first);
  return api && withinApi(api, path.slice(first.length + 1) || '/');
}

function withinApi(api: RestApi, path: string): Location | undefined {
  const [, first = ''] = path.split('/');
  const named = api.root.literals.has(first) ? undefined : api.stages.get(first);
  if (named) return { api, stage: named, path: path.slice(first.length + 1) || '/' };
  const [stage] = api.stages.values();
  return stage && { api, stage, path };
}
