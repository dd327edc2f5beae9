import type { ApiKey, RestApi, UsagePlan } from './rest-api.ts';

/** Results of the read operations, in the shapes that the SDK has them. */
export function describeApis(apis: Iterable<RestApi>): object {
  const items = [...apis].map(({ id, name, keySource, binaryMediaTypes, root }) => ({
    id,
    name,
    apiKeySource: keySource,
    binaryMediaTypes,
    rootResourceId: root.id,
  }));
  return { items };
}

export function describeKeys(keys: readonly ApiKey[], { includeValues = false }: { includeValues?: boolean }): object {
  const items = keys.map(({ id, name, value, enabled }) => ({ id, name, enabled, ...(includeValues && { value }) }));
  return { items };
}

export function describePlans(plans: readonly UsagePlan[]): object {
  const items = plans.map(({ id, name, throttle, quota, stages }) => ({
    id,
    name,
    ...(throttle && { throttle: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst } }),
    ...(quota && { quota }),
    apiStages: stages.map(({ apiId, stage }) => ({ apiId, stage })),
  }));
  return { items };
}
