import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { personToken } from '../../ops/person-token.ts';
import { clientConfiguration, type StackOutputs } from '../../ops/stack.ts';
import { anOrder } from './orders.ts';
import { type HostProcess, runHost } from './running-host.ts';

const USERNAME = 'ada@example.com';
const PASSWORD = 'Analytical-Engine-1';

let host: HostProcess;
/** The same stack as on AWS, where there are no development tokens. */
let deployed: StackOutputs;
beforeAll(async () => {
  host = await runHost();
  const { StaffToken: _staff, AdminToken: _admin, ...rest } = host.outputs;
  deployed = rest;
  const cognito = new CognitoIdentityProviderClient(clientConfiguration(host.outputs));
  const { UserPoolId } = host.outputs;
  await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: USERNAME, MessageAction: 'SUPPRESS' }));
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: USERNAME, Password: PASSWORD, Permanent: true }),
  );
  await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: USERNAME, GroupName: 'staff' }));
});
afterAll(() => host.dispose());

const submitAs = async (token: string) => {
  const response = await fetch(`${host.outputs.ApiUrl}/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'by a person' },
    body: JSON.stringify(anOrder()),
  });
  return { status: response.status, body: (await response.json()) as { type: string; detail: string } };
};

describe('npm run token -- --role', () => {
  test('gives the development token of a local host', async () => {
    expect(await personToken(host.outputs, 'staff', {})).toBe(host.outputs.StaffToken);
    expect(await personToken(host.outputs, 'admin', {})).toBe(host.outputs.AdminToken);
    expect(host.outputs.StaffToken).not.toBe(host.outputs.AdminToken);
  });

  test('elsewhere signs in the member of the group that the environment names', async () => {
    const environment = { OPS_USERNAME: USERNAME, OPS_PASSWORD: PASSWORD };

    const token = await personToken(deployed, 'staff', environment);

    expect(token.split('.')).toHaveLength(3);
    await expect(personToken(deployed, 'admin', environment)).rejects.toThrow(
      'ada@example.com is not in the group admin of the user pool, but in: staff.',
    );
  });

  test('says what is missing', async () => {
    await expect(personToken(deployed, 'staff', {})).rejects.toThrow('set OPS_USERNAME and OPS_PASSWORD');
    await expect(personToken(deployed, 'staff', { OPS_USERNAME: USERNAME, OPS_PASSWORD: 'wrong' })).rejects.toThrow(
      'Incorrect username or password.',
    );
  });
});

test('a person who signed in is let in as such: known (no 401), but not to what only client applications may', async () => {
  for (const token of [
    await personToken(deployed, 'staff', { OPS_USERNAME: USERNAME, OPS_PASSWORD: PASSWORD }),
    host.outputs.AdminToken,
  ]) {
    const { status, body } = await submitAs(token ?? '');

    expect(status).toBe(403);
    expect(body.type).toMatch(/forbidden$/);
    expect(body.detail).toContain('the role staff or admin');
  }
});

test('signing in needs no AWS credentials, and a flow that the client does not allow is refused', async () => {
  const { AwsEndpointUrl: endpoint = '', StaffClientId: ClientId } = host.outputs;
  // Without credentials: the SDK does not sign this operation.
  const anonymous = new CognitoIdentityProviderClient({ endpoint, region: 'us-east-1' });

  const signIn = anonymous.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    }),
  );

  await expect(signIn).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'USER_PASSWORD_AUTH flow not enabled for this client',
  });
});
