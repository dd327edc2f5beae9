import { isAttempt } from '../../../local/faults/attempts.ts';
import { type FaultyCall, matches } from '../../../local/faults/fault-match.ts';

const CHARGE = 'OrderSaga-dev-SagaStepsChargePayment811F85BD-39ZYGBFPPFVS';
const CALL: FaultyCall = {
  service: 'dynamodb',
  operation: 'PutItem',
  input: { TableName: 'OrderSaga-dev-TablesOrdersACF7C9C0-1X', Item: { pk: { S: 'ORDER#42' } } },
  functionName: CHARGE,
};

describe('a match', () => {
  it.each([
    ['nothing', {}],
    ['the service', { service: 'dynamodb' }],
    ['one of several services', { service: ['ses', 'dynamodb'] }],
    ['any service', { service: '*' }],
    ['the operation', { operation: 'PutItem' }],
    ['the function by the name of its construct', { function: 'ChargePayment' }],
    ['the function by the name of its file', { function: 'charge-payment' }],
    ['the function by its physical name', { function: CHARGE }],
    ['any function', { function: '*' }],
    ['a table in the input', { resource: 'TablesOrders' }],
    ['an order in the input', { resource: 'ORDER#42' }],
    ['the time', { during: { fromSeconds: 10, toSeconds: 11 } }],
  ])('that names %s takes the call', (_, match) => {
    expect(matches(match, CALL, 10_000)).toBe(true);
  });

  it.each([
    ['another service', { service: 'ses' }],
    ['another operation', { service: 'dynamodb', operation: 'GetItem' }],
    ['another function', { function: 'ShipOrder' }],
    ['another table', { resource: 'TablesInventory' }],
    ['a later time', { during: { fromSeconds: 10.001 } }],
    ['a time that is over', { during: { toSeconds: 10 } }],
  ])('that names %s leaves it alone', (_, match) => {
    expect(matches(match, CALL, 10_000)).toBe(false);
  });

  it('of any function leaves calls alone that no function makes', () => {
    expect(matches({ function: '*' }, { ...CALL, functionName: undefined }, 0)).toBe(false);
  });
});

describe('an attempt', () => {
  it.each([
    [undefined, [1, 2, 3, 4, 5, 6]],
    [2, [2]],
    ['2', [2]],
    ['2-4', [2, 3, 4]],
    ['5-', [5, 6]],
    ['every 3', [3, 6]],
    [
      [1, '4-5'],
      [1, 4, 5],
    ],
  ])('%j is the calls %j of six', (wanted, expected) => {
    expect([1, 2, 3, 4, 5, 6].filter((nth) => isAttempt(wanted, nth))).toEqual(expected);
  });
});
