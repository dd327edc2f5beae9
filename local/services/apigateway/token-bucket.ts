import type { Clock } from '../../clock.ts';
import type { Throttle } from './rest-api.ts';

/**
 * A token bucket: `burst` tokens at most, refilled at `ratePerSecond`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBucket {
  private readonly clock: Clock;
  private readonly throttle: Throttle;
  private tokens: number;
  private filledMs: number;
  private armed = false;

  constructor(clock: Clock, throttle: Throttle) {
    this.clock = clock;
    this.throttle = throttle;
    this.tokens = throttle.burst;
    this.filledMs = clock.now();
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    this.refill();
    const taken = this.tokens >= 1;
    if (taken) this.tokens -= 1;
    this.armRefill();
    return taken;
  }

  private refill(): void {
    const nowMs = this.clock.now();
    const gained = ((nowMs - this.filledMs) / 1000) * this.throttle.ratePerSecond;
    this.tokens = Math.min(this.throttle.burst, this.tokens + gained);
    this.filledMs = nowMs;
  }

  /** Virtual time stands still when nothing is due, so a bucket that is not full makes its being full fall due. */
  private armRefill(): void {
    const lacking = this.throttle.burst - this.tokens;
    if (!this.clock.virtual || this.armed || lacking <= 0 || this.throttle.ratePerSecond <= 0) return;
    this.armed = true;
    this.clock.after(Math.ceil((lacking / this.throttle.ratePerSecond) * 1000), () => {
      this.armed = false;
      this.refill();
      this.armRefill();
    });
  }
}
