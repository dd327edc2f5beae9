/** A user pool as its template resources describe it. */
export interface UserPool {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly issuer: string;
  /** Properties as the template has them, for DescribeUserPool. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Scope names by resource server identifier. */
  readonly resourceServers: Map<string, readonly string[]>;
  readonly clients: Map<string, UserPoolClient>;
  readonly groups: Map<string, UserPoolGroup>;
}

/** An application that may ask the pool for tokens. */
export interface UserPoolClient {
  readonly id: string;
  readonly name: string;
  readonly userPoolId: string;
  /** Undefined for a public client. */
  readonly secret: string | undefined;
  readonly allowedFlows: readonly string[];
  readonly allowedScopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Ways in which people may sign in, `ALLOW_…`. */
  readonly signInFlows: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface UserPoolGroup {
  readonly name: string;
  readonly description: string | undefined;
  readonly precedence: number | undefined;
}
