import { readSubmitRequest } from '../../../functions/order/read-submit-request.ts';
import { Problem, type ProblemDocument } from '../../../functions/shared/problem.ts';
import { submission } from '../../orders.ts';
import { apiEvent } from '../api-event.ts';

const HEADERS = { 'Idempotency-Key': 'key-1', 'Content-Type': 'application/json' };

/** The refusal of a request, or undefined when it is accepted. */
function refusalOf(body: unknown, headers: Record<string, string> = HEADERS): ProblemDocument | undefined {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    readSubmitRequest(apiEvent('POST', '/orders', { headers, body: text }));
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.document;
    throw error;
  }
}

/** Field by field, what is wrong. */
const errorsOf = (body: unknown, headers?: Record<string, string>) =>
  Object.fromEntries((refusalOf(body, headers)?.errors ?? []).map(({ field, message }) => [field, message]));

const withCustomer = (change: object) => ({ ...submission(), customer: { ...submission().customer, ...change } });
const withAddress = (change: object) => ({
  ...submission(),
  shippingAddress: { ...submission().shippingAddress, ...change },
});
const withItems = (...items: object[]) => ({ ...submission(), items });

test('a good request is returned as it is', () => {
  const event = apiEvent('POST', '/orders', { headers: HEADERS, body: JSON.stringify(submission()) });

  expect(readSubmitRequest(event)).toEqual({ idempotencyKey: 'key-1', body: submission() });
});

test('every wrong field is named at once, the header too, each with what it must be', () => {
  const body = {
    customer: { id: '', email: 'nobody', surname: 'x' },
    items: [{ sku: 'MUG-BLUE', quantity: 0 }, { sku: 'a b', quantity: 1.5 }, { quantity: '2' }],
    shippingAddress: { line1: '   ', city: 'x'.repeat(101), postalCode: 'SW1Y 4JH', country: 'gb' },
    coupon: 'FREE',
  };

  const rules: Record<string, RegExp> = {
    'Idempotency-Key': /^is missing; add the header, which must be 1 to 255/,
    payment: /^is missing; it must be an object with token$/,
    coupon: /^is not a known property; remove it$/,
    'customer.id': /^must be 1 to 64 printable/,
    'customer.email': /^must be a mail address/,
    'customer.name': /^is missing/,
    'customer.surname': /^is not a known property/,
    'items[0].quantity': /^must be a whole number from 1 to 1000/,
    'items[1].sku': /^must be a SKU/,
    'items[1].quantity': /^must be a whole number/,
    'items[2].sku': /^is missing/,
    'items[2].quantity': /^must be a whole number/,
    'shippingAddress.line1': /not only spaces$/,
    'shippingAddress.city': /^must be 1 to 100 characters/,
    'shippingAddress.country': /ISO 3166-1 alpha-2/,
  };

  const errors = errorsOf(body, { 'Content-Type': 'application/json' });

  expect(Object.keys(errors).sort()).toEqual(Object.keys(rules).sort());
  for (const [field, rule] of Object.entries(rules)) expect(errors[field]).toMatch(rule);
});

test('the answer says 400 and lists the fields in one sentence', () => {
  expect(refusalOf(withItems())).toMatchObject({
    status: 400,
    type: 'urn:problem-type:order-saga:invalid-request',
    detail: 'Correct and send again: items.',
  });
});

describe('the lines', () => {
  const lines = (count: number) =>
    withItems(...Array.from({ length: count }, (_, n) => ({ sku: `S-${n}`, quantity: 1 })));

  test.each([0, 26])('are not %i', (count) => {
    expect(errorsOf(lines(count))['items']).toMatch(/^must be a list of 1 to 25 lines/);
  });
  test('are up to 25', () => {
    expect(refusalOf(lines(25))).toBeUndefined();
  });
  test('take up to 1000 of a SKU', () => {
    expect(refusalOf(withItems({ sku: 'A', quantity: 1000 }))).toBeUndefined();
    expect(errorsOf(withItems({ sku: 'A', quantity: 1001 }))).toHaveProperty(['items[0].quantity']);
  });
  test('of one SKU take no more than that together, and each of them is named', () => {
    const body = withItems({ sku: 'A', quantity: 600 }, { sku: 'B', quantity: 1 }, { sku: 'A', quantity: 401 });

    const message = 'the lines of A add up to 1001; an order takes at most 1000 of one SKU';
    expect(errorsOf(body)).toEqual({ 'items[0].quantity': message, 'items[2].quantity': message });
  });
});

