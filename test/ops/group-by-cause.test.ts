import { groupByCause } from '../../ops/live/group-by-cause.ts';

const dead = (id: number, error: string, state: string) => ({ id, cause: { error, state } });

it('groups by error and failed state together, the largest group first', () => {
  const groups = groupByCause([
    dead(1, 'States.Timeout', 'CloseOrder'),
    dead(2, 'StoreUnavailable', 'CloseOrder'),
    dead(3, 'StoreUnavailable', 'ReleaseInventory'),
    dead(4, 'StoreUnavailable', 'CloseOrder'),
  ]);

  expect(groups.map(({ error, state, members }) => [error, state, members.map(({ id }) => id)])).toEqual([
    ['StoreUnavailable', 'CloseOrder', [2, 4]],
    ['States.Timeout', 'CloseOrder', [1]],
    ['StoreUnavailable', 'ReleaseInventory', [3]],
  ]);
});

it('makes no groups of nothing', () => {
  expect(groupByCause([])).toEqual([]);
});
