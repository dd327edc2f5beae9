import { Lockouts } from '../../../local/services/cognito/lockouts.ts';
import type { User } from '../../../local/services/cognito/user.ts';
import type { UserPool } from '../../../local/services/cognito/user-pool.ts';
import { fakeHost, type FakeHost } from '../fake-host.ts';
import { type People, servePeople } from './people-fixture.ts';

const LOCKED = { code: 'NotAuthorizedException', message: 'Password attempts exceeded' };

describe('wrong passwords', () => {
  const pool = { id: 'pool' } as UserPool;
  const ada = { username: 'ada' } as User;
  let host: FakeHost;
  let lockouts: Lockouts;
  beforeEach(async () => {
    host = await fakeHost();
    lockouts = new Lockouts(host);
  });
  afterEach(() => host.close());

  const seconds = (count: number) => host.clock.advance(count * 1000);
  const check = () => lockouts.check(pool, ada);
  const fail = async (times: number): Promise<void> => {
    for (let attempt = 0; attempt < times; attempt += 1) await lockouts.failed(pool, ada);
  };

  it('cost nothing four times', async () => {
    await fail(4);
    await expect(check()).resolves.toBeUndefined();
  });

  it.each([
    [5, 1],
    [6, 2],
    [9, 16],
    [14, 512],
    [15, 900],
    [40, 900],
  ])('%i in all lock the user for %i s', async (times, lockedSeconds) => {
    await fail(times);
    await seconds(lockedSeconds - 0.001);
    await expect(check()).rejects.toMatchObject(LOCKED);
    await seconds(0.001);
    await expect(check()).resolves.toBeUndefined();
  });

  it('lock nobody else', async () => {
    await fail(5);
    await expect(lockouts.check(pool, { ...ada, username: 'bob' })).resolves.toBeUndefined();
    await expect(lockouts.check({ ...pool, id: 'other' }, ada)).resolves.toBeUndefined();
  });

  it('are forgotten after the right one', async () => {
    await fail(5);
    await seconds(1);
    await lockouts.succeeded(pool, ada);
    await fail(4);
    await expect(check()).resolves.toBeUndefined();
  });

  it('are forgotten after a quarter of an hour without an attempt, and with one they are not', async () => {
    await fail(5);
    await seconds(10 * 60);
    await check();
    await seconds(10 * 60);
    await fail(1);
    // The sixth.
    await seconds(1.5);
    await expect(check()).rejects.toMatchObject(LOCKED);

    await seconds(16 * 60);
    await fail(1);
    await expect(check()).resolves.toBeUndefined();
  });

  it('are known after a restart', async () => {
    await fail(10);
    await expect(new Lockouts(host).check(pool, ada)).rejects.toMatchObject(LOCKED);
  });
});

describe('signing in', () => {
  let people: People;
  beforeEach(async () => {
    people = await servePeople();
  });
  afterEach(() => people.close());

  it('is closed for the right password too, after five wrong ones', async () => {
    await people.createAda();
    await Promise.allSettled(Array.from({ length: 5 }, () => people.signIn('wrong')));

    await expect(people.signIn()).rejects.toMatchObject(LOCKED);
    await people.host.clock.advance(1000);
    await expect(people.signIn()).resolves.toHaveProperty('AuthenticationResult');
  });
});
