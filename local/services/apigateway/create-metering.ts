import type { CreatedResource, TemplateResource } from '../../aws-service.ts';
import { readThrottle } from './create-stage.ts';
import type { Quota } from './rest-api.ts';
import { shortId } from './short-id.ts';
import type { UsagePlans } from './usage-plans.ts';

interface Limits {
  RateLimit?: number;
  BurstLimit?: number;
}

interface UsagePlanProperties {
  UsagePlanName?: string;
  Throttle?: Limits;
  Quota?: { Limit: number; Offset?: number; Period: Quota['period'] };
  ApiStages?: { ApiId: string; Stage: string; Throttle?: Record<string, Limits> }[];
}

export function createApiKey(plans: UsagePlans, resource: TemplateResource): CreatedResource {
  const { Name, Value, Enabled } = resource.properties as { Name?: string; Value?: string; Enabled?: boolean };
  const id = shortId(resource);
  plans.addKey({
    id,
    name: Name ?? resource.generatedName,
    // A key meters and is no secret, so one without a value of its own gets one that stays the same.
    value: Value ?? shortId(resource, 40),
    enabled: Enabled ?? false,
  });
  return { ref: id, attributes: { APIKeyId: id } };
}

export function createUsagePlan(plans: UsagePlans, resource: TemplateResource): CreatedResource {
  const { UsagePlanName, Throttle, Quota: quota, ApiStages = [] } = resource.properties as UsagePlanProperties;
  const id = shortId(resource, 6);
  plans.addPlan({
    id,
    name: UsagePlanName ?? resource.generatedName,
    throttle: readThrottle(Throttle?.RateLimit, Throttle?.BurstLimit),
    quota: quota && { limit: quota.Limit, offset: quota.Offset ?? 0, period: quota.Period },
    stages: ApiStages.map((one) => ({ apiId: one.ApiId, stage: one.Stage, throttles: readThrottles(one.Throttle) })),
    keyIds: new Set(),
  });
  return { ref: id, attributes: { Id: id } };
}

export function createUsagePlanKey(plans: UsagePlans, resource: TemplateResource): CreatedResource {
  const { KeyId, UsagePlanId } = resource.properties as { KeyId: string; UsagePlanId: string };
  plans.addKeyToPlan(KeyId, UsagePlanId);
  const id = `${KeyId}:${UsagePlanId}`;
  return { ref: id, attributes: { Id: id } };
}

function readThrottles(limits: Record<string, Limits> = {}) {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([method, { RateLimit, BurstLimit }]) => {
      const throttle = readThrottle(RateLimit, BurstLimit);
      return throttle ? [[method, throttle]] : [];
    }),
  );
}
