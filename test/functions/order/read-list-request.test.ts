import { pageCursor } from '../../../core/page-cursor.ts';
import { listOf, readListRequest } from '../../../functions/order/read-list-request.ts';
import { Problem } from '../../../functions/shared/problem.ts';
import { apiEvent, type ApiRequest } from '../api-event.ts';

type Caller = Pick<ApiRequest, 'clientId' | 'person'>;
type Query = NonNullable<ApiRequest['query']>;
const STAFF: Caller = { person: { subject: 'staff-1', roles: ['staff'] } };
const POSITION = '2026-11-20T13:00:00.000Z#8f14e45f-ceea-5467-9575-3f1c2f0e9b11';

const read = (query: Query, caller: Caller = {}) => readListRequest(apiEvent('GET', '/orders', { query, ...caller }));

/** The wrong fields of a request that is refused, and what it is told. */
function refusalOf(query: Query, caller: Caller = {}) {
  try {
    read(query, caller);
  } catch (error) {
    const { status, errors = [] } = (error as Problem).document;
    return { status, fields: errors.map(({ field }) => field).sort(), text: JSON.stringify(errors) };
  }
  throw new Error('The request was not refused.');
}

test('without parameters, a client asks for the newest twenty of its orders', () => {
  expect(read({})).toEqual({ filters: { clientId: 'client-1' }, limit: 20 });
});

test('without parameters, staff ask for the newest twenty of all', () => {
  expect(read({}, STAFF)).toEqual({ filters: {}, limit: 20 });
});

test('instants are taken in every spelling of ISO 8601, a date as its first moment', () => {
  expect(read({ from: '2026-11-20', to: '2026-11-20T14:03:00+01:00' }).filters).toMatchObject({
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-20T13:03:00.000Z',
  });
});

test('a cursor goes on where its page ended', () => {
  const cursor = pageCursor(listOf({ clientId: 'client-1', status: 'SHIPPED' }), POSITION);

  expect(read({ cursor, status: 'SHIPPED', limit: '100' })).toMatchObject({ after: POSITION, limit: 100 });
});

describe('refused is', () => {
  test('every wrong parameter at once, each with what to do about it', () => {
    const { status, fields, text } = refusalOf({
      status: 'LOST',
      customerId: 'a b',
      from: '2026-02-30',
      to: 'tomorrow',
      limit: '101',
      cursor: '!',
      stauts: 'PENDING',
    });

    expect(status).toBe(400);
    expect(fields).toEqual(['cursor', 'customerId', 'from', 'limit', 'status', 'stauts', 'to']);
    for (const hint of ['one of PENDING, ', 'from 1 to 100', 'such as 2026-11-20', 'it takes status']) {
      expect(text).toContain(hint);
    }
  });

  test.each(['0', '-1', '1.5', '', '1000'])('a limit of %j', (limit) => {
    expect(refusalOf({ limit }).fields).toEqual(['limit']);
  });

  test.each(['2026-13-01', '2026-11-20T25:00:00Z', '2026-11-20T13:00:00', 'now', ''])('the instant %j', (from) => {
    expect(refusalOf({ from }).fields).toEqual(['from']);
  });

  test('a span that ends before it begins', () => {
    expect(refusalOf({ from: '2026-11-20', to: '2026-11-20' }).fields).toEqual(['to']);
  });

  test('a parameter that is given twice', () => {
    expect(refusalOf({ status: ['PENDING', 'SHIPPED'] }).fields).toEqual(['status']);
  });

  test('a client that asks for another client', () => {
    expect(refusalOf({ clientId: 'client-2' }).fields).toEqual(['clientId']);
  });

  test('a person who does not say whose customer is meant', () => {
    const { status, fields, text } = refusalOf({ customerId: 'lisa' }, STAFF);

    expect([status, fields]).toEqual([400, ['clientId']]);
    expect(text).toContain('customers belong to a client application');
  });

  test.each<[string, Query, Caller]>([
    ['with other filters', { status: 'PENDING' }, {}],
    ['of another client', {}, { clientId: 'client-2' }],
    ['of a client, sent by staff', {}, STAFF],
  ])('a cursor %s', (_, query, caller) => {
    const cursor = pageCursor(listOf({ clientId: 'client-1' }), POSITION);

    expect(refusalOf({ cursor, ...query }, caller).fields).toEqual(['cursor']);
  });

  test('with other wrong parameters, a cursor that is none, but not one that may belong to what was meant', () => {
    const cursor = pageCursor(listOf({ clientId: 'client-1', status: 'SHIPPED' }), POSITION);

    expect(refusalOf({ cursor: 'abc', status: 'LOST' }).fields).toEqual(['cursor', 'status']);
    expect(refusalOf({ cursor, status: 'SHIPED' }).fields).toEqual(['status']);
  });

  test('a cursor that points to no order', () => {
    const cursor = pageCursor(listOf({ clientId: 'client-1' }), 'a');

    expect(refusalOf({ cursor }).fields).toEqual(['cursor']);
  });
});
