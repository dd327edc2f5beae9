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
import { RESOURCE_SERVER, SCOPES } from '../core/routes.ts';
import { acknowledge } from './acknowledge.ts';
import type { StageSettings } from './stage.ts';

const SCOPE_DESCRIPTIONS = { write: 'Submit orders', read: 'Read orders' } as const satisfies Record<
  keyof typeof SCOPES,
  string
>;

/** Who may call: client applications by OAuth client credentials, people as members of groups. */
export class Identity extends Construct {
  readonly userPool: UserPool;
  readonly sampleClient: UserPoolClient;
  readonly trialClient: UserPoolClient;
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
    for (const groupName of ['customer', 'staff', 'admin']) {
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
  }

  private client(id: string, server: UserPoolResourceServer, scopes: readonly ResourceServerScope[]): UserPoolClient {
    return this.userPool.addClient(id, {
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes.map((scope) => OAuthScope.resourceServer(server, scope)),
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      // An hour is the price of a leaked token; Cognito bills token requests, so clients keep theirs.
      accessTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
    });
  }
}
