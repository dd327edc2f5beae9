import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfiguration, type StackOutputs } from './stack.ts';

/** The stack's client applications: `sample` under the standard usage plan, `trial` under one small enough to be throttled. */
export type ClientName = 'sample' | 'trial';

/**
 * An access token of a client application, by client credentials (RFC 6749 §4.4). Whoever runs this needs the right
 * `cognito-idp:DescribeUserPoolClient`, since the client's secret is read from the user pool and kept nowhere else.
 * @param scopes all scopes of the client when left out.
 */
export async function accessToken(
  outputs: StackOutputs,
  client: ClientName,
  scopes?: readonly string[],
): Promise<string> {
  const clientId = client === 'sample' ? outputs.ClientId : outputs.TrialClientId;
  const cognito = new CognitoIdentityProviderClient(clientConfiguration(outputs));
  const { UserPoolClient } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: outputs.UserPoolId, ClientId: clientId }),
  );
  const basic = Buffer.from(`${clientId}:${UserPoolClient?.ClientSecret ?? ''}`).toString('base64');
  const response = await fetch(outputs.TokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scopes && { scope: scopes.join(' ') }) }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (answer.access_token === undefined) {
    throw new Error(`${outputs.TokenUrl} refused a token: ${answer.error ?? response.status}.`);
  }
  return answer.access_token;
}
