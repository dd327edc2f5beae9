const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof UNIT_SECONDS;
type Token = 'AccessToken' | 'IdToken' | 'RefreshToken';

/** Properties of a client about how long its tokens live. */
export type TokenValidity = { readonly [Name in `${Token}Validity`]?: number } & {
  readonly TokenValidityUnits?: { readonly [Name in Token]?: Unit };
};

/** Cognito's defaults and limits. */
const RULES = {
  AccessToken: {
    unit: 'hours',
    default: 3_600,
    least: 300,
    most: 86_400,
    what: 'an access token lives 5 minutes to 1 day',
  },
  IdToken: { unit: 'hours', default: 3_600, least: 300, most: 86_400, what: 'an ID token lives 5 minutes to 1 day' },
  RefreshToken: {
    unit: 'days',
    default: 30 * 86_400,
    least: 3_600,
    most: 3_650 * 86_400,
    what: 'a refresh token lives 1 hour to 10 years',
  },
} as const;

/** How long a client's tokens of a kind live. Throws what Cognito refuses. */
export function tokenSeconds(logicalId: string, properties: TokenValidity, token: Token): number {
  const rule = RULES[token];
  const validity = properties[`${token}Validity`];
  if (validity === undefined) return rule.default;
  const seconds = validity * UNIT_SECONDS[properties.TokenValidityUnits?.[token] ?? rule.unit];
  if (seconds >= rule.least && seconds <= rule.most) return seconds;
  throw new Error(`${logicalId}: Invalid range for token validity: ${rule.what}.`);
}
