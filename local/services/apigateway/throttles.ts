import type { Clock } from '../../clock.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import { ACCOUNT_THROTTLE, type MethodSetting, type Stage, type Throttle } from './rest-api.ts';
import { TokenBucket } from './token-bucket.ts';

/** The buckets of all throttles, each made at its first use. */
export class Throttles {
  private readonly clock: Clock;
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Throws THROTTLED when the bucket of that name is empty. */
  take(name: string, throttle: Throttle): void {
    let bucket = this.buckets.get(name);
    if (!bucket) {
      bucket = new TokenBucket(this.clock, throttle);
      this.buckets.set(name, bucket);
    }
    if (!bucket.take()) throw new GatewayError('THROTTLED', 'Too Many Requests');
  }

  /** The limits that hold for everyone together: those of the stage's method, then the account's. */
  takeForMethod({ api, stage, resource, method }: Exchange): void {
    if (!resource || !method) return;
    const throttle = methodSetting(
      stage,
      resource.path,
      method.httpMethod,
      (setting) => setting.throttle !== undefined,
    );
    const name = `${api.id}/${stage.name}/${method.httpMethod}${resource.path}`;
    if (throttle?.throttle) this.take(name, throttle.throttle);
    this.take('account', ACCOUNT_THROTTLE);
  }
}

/** The most specific setting of a stage for a method that fulfils the condition: the method's own, else the stage's `*`. */
export function methodSetting(
  stage: Stage,
  resourcePath: string,
  httpMethod: string,
  fulfils: (setting: MethodSetting) => boolean,
): MethodSetting | undefined {
  return stage.methodSettings.find(
    (setting) =>
      (setting.resourcePath === '*' || setting.resourcePath === resourcePath) &&
      (setting.httpMethod === '*' || setting.httpMethod === httpMethod) &&
      fulfils(setting),
  );
}
