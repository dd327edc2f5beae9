import type { Host } from '../../aws-service.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import type { ApiKey, Quota, UsagePlan } from './rest-api.ts';
import type { Throttles } from './throttles.ts';

/** What a key has spent of its quota in one period. */
interface Usage {
  readonly period: string;
  used: number;
}

/**
 * API keys meter, they do not authenticate: finds the usage plan of the caller's key and takes from its throttle and quota.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsagePlans {
  private readonly host: Host;
  private readonly throttles: Throttles;
  private readonly keysByValue = new Map<string, ApiKey>();
  private readonly plans = new Map<string, UsagePlan>();
  private readonly usages = new Map<string, Usage>();

  constructor(host: Host, throttles: Throttles) {
    this.host = host;
    this.throttles = throttles;
  }

  get keys(): readonly ApiKey[] {
    return [...this.keysByValue.values()];
  }

  get all(): readonly UsagePlan[] {
    return [...this.plans.values()];
  }

  addKey(key: ApiKey): void {
    if (this.keysByValue.has(key.value)) throw new Error(`Two API keys of the template have the value of ${key.name}.`);
    this.keysByValue.set(key.value, key);
  }

  addPlan(plan: UsagePlan): void {
    this.plans.set(plan.id, plan);
  }

  addKeyToPlan(keyId: string, planId: string): void {
    const plan = this.plans.get(planId);
    if (!plan) throw new Error(`The template puts an API key into the usage plan ${planId}, which it does not define.`);
    plan.keyIds.add(keyId);
  }

  /**
   * Admits a request of a method that requires a key. Throws INVALID_API_KEY for a missing, unknown or disabled key and for
   * one in no plan of this stage, THROTTLED and QUOTA_EXCEEDED when the plan's limits are reached.
   */
  admit(exchange: Exchange): void {
    const value =
      exchange.api.keySource === 'AUTHORIZER'
        ? exchange.authorization?.usageIdentifierKey
        : exchange.request.header('x-api-key');
    const key = value === undefined ? undefined : this.keysByValue.get(value);
    const plan = key?.enabled ? this.planOf(key, exchange) : undefined;
    if (!key || !plan) throw new GatewayError('INVALID_API_KEY', 'Forbidden');
    exchange.apiKey = key;
    this.takeFromThrottle(key, plan, exchange);
    if (plan.quota) this.takeFromQuota(key, plan, plan.quota);
  }

  private planOf(key: ApiKey, { api, stage }: Exchange): UsagePlan | undefined {
    return this.all.find(
      ({ keyIds, stages }) =>
        keyIds.has(key.id) && stages.some((one) => one.apiId === api.id && one.stage === stage.name),
    );
  }

  /** A method with limits of its own in the plan has a bucket of its own; all others share the plan's, per key. */
  private takeFromThrottle(key: ApiKey, plan: UsagePlan, { api, stage, resource, method }: Exchange): void {
    const methodName = `${resource?.path}/${method?.httpMethod}`;
    const planStage = plan.stages.find((one) => one.apiId === api.id && one.stage === stage.name);
    const own = planStage?.throttles[methodName];
    if (own) this.throttles.take(`${plan.id}/${key.id}/${methodName}`, own);
    else if (plan.throttle) this.throttles.take(`${plan.id}/${key.id}`, plan.throttle);
  }

  private takeFromQuota(key: ApiKey, plan: UsagePlan, quota: Quota): void {
    const name = `apigateway/usage/${plan.id}/${key.id}`;
    const period = quotaPeriod(this.host.clock.now(), quota.period);
    let usage = this.usages.get(name) ?? this.stored(name);
    if (usage?.period !== period) usage = { period, used: usage ? 0 : quota.offset };
    this.usages.set(name, usage);
    if (usage.used >= quota.limit) throw new GatewayError('QUOTA_EXCEEDED', 'Limit Exceeded');
    usage.used += 1;
    // Usage plans are best effort on AWS too: the request does not wait for the count to be on disk.
    this.host.store
      .write([{ key: name, value: JSON.stringify(usage) }])
      .catch((error: unknown) => this.host.report(`API key usage could not be stored: ${String(error)}`));
  }

  private stored(name: string): Usage | undefined {
    const text = this.host.store.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Usage);
  }
}

/** The day, the week (by its first day, a Sunday) or the month of an instant, in UTC. */
export function quotaPeriod(nowMs: number, period: Quota['period']): string {
  const day = new Date(nowMs);
  if (period === 'WEEK') day.setUTCDate(day.getUTCDate() - day.getUTCDay());
  return day.toISOString().slice(0, period === 'MONTH' ? 7 : 10);
}