describe('the Idempotency-Key', () => {
  const errorFor = (key: string) => errorsOf(submission(), { ...HEADERS, 'Idempotency-Key': key })['Idempotency-Key'];

  test.each(['k', 'x'.repeat(255), '~ !"#'])('may be %j', (key) => {
    expect(errorFor(key)).toBeUndefined();
  });
  test.each(['', 'x'.repeat(256), 'schlüssel', 'a\tb'])('may not be %j', (key) => {
    expect(errorFor(key)).toMatch(/1 to 255 printable ASCII characters/);
  });
});

describe('a body that is no order', () => {
  test.each([['{"customer":'], [''], ['order']])('is not JSON: %j', (text) => {
    expect(errorsOf(text)).toEqual({ body: 'is not JSON; send one JSON object' });
  });
  test.each([['[]'], ['null'], ['"order"'], ['1']])('is no object: %s', (text) => {
    expect(refusalOf(text)).toMatchObject({
      status: 400,
      errors: [{ field: 'body', message: 'must be one JSON object' }],
    });
  });
  test('is not JSON, and the missing header is named with it', () => {
    expect(Object.keys(errorsOf('{', {}))).toEqual(['Idempotency-Key', 'body']);
  });
  test('is too large to be read', () => {
    expect(refusalOf(`"${'x'.repeat(40_000)}"`)).toMatchObject({ status: 413 });
  });
  test.each(['text/plain', 'application/x-www-form-urlencoded'])('is %s', (type) => {
    expect(refusalOf(submission(), { ...HEADERS, 'Content-Type': type })).toMatchObject({ status: 415 });
  });
});

describe('values with a catch', () => {
  test.each([
    ['a property of the prototype', `{"__proto__":{"x":1},${JSON.stringify(submission()).slice(1)}`, '__proto__'],
    ['a line break in a name', withCustomer({ name: 'Ada\r\nBcc: all@example.com' }), 'customer.name'],
    ['half a surrogate pair', withCustomer({ name: 'Ada \ud83d' }), 'customer.name'],
    ['a card number for a token', { ...submission(), payment: { token: '4242424242424242' } }, 'payment.token'],
    ['a country in words', withAddress({ country: 'GBR' }), 'shippingAddress.country'],
    ['an empty optional line', withAddress({ line2: '' }), 'shippingAddress.line2'],
    ['a quantity as text', withItems({ sku: 'A', quantity: '1' }), 'items[0].quantity'],
    ['a mail address that is too long', withCustomer({ email: `${'a'.repeat(250)}@b.de` }), 'customer.email'],
  ])('%s is refused', (_, body, field) => {
    expect(Object.keys(errorsOf(body))).toEqual([field]);
  });

  test.each([
    ['other scripts and emoji', withCustomer({ name: '愛子 Ñandú 😀' })],
    ['second lines and regions', withAddress({ line2: 'Flat 2', region: 'Greater London' })],
    ['postal codes of the sandbox carrier', withAddress({ postalCode: '00000' })],
  ])('%s are taken', (_, body) => {
    expect(refusalOf(body)).toBeUndefined();
  });

  test('a long name of spaces and odd characters is checked in no time', () => {
    const startMs = performance.now();

    refusalOf(withCustomer({ name: `${' '.repeat(15_000)}${'a'.repeat(15_000)}\u0007` }));

    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  test('no value is repeated in the answer', () => {
    const answer = JSON.stringify(refusalOf({ ...withCustomer({ email: 'secret-value' }), payment: { token: '§' } }));

    expect(answer).not.toMatch(/secret-value|§/);
  });
});
