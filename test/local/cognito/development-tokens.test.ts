import { START_MS } from '../fake-host.ts';
import { type People, servePeople } from './people-fixture.ts';

let people: People;
beforeAll(async () => {
  people = await servePeople();
});
afterAll(() => people.close());

describe('development tokens', () => {
  const tokens = () => people.service.developmentTokensOfGroups(365 * 86_400);

  it('exist for each group, and are as a member would get them, but for their lifetime', async () => {
    const byGroup = await tokens();

    expect([...byGroup.keys()]).toEqual(['customer', 'staff', 'admin']);
    expect(await people.claims(byGroup.get('staff') ?? '')).toMatchObject({
      sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      client_id: people.staffClient.ref,
      'cognito:groups': ['staff'],
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      exp: START_MS / 1000 + 365 * 86_400,
    });
  });

  it('stand for the same person at every start, and for another in each group', async () => {
    const subjects = async () =>
      Promise.all([...(await tokens()).values()].map(async (token) => (await people.claims(token)).sub));

    const [first, second] = [await subjects(), await subjects()];

    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(3);
  });
});
