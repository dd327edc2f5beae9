import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START_MS } from '../fake-host.ts';
import { EMAIL, PASSWORD, type People, servePeople } from './people-fixture.ts';

let people: People;
beforeEach(async () => {
  people = await servePeople();
});
afterEach(() => people.close());

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('a user', () => {
  it('is known by a name of its own where people sign in with their e-mail address', async () => {
    const attributes = [{ Name: 'given_name', Value: 'Ada' }];

    const created = await people.call<{ User: { Username: string } }>('AdminCreateUser', {
      Username: EMAIL,
      UserAttributes: attributes,
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
    });
    const { Username } = created.User;

    expect(Username).toMatch(UUID);
    expect(created.User).toEqual({
      Username,
      Attributes: [...attributes, { Name: 'email', Value: EMAIL }, { Name: 'sub', Value: Username }],
      Enabled: true,
      UserStatus: 'FORCE_CHANGE_PASSWORD',
      UserCreateDate: START_MS / 1000,
      UserLastModifiedDate: START_MS / 1000,
    });
    for (const name of [EMAIL, Username]) {
      expect(await people.call('AdminGetUser', { Username: name })).toMatchObject({
        Username,
        UserAttributes: expect.arrayContaining(attributes) as object,
      });
    }
  });

  it('is confirmed by a permanent password, and asked for another by a temporary one', async () => {
    await people.createAda();
    expect(await people.call('AdminGetUser', { Username: EMAIL })).toMatchObject({ UserStatus: 'CONFIRMED' });

    await people.call('AdminSetUserPassword', { Username: EMAIL, Password: `${PASSWORD}0` });

    expect(await people.call('AdminGetUser', { Username: EMAIL })).toMatchObject({
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
  });

  it('is gone once deleted, with every name, and the address is free again', async () => {
    const username = await people.createAda();

    await people.call('AdminDeleteUser', { Username: EMAIL });

    for (const Username of [EMAIL, username]) {
      await expect(people.call('AdminGetUser', { Username })).rejects.toMatchObject({
        code: 'UserNotFoundException',
        message: 'User does not exist.',
      });
    }
    expect(await people.createAda()).not.toBe(username);
  });

  it('exists once, even when two create it at the same time', async () => {
    const create = () => people.call('AdminCreateUser', { Username: EMAIL });

    const outcomes = await Promise.allSettled([create(), create()]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(create()).rejects.toMatchObject({
      code: 'UsernameExistsException',
      message: 'An account with the given email already exists.',
    });
  });

  it.each([
    ['no name', {}, 'InvalidParameterException', "Value null at 'username' failed to satisfy constraint"],
    ['a name that is no address', { Username: 'ada' }, 'InvalidParameterException', 'Username should be an email.'],
    [
      'an attribute that the pool does not know',
      { Username: EMAIL, UserAttributes: [{ Name: 'shoe', Value: '42' }] },
      'InvalidParameterException',
      'Attributes did not conform to the schema: Type for attribute {shoe} could not be determined',
    ],
    [
      'a short password',
      { Username: EMAIL, TemporaryPassword: 'Short-1' },
      'InvalidPasswordException',
      'not long enough',
    ],
    [
      'a password without a number',
      { Username: EMAIL, TemporaryPassword: 'Analytical-Engine' },
      'InvalidPasswordException',
      'Password did not conform with policy: Password must have numeric characters',
    ],
  ])('is not created with %s', async (_, input, code, message) => {
    await expect(people.call('AdminCreateUser', input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('leaves its password nowhere in the store', async () => {
    await people.createAda();

    for await (const [, value] of people.host.store.range({ gte: 'cognito/', lt: 'cognito0' })) {
      expect(value).not.toContain(PASSWORD);
    }
  });
});

describe('groups', () => {
  it('have members, until they leave', async () => {
    const Username = await people.createAda(['staff', 'admin', 'staff']);
    const groups = async () => (await people.call<{ Groups: object[] }>('AdminListGroupsForUser', { Username })).Groups;
    expect(await groups()).toMatchObject([{ GroupName: 'staff' }, { GroupName: 'admin' }]);
    expect(await people.call('ListUsersInGroup', { GroupName: 'admin' })).toMatchObject({ Users: [{ Username }] });

    await people.call('AdminRemoveUserFromGroup', { Username, GroupName: 'admin' });

    expect(await groups()).toMatchObject([{ GroupName: 'staff' }]);
    expect(await people.call('ListUsersInGroup', { GroupName: 'admin' })).toEqual({ Users: [] });
  });

  it('are those of the template', async () => {
    expect(await people.call('ListGroups')).toMatchObject({
      Groups: [{ GroupName: 'customer' }, { GroupName: 'staff' }, { GroupName: 'admin' }],
    });
    await people.createAda();
    await expect(people.call('AdminAddUserToGroup', { Username: EMAIL, GroupName: 'owners' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Group not found.',
    });
    await expect(
      people.call('AdminAddUserToGroup', { Username: 'bob@example.com', GroupName: 'staff' }),
    ).rejects.toMatchObject({ code: 'UserNotFoundException' });
  });
});

describe('the list of users', () => {
  interface Page {
    readonly Users: readonly { Username: string; Attributes: object[] }[];
    readonly PaginationToken?: string;
  }
  const list = (input: object) => people.call<Page>('ListUsers', input);
  beforeEach(async () => {
    for (const name of ['ada', 'bob', 'cleo']) {
      await people.call('AdminCreateUser', { Username: `${name}@example.com` });
    }
  });

  it('comes in pages', async () => {
    const first = await list({ Limit: 2 });
    const second = await list({ Limit: 2, PaginationToken: first.PaginationToken });

    expect([first.Users.length, second.Users.length, second.PaginationToken]).toEqual([2, 1, undefined]);
    expect(new Set([...first.Users, ...second.Users].map(({ Username }) => Username)).size).toBe(3);
  });

  it.each([
    ['email = "bob@example.com"', 1],
    ['email ^= "b"', 1],
    ['"cognito:user_status" = "FORCE_CHANGE_PASSWORD"', 3],
    ['status = "Disabled"', 0],
    ['email = "b"', 0],
  ])('can be filtered: %s', async (Filter, count) => {
    expect((await list({ Filter })).Users).toHaveLength(count);
  });

  it('shows the attributes that were asked for', async () => {
    const { Users } = await list({ Filter: 'email ^= "ada"', AttributesToGet: ['email'] });

    expect(Users).toMatchObject([{ Attributes: [{ Name: 'email', Value: EMAIL }] }]);
  });

  it.each([{ Filter: 'email like "b"' }, { Limit: 61 }, { Limit: 0 }])('refuses %j', async (input) => {
    await expect(list(input)).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });
});

it('keeps users, groups, passwords and refresh tokens over a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-cognito-'));
  const first = await servePeople({ directory });
  const username = await first.createAda(['staff']);
  const { RefreshToken } = (await first.signIn()).AuthenticationResult;
  await first.close();

  const second = await servePeople({ directory });
  const { AuthenticationResult } = await second.signIn();
  const refreshed = await second.call('InitiateAuth', {
    ClientId: second.staffClient.ref,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN: RefreshToken },
  });

  // Another port, so another issuer: only the claims about the person are the same.
  expect(await second.claims(AuthenticationResult.AccessToken)).toMatchObject({
    sub: username,
    'cognito:groups': ['staff'],
  });
  expect(refreshed).toMatchObject({ AuthenticationResult: { TokenType: 'Bearer' } });
  await second.close();
  await rm(directory, { recursive: true });
});
