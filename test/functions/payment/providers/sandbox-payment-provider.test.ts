import { ENVIRONMENT } from '../../../../core/environment.ts';
import type { IntentRequest } from '../../../../core/ports.ts';
import { SandboxPaymentProvider } from '../../../../functions/payment/providers/sandbox-payment-provider.ts';
import { ORDER_ID } from '../../../orders.ts';
import { dynamoDbTables, type DynamoDbTables } from '../../dynamodb-tables.ts';
import { PAYMENT_KEY } from '../../saga-under-test.ts';

let tables: DynamoDbTables;
let provider: SandboxPaymentProvider;
beforeEach(async () => {
  process.env[ENVIRONMENT.paymentSuccessRate] = '1';
  tables = await dynamoDbTables();
  provider = new SandboxPaymentProvider();
});
afterEach(() => tables.close());

const request = (overrides: Partial<IntentRequest> = {}): IntentRequest => ({
  key: PAYMENT_KEY,
  orderId: ORDER_ID,
  amount: { amountMinor: 1000, currency: 'EUR' },
  token: 'tok_visa',
  confirm: true,
  ...overrides,
});

test('an intent is created first and charged when it is confirmed, once', async () => {
  expect(await provider.createIntent(request({ confirm: false }))).toMatchObject({
    status: 'CREATED',
    chargedMinor: 0,
  });
  const confirmed = await Promise.all([provider.confirm(PAYMENT_KEY), provider.confirm(PAYMENT_KEY)]);
  for (const intent of confirmed) expect(intent).toMatchObject({ status: 'SUCCEEDED', chargedMinor: 1000 });
  expect(await provider.find(PAYMENT_KEY)).toEqual({
    key: PAYMENT_KEY,
    status: 'SUCCEEDED',
    chargedMinor: 1000,
    refundedMinor: 0,
  });
});

test('what nobody created is not found, and cannot be confirmed or refunded', async () => {
  expect(await provider.find(PAYMENT_KEY)).toBeUndefined();
  await expect(provider.confirm(PAYMENT_KEY)).rejects.toThrow('There is no payment');
  await expect(provider.refund(PAYMENT_KEY, 'r', 1)).rejects.toThrow('was not charged');
});

test('a key that was used for another amount or token is a conflict', async () => {
  await provider.createIntent(request());
  await expect(provider.createIntent(request({ token: 'tok_declined' }))).rejects.toMatchObject({
    name: 'ProviderConflict',
  });
  const amount = { amountMinor: 1, currency: 'EUR' };
  await expect(provider.createIntent(request({ amount }))).rejects.toMatchObject({ name: 'ProviderConflict' });
});

test('a key that was cancelled before it was used is never charged', async () => {
  expect(await provider.cancel(PAYMENT_KEY)).toMatchObject({ status: 'CANCELLED' });
  expect(await provider.createIntent(request())).toMatchObject({ status: 'CANCELLED', chargedMinor: 0 });
});

test('cancelling what is charged answers that it is charged', async () => {
  await provider.createIntent(request());
  expect(await provider.cancel(PAYMENT_KEY)).toMatchObject({ status: 'SUCCEEDED', chargedMinor: 1000 });
});

test('a charge and a cancellation at once: one of them wins, and both say so', async () => {
  const [charge, cancellation] = await Promise.all([provider.createIntent(request()), provider.cancel(PAYMENT_KEY)]);
  expect(charge.status).toBe(cancellation.status);
  expect(['SUCCEEDED', 'CANCELLED']).toContain(charge.status);
});

describe('refunds', () => {
  beforeEach(() => provider.createIntent(request()));

  test('of one key happen once', async () => {
    await Promise.allSettled([provider.refund(PAYMENT_KEY, 'r1', 400), provider.refund(PAYMENT_KEY, 'r1', 400)]);
    expect(await provider.refund(PAYMENT_KEY, 'r1', 400)).toMatchObject({ status: 'SUCCEEDED', refundedMinor: 400 });
  });

  test('of several keys add up to the charge and no further', async () => {
    await provider.refund(PAYMENT_KEY, 'r1', 400);
    expect(await provider.refund(PAYMENT_KEY, 'r2', 600)).toMatchObject({ status: 'REFUNDED', refundedMinor: 1000 });
    await expect(provider.refund(PAYMENT_KEY, 'r3', 1)).rejects.toMatchObject({ name: 'ProviderConflict' });
  });

  test('at once never give back more than was charged', async () => {
    await Promise.allSettled([provider.refund(PAYMENT_KEY, 'r1', 600), provider.refund(PAYMENT_KEY, 'r2', 600)]);
    expect(await provider.find(PAYMENT_KEY)).toMatchObject({ refundedMinor: 600 });
  });

  test.each([0, -1, 0.5])('of %s are refused', async (amountMinor) => {
    await expect(provider.refund(PAYMENT_KEY, 'r1', amountMinor)).rejects.toMatchObject({ name: 'ProviderConflict' });
  });
});

describe('tokens whose answer is lost, every time', () => {
  const unknown = { name: 'PaymentOutcomeUnknown', retryable: false };

  test.each([
    ['tok_timeout_charged', 'SUCCEEDED', 1000],
    ['tok_timeout_uncharged', 'CREATED', 0],
    ['tok_timeout_late', 'CREATED', 0],
  ])('%s: the intent is %s', async (token, status, chargedMinor) => {
    await expect(provider.createIntent(request({ token }))).rejects.toMatchObject(unknown);
    await expect(provider.createIntent(request({ token }))).rejects.toMatchObject(unknown);
    expect(await provider.find(PAYMENT_KEY)).toMatchObject({ status, chargedMinor });
  });

  test('tok_timeout_late: the charge arrives when its intent is closed and bounces, once', async () => {
    await expect(provider.createIntent(request({ token: 'tok_timeout_late' }))).rejects.toMatchObject(unknown);
    for (let times = 1; times <= 2; times += 1) {
      expect(await provider.cancel(PAYMENT_KEY)).toMatchObject({ status: 'CANCELLED', chargedMinor: 0 });
    }
    const [intent] = await tables.all<Record<string, unknown>>('Payments');
    expect(intent).toMatchObject({ status: 'CANCELLED', chargedMinor: 0, bounced: 1 });
  });

  test('tok_silent: charged, and no lookup says so; closing and refunding do', async () => {
    await expect(provider.createIntent(request({ token: 'tok_silent' }))).rejects.toMatchObject(unknown);
    await expect(provider.find(PAYMENT_KEY)).rejects.toMatchObject({ name: 'PaymentGatewayUnavailable' });
    expect(await provider.cancel(PAYMENT_KEY)).toMatchObject({ status: 'SUCCEEDED', chargedMinor: 1000 });
    expect(await provider.refund(PAYMENT_KEY, 'r1', 1000)).toMatchObject({ status: 'REFUNDED' });
  });
});
