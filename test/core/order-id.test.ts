import fc from 'fast-check';
import { asClientId } from '../../core/ids.ts';
import { orderIdOf, uuidV5 } from '../../core/order-id.ts';

test('makes the UUID that RFC 9562 gives as its example of version 5', () => {
  const dnsNamespace = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
  expect(uuidV5(dnsNamespace, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('one client and key make one order for ever', () => {
  // Written down when the namespace was chosen: should this change, every repeated request becomes a new order.
  expect(orderIdOf(asClientId('client-1'), 'key-1')).toBe('b877508c-d516-55cd-af20-3777c5fc7354');
});

test('another client or key makes another order, also where the two run together', () => {
  expect(orderIdOf(asClientId('ab'), 'c')).not.toBe(orderIdOf(asClientId('a'), 'bc'));
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      fc.pre(one !== other);
      expect(orderIdOf(asClientId('client'), one)).not.toBe(orderIdOf(asClientId('client'), other));
    }),
  );
});
