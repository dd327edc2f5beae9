import type { OrderView } from '../core/order-view.ts';
import type { OrderId } from '../core/ids.ts';

/** Body of `POST /orders`; see schemas/submit-order-request.json. */
export interface SubmitOrder {
  readonly customer: { readonly id: string; readonly email: string; readonly name: string };
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly shippingAddress: {
    readonly line1: string;
    readonly city: string;
    readonly postalCode: string;
    readonly country: string;
  };
  readonly payment: { readonly token: string };
}

/** The HTTP API as a client application uses it. Errors carry the problem document's own words. */
export class ApiClient {
  private readonly apiUrl: string;
  private readonly token: string;

  constructor(apiUrl: string, token: string) {
    this.apiUrl = apiUrl;
    this.token = token;
  }

  /** Submits an order; the same key again gives the same order. */
  async submit(order: SubmitOrder, idempotencyKey: string): Promise<OrderId> {
    const answer = await this.request('POST', '/orders', {
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(order),
    });
    return (answer as { orderId: OrderId }).orderId;
  }

  async order(orderId: OrderId): Promise<OrderView> {
    return (await this.request('GET', `/orders/${orderId}`, {})) as OrderView;
  }

  private async request(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string },
  ): Promise<unknown> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${this.token}` },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
