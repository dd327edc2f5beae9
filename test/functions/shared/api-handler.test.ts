import { principalOf } from '../../../functions/shared/api-handler.ts';
import { apiEvent } from '../api-event.ts';

describe('who calls', () => {
  test('is the client application of a token without a person', () => {
    const event = apiEvent('GET', '/orders', { clientId: 'shop-1' });

    expect(principalOf(event)).toEqual({ kind: 'client', clientId: 'shop-1' });
  });

  test('is the person who signed in, with what they are to us', () => {
    const person = { subject: 'person-1', roles: ['staff', 'admin'] } as const;

    expect(principalOf(apiEvent('GET', '/orders', { clientId: 'staff-client', person }))).toEqual({
      kind: 'person',
      ...person,
    });
  });

  test('is a person without any role as well', () => {
    const person = { subject: 'person-1', roles: [] };

    expect(principalOf(apiEvent('GET', '/orders', { person }))).toEqual({ kind: 'person', ...person });
  });

  test('must be known: a request that passed no authorizer is our own fault', () => {
    const event = apiEvent('GET', '/orders');
    event.requestContext.authorizer = null;

    expect(() => principalOf(event)).toThrow('The authorizer gave no clientId.');
  });
});
