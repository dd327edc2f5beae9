import { SCOPES } from '../../core/routes.ts';
import { synthesized, target } from './synthesized.ts';

const stack = synthesized();
const clients = stack.ofType('AWS::Cognito::UserPoolClient').map(([, { Properties }]) => Properties);
const [[userPoolId, userPool] = ['', undefined]] = stack.ofType('AWS::Cognito::UserPool');

describe('who may call', () => {
  test('people are invited, have strong passwords, and belong to groups', () => {
    expect(userPool?.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
    expect(userPool?.Properties.Policies.PasswordPolicy).toMatchObject({
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    });
    const groups = stack
      .ofType('AWS::Cognito::UserPoolGroup')
      .map(([, { Properties }]) => Properties.GroupName as string);
    expect(groups).toEqual(['customer', 'staff', 'admin']);
  });

  test('client applications have a secret, and the scopes of the routes', () => {
    const applications = clients.filter(({ AllowedOAuthFlows }) => AllowedOAuthFlows !== undefined);
    expect(applications).toHaveLength(2);
    const [[serverId] = ['']] = stack.ofType('AWS::Cognito::UserPoolResourceServer');
    for (const client of applications) {
      expect(client).toMatchObject({
        GenerateSecret: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthFlowsUserPoolClient: true,
      });
      const scopes = (client.AllowedOAuthScopes as { 'Fn::Join': [string, [unknown, string]] }[]).map(
        ({ 'Fn::Join': [, [server, scope]] }) => `${target(server) === serverId ? 'orders' : '?'}${scope}`,
      );
      expect(scopes.sort()).toEqual(Object.values(SCOPES).sort());
    }
  });

  test('people sign in with a client of their own, which has no secret, no OAuth flow, and tokens of an hour', () => {
    const forPeople = clients.filter(({ ExplicitAuthFlows }) => ExplicitAuthFlows !== undefined);
    expect(forPeople).toEqual([
      expect.objectContaining({
        GenerateSecret: false,
        AllowedOAuthFlowsUserPoolClient: false,
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        AccessTokenValidity: 60,
        TokenValidityUnits: expect.objectContaining({ AccessToken: 'minutes' }) as object,
      }),
    ]);
  });

  test('the authorizer trusts the issuer of this user pool', () => {
    const { Variables } = stack.functionNamed('AuthorizeRequest')[1].Properties.Environment as {
      Variables: Record<string, unknown>;
    };
    expect(Variables['USER_POOL_ISSUER']).toEqual({ 'Fn::GetAtt': [userPoolId, 'ProviderURL'] });
  });
});
