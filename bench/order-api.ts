import { Agent, request } from 'node:http';
import type { OrderId } from '../core/ids.ts';
import { SAMPLE_CATALOGUE } from '../ops/catalogue.ts';
import type { StackOutputs } from '../ops/stack.ts';

/**
 * Submits orders over connections that are kept open. By `node:http`: `fetch` costs the client three times as much CPU, on
 * a machine that the host needs as well.
 */
export class OrderApi {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly url: URL;
  private readonly token: string;

  constructor(outputs: StackOutputs) {
    this.url = new URL(`${outputs.ApiUrl}/orders`);
    this.token = outputs.ApiToken ?? '';
  }

  /** Rejects unless the order is accepted. */
  submit(number: number, idempotencyKey: string): Promise<OrderId> {
    const body = JSON.stringify(orderOf(number));
    const headers = {
      authorization: `Bearer ${this.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': idempotencyKey,
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 202) resolve((JSON.parse(text) as { orderId: OrderId }).orderId);
          else reject(new Error(`POST /orders answered ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function orderOf(number: number): object {
  // Every product but the scarce one, in turn, so that no single stock item is the bottleneck.
  const products = SAMPLE_CATALOGUE.slice(0, -1);
  return {
    customer: { id: `customer-${number}`, email: `customer-${number}@example.com`, name: 'Ada Lovelace' },
    items: [{ sku: products[number % products.length]?.sku, quantity: 1 }],
    shippingAddress: { line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' },
    payment: { token: 'tok_visa' },
  };
}
