import { AdminInitiateAuthCommand, CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Role } from '../core/role.ts';
import { clientConfiguration, type StackOutputs } from './stack.ts';

/**
 * An access token of a person with a role: the development token of a local host; on AWS that of the member of the group whose
 * `OPS_USERNAME` and `OPS_PASSWORD` the environment has. Rejects when they cannot sign in, or have another role.
 */
export async function personToken(
  outputs: StackOutputs,
  role: Role,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const ready = role === 'admin' ? outputs.AdminToken : outputs.StaffToken;
  if (ready !== undefined) return ready;
  const { OPS_USERNAME, OPS_PASSWORD } = environment;
  if (!OPS_USERNAME || !OPS_PASSWORD) {
    throw new Error(
      `The stack has no development token for ${role}: set OPS_USERNAME and OPS_PASSWORD of a member of the group ${role}.`,
    );
  }
  const token = await signIn(outputs, OPS_USERNAME, OPS_PASSWORD);
  const groups = groupsIn(token);
  // The API would answer 403 to everything; whoever signs in learns here why.
  if (!groups.includes(role)) {
    throw new Error(
      `${OPS_USERNAME} is not in the group ${role} of the user pool, but in: ${groups.join(', ') || 'none'}.`,
    );
  }
  return token;
}

async function signIn(outputs: StackOutputs, username: string, password: string): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(clientConfiguration(outputs));
  const { AuthenticationResult, ChallengeName } = await cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId: outputs.UserPoolId,
      ClientId: outputs.StaffClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  if (AuthenticationResult?.AccessToken === undefined) {
    throw new Error(
      `${username} cannot sign in with a password alone: Cognito asks for ${ChallengeName ?? 'something else'}.` +
        (ChallengeName === 'NEW_PASSWORD_REQUIRED'
          ? ' Set a permanent password: aws cognito-idp admin-set-user-password --permanent.'
          : ''),
    );
  }
  return AuthenticationResult.AccessToken;
}

/** Reads what our own sign-in was answered with; nothing is decided by it, so the signature is not checked. */
function groupsIn(token: string): string[] {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
    'cognito:groups'?: string[];
  };
  return claims['cognito:groups'] ?? [];
}
