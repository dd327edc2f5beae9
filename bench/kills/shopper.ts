import { setTimeout as pause } from 'node:timers/promises';
import type { OrderId } from '../../core/ids.ts';
import { isTerminal } from '../../core/lifecycle.ts';
import { ApiClient, ApiProblem, type Decide, type SubmitOrder } from '../../ops/api-client.ts';
import { SAMPLE_CATALOGUE, SCARCE_SKU } from '../../ops/catalogue.ts';
import type { MortalHost } from './mortal-host.ts';

/** What an order meets: each path of the saga, the happy one most often. */
const FATES = [
  ...Array.from({ length: 6 }, () => ({})),
  { token: 'tok_flaky' },
  { token: 'tok_declined' },
  { token: 'tok_timeout_charged' },
  { token: 'tok_timeout_uncharged' },
  { token: 'tok_timeout_late' },
  { token: 'tok_silent' },
  { postalCode: '00000' },
  { postalCode: '00001' },
  { postalCode: '00002' },
  { postalCode: '00003' },
  { postalCode: '00004' },
  { sku: SCARCE_SKU, quantity: 99 },
] as const satisfies readonly { token?: string; postalCode?: string; sku?: string; quantity?: number }[];

/** Looks at an order before its client turns to the next; each is a request that the host may die in. */
const LOOKS = 6;
const CANCELLED_SHARE = 0.15;

/** Every product but the scarce one. */
const SKUS = SAMPLE_CATALOGUE.map(({ sku }) => sku).filter((sku) => sku !== SCARCE_SKU);

/** What the host has acknowledged about an order, and so owes. */
export interface Acknowledged {
  readonly orderId: OrderId;
  readonly key: string;
  cancelled: boolean;
  decided: boolean;
}

/** A client that submits an order, watches it, and now and then cancels it or decides what becomes of it. */
export class Shopper {
  /** Requests that were answered in a way that none should be. */
  readonly surprises: string[] = [];
  readonly acknowledged: Acknowledged[] = [];
  private readonly host: MortalHost;
  private readonly random: () => number;
  private readonly lookEveryMs: number;

  /** @param lookEveryMs between two looks at an order: on the real clock an order takes its time, on the virtual one none */
  constructor(host: MortalHost, random: () => number, lookEveryMs: number) {
    this.host = host;
    this.random = random;
    this.lookEveryMs = lookEveryMs;
  }

  async shop(key: string): Promise<void> {
    const order = this.anOrder(key);
    const orderId = await this.host.request(async (outputs) =>
      client(outputs.ApiUrl, outputs.ApiToken).submit(order, key),
    );
    const known: Acknowledged = { orderId, key, cancelled: false, decided: false };
    this.acknowledged.push(known);
    const cancelsAt = this.random() < CANCELLED_SHARE ? Math.floor(this.random() * LOOKS) : -1;
    for (let look = 0; look < LOOKS; look += 1) {
      if (this.lookEveryMs > 0) await pause(this.lookEveryMs);
      if (look === cancelsAt) known.cancelled = await this.answered(() => this.cancel(orderId));
      const { status } = await this.host.request((outputs) => client(outputs.ApiUrl, outputs.ApiToken).order(orderId));
      if (isTerminal(status)) return;
      if (status === 'MANUAL_INTERVENTION' && this.random() < 0.5) {
        known.decided = await this.answered(() => this.decide(orderId, key));
      }
    }
  }

  private cancel(orderId: OrderId): Promise<unknown> {
    return this.host.request((outputs) => client(outputs.ApiUrl, outputs.ApiToken).cancel(orderId, 'changed my mind'));
  }

  private decide(orderId: OrderId, key: string): Promise<unknown> {
    const note = 'Decided by a load test.';
    const decisions: Decide[] = [
      { decision: 'RETRY', note },
      { decision: 'REFUND_AND_CANCEL', note },
      { decision: 'SHIPPED_MANUALLY', note, carrier: 'Own van', trackingNumber: `VAN-${key}` },
    ];
    const decision = decisions[Math.floor(this.random() * decisions.length)] as Decide;
    return this.host.request((outputs) =>
      client(outputs.ApiUrl, outputs.AdminToken).decide(orderId, decision, `decide ${key} ${decision.decision}`),
    );
  }

  /** Whether it was accepted; refused is what can happen to a request that comes too late, or is not allowed at that step. */
  private async answered(request: () => Promise<unknown>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (![404, 409, 422].includes(error.status)) this.surprises.push(error.message);
      return false;
    }
  }

  private anOrder(key: string): SubmitOrder {
    const {
      token,
      postalCode,
      sku,
      quantity,
    }: { token?: string; postalCode?: string; sku?: string; quantity?: number } = FATES[
      Math.floor(this.random() * FATES.length)
    ] as (typeof FATES)[number];
    return {
      customer: { id: `customer-${key}`, email: 'ada@example.com', name: 'Ada Lovelace' },
      items: [{ sku: sku ?? (SKUS[Math.floor(this.random() * SKUS.length)] as string), quantity: quantity ?? 1 }],
      shippingAddress: {
        line1: '12 St James Square',
        city: 'London',
        postalCode: postalCode ?? 'SW1Y 4JH',
        country: 'GB',
      },
      payment: { token: token ?? 'tok_visa' },
    };
  }
}

function client(apiUrl: string, token = ''): ApiClient {
  return new ApiClient(apiUrl, token);
}
