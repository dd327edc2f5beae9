import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ROLES } from '../core/role.ts';
import { RESOURCE_SERVER, SCOPES } from '../core/routes.ts';
import { acknowledge } from './acknowledge.ts';
import type { StageSettings } from './stage.ts';

const SCOPE_DESCRIPTIONS = { write: 'Submit orders', read: 'Read orders' } as const satisfies Record<
  keyof typeof SCOPES,
  string
>;

/** An hour is the price of a leaked token, or of a role that was taken away; Cognito bills clients' token requests, so they keep theirs. */
const ACCESS_TOKEN_VALIDITY = Duration.hours(1);

/** The groups of people: those who buy, and the roles that open routes. */
const GROUPS = ['customer', ...ROLES] as const;

/** Who may call: client applications by OAuth client credentials, people as members of groups. */
export class Identity extends Construct {
  readonly userPool: UserPool;
  readonly sampleClient: UserPoolClient;
  readonly trialClient: UserPoolClient;
  /** What people sign in with. */
  readonly staffClient: UserPoolClient;
  /** Where a client application gets its token. */
  readonly tokenUrl: string;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: settings.deletionProtection,
      // Its client ids are in the order ids: a new pool would make new orders of old Idempotency-Keys.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      this.userPool,
      'AwsSolutions-COG2',
      'Client credentials know no second factor; people may set one up (TOTP).',
    );
    acknowledge(
      this.userPool,
      'AwsSolutions-COG8',
      'The plus plan bills per user for risk scores of sign-ins; clients do not sign in.',
    );
    for (const groupName of GROUPS) {
      new CfnUserPoolGroup(this, `Group-${groupName}`, { userPoolId: this.userPool.userPoolId, groupName });
    }

    const domain = this.userPool.addDomain('Domain', {
      // Domain prefixes are unique in a region across all accounts.
      cognitoDomain: { domainPrefix: `order-saga-${settings.stage}-${Aws.ACCOUNT_ID}` },
    });
    this.tokenUrl = `${domain.baseUrl()}/oauth2/token`;

    const scopes = Object.entries(SCOPE_DESCRIPTIONS).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const orders = this.userPool.addResourceServer('Orders', { identifier: RESOURCE_SERVER, scopes });
    this.sampleClient = this.client('SampleClient', orders, scopes);
    this.trialClient = this.client('TrialClient', orders, scopes);
    this.staffClient = this.signInClient('StaffClient');
  }

  private client(id: string, server: UserPoolResourceServer, scopes: readonly ResourceServerScope[]): UserPoolClient {
    return this.userPool.addClient(id, {
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes.map((scope) => OAuthScope.resourceServer(server, scope)),
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: ACCESS_TOKEN_VALIDITY,
      preventUserExistenceErrors: true,
    });
  }

  /** A public client: what a person says to it proves who they are, a secret in a browser or on a laptop proves nothing. */
  private signInClient(id: string): UserPoolClient {
    return this.userPool.addClient(id, {
      generateSecret: false,
      disableOAuth: true,
      // The password never leaves the person's side with SRP; the admin flow is for operators with AWS credentials of their own.
      authFlows: { userSrp: true, adminUserPassword: true },
      accessTokenValidity: ACCESS_TOKEN_VALIDITY,
      // A working day; Cognito would keep people signed in for 30 days.
      refreshTokenValidity: Duration.hours(12),
      preventUserExistenceErrors: true,
    });
  }
}
