import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OrderId } from '../../core/ids.ts';
import type { Decide, SubmitOrder } from '../api-client.ts';
import { clientConfiguration, type StackOutputs } from '../stack.ts';
import type { Grants } from './grants.ts';

export interface Answer {
  readonly status: number;
  /** The members that scenes look at; none where the answer is no document. */
  readonly body: { readonly orderId: OrderId; readonly status: string; readonly escalations?: number };
}

export interface OrderParts {
  readonly token?: string;
  readonly postalCode?: string;
  readonly items?: SubmitOrder['items'];
}

/** A local host on the virtual clock, as the scenes of the walk see it: its API, its AWS endpoint and its own controls. */
export class WalkedHost {
  readonly outputs: Required<StackOutputs>;
  readonly tables: DynamoDBDocumentClient;
  private readonly states: SFNClient;
  private readonly lambda: LambdaClient;

  constructor(outputs: StackOutputs) {
    this.outputs = outputs as Required<StackOutputs>;
    const configuration = clientConfiguration(outputs);
    this.tables = DynamoDBDocumentClient.from(new DynamoDBClient(configuration));
    this.states = new SFNClient(configuration);
    this.lambda = new LambdaClient(configuration);
  }

  async request(
    method: string,
    path: string,
    { as = 'client', body, key }: { as?: 'client' | 'staff' | 'admin'; body?: object; key?: string } = {},
  ): Promise<Answer> {
    const { ApiToken, StaffToken, AdminToken } = this.outputs;
    const authorization = `Bearer ${{ client: ApiToken, staff: StaffToken, admin: AdminToken }[as]}`;
    const response = await fetch(`${this.outputs.ApiUrl}${path}`, {
      method,
      headers: {
        authorization,
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text || '{}') as Answer['body'] };
  }

  submit(order: SubmitOrder, key: string = randomUUID()): Promise<Answer> {
    return this.request('POST', '/orders', { body: order, key });
  }

  /** Submits an order, lets the saga do what it can and returns the id. */
  async settledOrder(parts: OrderParts = {}): Promise<OrderId> {
    const { status, body } = await this.submit(anOrder(parts));
    if (status !== 202) throw new Error(`An order was not accepted: ${status} ${JSON.stringify(body)}`);
    await this.idle();
    return body.orderId;
  }

  async statusOf(orderId: string): Promise<string> {
    return (await this.request('GET', `/orders/${orderId}`)).body.status;
  }

  decide(orderId: string, body: Decide): Promise<Answer> {
    return this.request('POST', `/interventions/${orderId}/decision`, { as: 'admin', key: randomUUID(), body });
  }

  cancel(orderId: string): Promise<Answer> {
    return this.request('POST', `/orders/${orderId}/cancel`, { body: {} });
  }

  /** Stops the first execution of an order. */
  async stop(orderId: string): Promise<void> {
    const executionArn = `${this.outputs.StateMachineArn.replace(':stateMachine:', ':execution:')}:${orderId}-1`;
    await this.states.send(new StopExecutionCommand({ executionArn }));
    await this.idle();
  }

  async functionNames(): Promise<string[]> {
    const { Functions = [] } = await this.lambda.send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionName = '' }) => FunctionName);
  }

  /** What the function returned, or the error it ended with. */
  async invoke(FunctionName: string, event: object = {}): Promise<{ result: unknown; error: string | undefined }> {
    const { Payload, FunctionError } = await this.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    return { result: JSON.parse(Buffer.from(Payload ?? []).toString() || 'null') as unknown, error: FunctionError };
  }

  /** Lets happen what is under way, retries and timeouts within the hour included. */
  async idle(): Promise<void> {
    await this.control('idle');
  }

  /** Moves the clock, doing on the way all that falls due. */
  async advance(by: string): Promise<void> {
    await this.control(`clock/advance?by=${by}`, { method: 'POST' });
    await this.idle();
  }

  /** Runs something while calls go wrong as faults say, which docs/local-host.md describes. */
  async withFaults(faults: readonly object[], run: () => Promise<void>): Promise<void> {
    await this.control('faults', { method: 'PUT', body: JSON.stringify({ faults }) });
    try {
      await run();
    } finally {
      await this.control('faults', { method: 'DELETE' });
    }
  }

  /** What was granted, used and refused since the host's start. */
  grants(): Promise<Grants> {
    return this.control('grants') as Promise<Grants>;
  }

  private async control(path: string, init: RequestInit = {}): Promise<unknown> {
    const response = await fetch(`${this.outputs.AwsEndpointUrl}/_local/${path}`, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

/** A valid order; the parts that matter are given. */
export function anOrder({ token = 'tok_visa', postalCode = 'SW1Y 4JH', items }: OrderParts = {}): SubmitOrder {
  return {
    customer: { id: 'customer-1', email: 'ada@example.com', name: 'Ada Lovelace' },
    items: items ?? [{ sku: 'MUG-BLUE', quantity: 2 }],
    shippingAddress: { line1: '12 St James Square', city: 'London', postalCode, country: 'GB' },
    payment: { token },
  };
}
