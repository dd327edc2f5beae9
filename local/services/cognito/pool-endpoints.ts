import type { IncomingMessage, ServerResponse } from 'node:http';
import { openIdConfiguration } from './descriptions.ts';
import type { SigningKey } from './signing-key.ts';
import { readTokenRequest, TokenRequestError } from './token-request.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** A token request is a few hundred bytes. */
const LARGEST_FORM_BYTES = 64 * 1024;

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface PoolAccess {
  /** By user pool id or hosted domain. */
  poolOf(name: string): UserPool | undefined;
  keyOf(pool: UserPool): Promise<SigningKey>;
  issue(pool: UserPool, client: UserPoolClient, scopes: readonly string[], lifetimeSeconds: number): Promise<string>;
}

/** The HTTP endpoints of user pools: key set, metadata, tokens. */
export class PoolEndpoints {
  private readonly access: PoolAccess;

  constructor(access: PoolAccess) {
    this.access = access;
  }

  /** Who serves a request; undefined when its path is none of a pool's. */
  find({ url = '/' }: IncomingMessage): Serve | undefined {
    const [path = ''] = url.split('?');
    const [, name, endpoint] =
      /^\/([^/]+)\/(\.well-known\/jwks\.json|\.well-known\/openid-configuration|oauth2\/token)$/.exec(path) ?? [];
    const pool = name === undefined ? undefined : this.access.poolOf(name);
    if (!pool) return undefined;
    if (endpoint === 'oauth2/token') return allow('POST', (request, response) => this.token(pool, request, response));
    if (endpoint === '.well-known/jwks.json') return allow('GET', (_, response) => this.keySet(pool, response));
    return allow('GET', async (_, response) => send(response, 200, openIdConfiguration(pool)));
  }

  private async keySet(pool: UserPool, response: ServerResponse): Promise<void> {
    const { publicJwk } = await this.access.keyOf(pool);
    send(response, 200, { keys: [publicJwk] });
  }

  private async token(pool: UserPool, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const form = await readForm(request);
      const { client, scopes } = readTokenRequest(form, request.headers.authorization, pool.clients);
      const accessToken = await this.access.issue(pool, client, scopes, client.accessTokenSeconds);
      const { accessTokenSeconds } = client;
      send(response, 200, { access_token: accessToken, expires_in: accessTokenSeconds, token_type: 'Bearer' });
    } catch (error) {
      if (!(error instanceof TokenRequestError)) throw error;
      send(response, 400, { error: error.code });
    }
  }
}

function allow(method: string, serve: Serve): Serve {
  return async (request, response) => {
    const asked = request.method === 'HEAD' ? 'GET' : request.method;
    if (asked === method) return serve(request, response);
    request.resume();
    response.setHeader('allow', method);
    send(response, 405, { error: 'method_not_allowed' });
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const contentType = request.headers['content-type'] ?? '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read to its end, so that the client gets to see the answer.
    if (size <= LARGEST_FORM_BYTES) chunks.push(chunk);
  }
  if (size > LARGEST_FORM_BYTES || !contentType.startsWith('application/x-www-form-urlencoded')) {
    throw new TokenRequestError('invalid_request');
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'Content-Type': 'application/json;charset=UTF-8',
      'Content-Length': Buffer.byteLength(text),
      // RFC 6749 §5.1: tokens must not be kept by caches.
      'Cache-Control': 'no-store',
    })
    .end(text);
}
