import { revivalRequest } from '../../../functions/recovery/revive-asked.ts';

const ID = '8f14e45f-ceea-5467-9575-3f1c2f0e9b11';

it.each([[undefined], [null], [{}], [{ source: 'aws.events', 'detail-type': 'Scheduled Event' }]])(
  'what the reconciler is invoked with by a schedule is no request of an operator: %j',
  (event) => {
    expect(revivalRequest(event)).toBeUndefined();
  },
);

it('reads the orders that an operator asks for', () => {
  expect(revivalRequest({ revive: [ID] })).toEqual({ revive: [ID] });
});

it.each([[ID], [['4711']], [[42]], [Array.from({ length: 101 }, () => ID)]])('refuses %j', (revive) => {
  expect(() => revivalRequest({ revive })).toThrow('"revive" must be a list of at most 100 order ids.');
});
