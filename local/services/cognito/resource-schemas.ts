const TEXT = { type: 'string' };
const TEXTS = { type: 'array', items: TEXT };
const NUMBER = { type: 'number' };
const TAGS = { type: 'object', $comment: 'no effect locally' };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** What matters only to people who help themselves: signing up, forgotten passwords, second factors, sessions. */
function people(type: string): object {
  return { type, $comment: 'people are made, and their passwords set, by operators' };
}

/** Served are signing in with a password and refreshing; the others are refused when someone uses them. */
const EXPLICIT_AUTH_FLOWS = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
];

const UNIT = { enum: ['seconds', 'minutes', 'hours', 'days'] };

/** Closed schemas of the Cognito resource types that the host serves. */
export const SCHEMAS = {
  UserPool: closed({
    UserPoolName: TEXT,
    AccountRecoverySetting: people('object'),
    AdminCreateUserConfig: people('object'),
    AliasAttributes: { type: 'array', $comment: 'people sign in by their user name only' },
    AutoVerifiedAttributes: people('array'),
    EmailVerificationMessage: people('string'),
    EmailVerificationSubject: people('string'),
    EnabledMfas: people('array'),
    MfaConfiguration: people('string'),
    Policies: closed({
      PasswordPolicy: closed({
        MinimumLength: NUMBER,
        RequireLowercase: { type: 'boolean' },
        RequireUppercase: { type: 'boolean' },
        RequireNumbers: { type: 'boolean' },
        RequireSymbols: { type: 'boolean' },
        TemporaryPasswordValidityDays: NUMBER,
      }),
    }),
    Schema: { type: 'array', $comment: 'names are served; types, lengths and mutability are not checked' },
    SmsVerificationMessage: people('string'),
    UsernameAttributes: { type: 'array', items: { enum: ['email', 'phone_number'] } },
    UsernameConfiguration: { type: 'object', $comment: 'names differ by their case' },
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
      EnableTokenRevocation: { type: 'boolean', $comment: 'refresh tokens are not revoked' },
      AuthSessionValidity: people('number'),
      ExplicitAuthFlows: { type: 'array', items: { enum: EXPLICIT_AUTH_FLOWS } },
      IdTokenValidity: NUMBER,
      PreventUserExistenceErrors: { enum: ['ENABLED', 'LEGACY'] },
      ReadAttributes: people('array'),
      RefreshTokenValidity: NUMBER,
      WriteAttributes: people('array'),
    },
    ['UserPoolId'],
  ),
  UserPoolGroup: closed({ UserPoolId: TEXT, GroupName: TEXT, Description: TEXT, Precedence: NUMBER }, ['UserPoolId']),
};
