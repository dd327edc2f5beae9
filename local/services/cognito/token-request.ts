import { timingSafeEqual } from 'node:crypto';
import type { UserPoolClient } from './user-pool.ts';

type ErrorCode =
  'invalid_client' | 'invalid_request' | 'invalid_scope' | 'unauthorized_client' | 'unsupported_grant_type';

/** A token request that is refused; Cognito answers 400 and `{"error": …}` for all of them (RFC 6749 §5.2). */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

export interface Grant {
  readonly client: UserPoolClient;
  readonly scopes: readonly string[];
}

/**
 * Reads a request of the token endpoint, form parameters and `Authorization` header, and checks it against the clients.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export function readTokenRequest(
  form: URLSearchParams,
  authorization: string | undefined,
  clients: ReadonlyMap<string, UserPoolClient>,
): Grant {
  const grantType = form.get('grant_type');
  if (grantType === null || grantType === '') throw new TokenRequestError('invalid_request');
  if (grantType !== 'client_credentials') throw new TokenRequestError('unsupported_grant_type');
  const client = authenticate(form, authorization, clients);
  if (!client.allowedFlows.includes('client_credentials')) throw new TokenRequestError('unauthorized_client');
  const requested = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (requested.some((scope) => !client.allowedScopes.includes(scope))) throw new TokenRequestError('invalid_scope');
  // Who asks for no scope gets all that the client may have.
  return { client, scopes: requested.length > 0 ? requested : client.allowedScopes };
}

function authenticate(
  form: URLSearchParams,
  authorization: string | undefined,
  clients: ReadonlyMap<string, UserPoolClient>,
): UserPoolClient {
  const [id, secret] =
    authorization === undefined ? [form.get('client_id'), form.get('client_secret')] : readBasic(authorization);
  const client = id === null ? undefined : clients.get(id);
  if (!client?.secret || secret === null || !sameText(secret, client.secret))
    throw new TokenRequestError('invalid_client');
  return client;
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function readBasic(authorization: string): [string | null, string | null] {
  const [, encoded] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  return id === undefined || secret === undefined ? [null, null] : [formDecoded(id), formDecoded(secret)];
}

function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll('&', '%26')}`).get('value') ?? '';
}

/** Compares in a time that does not tell how much was right. */
function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
