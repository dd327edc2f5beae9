const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const NUMBER = { type: 'number' };
const TAGS = { type: 'object', $comment: 'no effect locally' };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** What only matters once people sign in, which the host does not serve yet. */
function people(type: string): object {
  return { type, $comment: 'about people who sign in; client applications do not' };
}

const UNIT = { enum: ['seconds', 'minutes', 'hours', 'days'] };

/** Closed schemas of the Cognito resource types that the host serves. */
export const SCHEMAS = {
  UserPool: closed({
    UserPoolName: TEXT,
    AccountRecoverySetting: people('object'),
    AdminCreateUserConfig: people('object'),
    AliasAttributes: people('array'),
    AutoVerifiedAttributes: people('array'),
    EmailVerificationMessage: people('string'),
    EmailVerificationSubject: people('string'),
    EnabledMfas: people('array'),
    MfaConfiguration: people('string'),
    Policies: people('object'),
    Schema: people('array'),
    SmsVerificationMessage: people('string'),
    UsernameAttributes: people('array'),
    UsernameConfiguration: people('object'),
    UserAttributeUpdateSettings: people('object'),
    VerificationMessageTemplate: people('object'),
    UserPoolAddOns: { type: 'object', $comment: 'risk scores of sign-ins' },
    UserPoolTier: { type: 'string', $comment: 'a price' },
    DeletionProtection: { type: 'string', $comment: 'the host deletes a pool only with all its state' },
    UserPoolTags: TAGS,
  }),
  UserPoolDomain: closed(
    { UserPoolId: TEXT, Domain: TEXT, ManagedLoginVersion: { type: 'number', $comment: 'there are no login pages' } },
    ['UserPoolId', 'Domain'],
  ),
  UserPoolResourceServer: closed(
    {
      UserPoolId: TEXT,
      Identifier: TEXT,
      Name: TEXT,
      Scopes: {
        type: 'array',
        items: closed({ ScopeName: TEXT, ScopeDescription: TEXT }, ['ScopeName', 'ScopeDescription']),
      },
    },
    ['UserPoolId', 'Identifier', 'Name'],
  ),
  UserPoolClient: closed(
    {
      UserPoolId: TEXT,
      ClientName: TEXT,
      GenerateSecret: { type: 'boolean' },
      AllowedOAuthFlowsUserPoolClient: { type: 'boolean' },
      AllowedOAuthFlows: { type: 'array', items: { enum: ['client_credentials'] } },
      AllowedOAuthScopes: TEXTS,
      AccessTokenValidity: NUMBER,
      TokenValidityUnits: closed({ AccessToken: UNIT, IdToken: UNIT, RefreshToken: UNIT }),
      SupportedIdentityProviders: { type: 'array', items: { const: 'COGNITO' } },
      EnableTokenRevocation: { type: 'boolean', $comment: 'there are no refresh tokens to revoke' },
      AuthSessionValidity: people('number'),
      ExplicitAuthFlows: people('array'),
      IdTokenValidity: people('number'),
      PreventUserExistenceErrors: people('string'),
      ReadAttributes: people('array'),
      RefreshTokenValidity: people('number'),
      WriteAttributes: people('array'),
    },
    ['UserPoolId'],
  ),
  UserPoolGroup: closed({ UserPoolId: TEXT, GroupName: TEXT, Description: TEXT, Precedence: NUMBER }, ['UserPoolId']),
};
