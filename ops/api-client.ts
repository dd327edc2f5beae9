import type { DecisionRecord } from '../core/intervention.ts';
import type { OrderView } from '../core/order-view.ts';
import type { OrderId } from '../core/ids.ts';
import type { OrderStatus } from '../core/lifecycle.ts';

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

/** Body of `POST /interventions/{orderId}/decision`. */
export type Decide = Omit<DecisionRecord, 'decidedBy' | 'decidedAt'>;

/** An answer of the API that is no success, in the words of its problem document. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The HTTP API as a client application or a person uses it. Errors carry the problem document's own words. */
export class ApiClient {
  private readonly apiUrl: string;
  private readonly token: string;

  constructor(apiUrl: string, token: string) {
    this.apiUrl = apiUrl;
    this.token = token;
  }

  /** Submits an order; the same key again gives the same order. */
  async submit(order: SubmitOrder, idempotencyKey: string): Promise<OrderId> {
    const answer = await this.request('POST', '/orders', order, idempotencyKey);
    return (answer as { orderId: OrderId }).orderId;
  }

  async order(orderId: OrderId): Promise<OrderView> {
    return (await this.request('GET', `/orders/${orderId}`)) as OrderView;
  }

  /** Asks for the cancellation of an order; once it is asked for, asking again changes nothing. */
  async cancel(orderId: OrderId, reason: string | undefined): Promise<{ readonly status: OrderStatus }> {
    const body = reason === undefined ? {} : { reason };
    return (await this.request('POST', `/orders/${orderId}/cancel`, body)) as { readonly status: OrderStatus };
  }

  /** Decides the open intervention of an order; the same key again gives the same answer. */
  async decide(orderId: OrderId, decision: Decide, idempotencyKey: string): Promise<unknown> {
    return this.request('POST', `/interventions/${orderId}/decision`, decision, idempotencyKey);
  }

  private async request(method: string, path: string, body?: object, idempotencyKey?: string): Promise<unknown> {
    const response = await fetch(`${this.apiUrl}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
    });
    const text = await response.text();
    if (!response.ok) {
      throw new ApiProblem(response.status, `${method} ${path} answered ${response.status}: ${wordsOf(text)}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** The detail of a problem document and what is wrong with each field; the text itself if it is none. */
function wordsOf(text: string): string {
  try {
    const {
      title,
      detail,
      errors = [],
    } = JSON.parse(text) as {
      title?: string;
      detail?: string;
      errors?: readonly { field: string; message: string }[];
    };
    const fields = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
    return [detail ?? title ?? text, fields].filter((part) => part !== '').join(' ');
  } catch {
    return text;
  }
}
