import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { type AuthorizerAnswer, readAuthorizerAnswer } from './authorizer-answer.ts';
import { contextVariable } from './context-variables.ts';
import { type Exchange, methodArn } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import { invokeFunction } from './invoke-function.ts';
import { requestEvent } from './proxy-event.ts';
import type { Authorizer } from './rest-api.ts';

/** Enough for every client of a laptop; the oldest answer leaves first. */
const MOST_CACHED_ANSWERS = 10_000;

interface CachedAnswer {
  readonly answer: AuthorizerAnswer;
  readonly expiresMs: number;
}

/**
 * Lambda authorizers with their cache of answers. The policy is kept per identity, not per method, so it is asked again about
 * each method. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class Authorizers {
  private readonly host: Host;
  private readonly cache = new Map<string, CachedAnswer>();

  constructor(host: Host) {
    this.host = host;
  }

  /**
   * Lets a caller through or throws: UNAUTHORIZED without a usable identity, ACCESS_DENIED when the policy does not allow the
   * method, AUTHORIZER_FAILURE and AUTHORIZER_CONFIGURATION_ERROR when the authorizer does not work.
   */
  async authorize(exchange: Exchange, authorizer: Authorizer): Promise<void> {
    const identity = readIdentity(exchange, authorizer);
    const startedMs = this.host.clock.now();
    const answer = this.cached(exchange, authorizer, identity) ?? (await this.ask(exchange, authorizer, identity));
    const { principalId, context, usageIdentifierKey, policy } = answer;
    const latencyMs = this.host.clock.now() - startedMs;
    exchange.authorization = { principalId, context, usageIdentifierKey, latencyMs };
    const verdict = policy(methodArn(exchange, exchange.path));
    if (verdict === 'allowed') return;
    const explicit = verdict === 'denied' ? ' with an explicit deny' : '';
    throw new GatewayError('ACCESS_DENIED', `User is not authorized to access this resource${explicit}`);
  }

  private cached(
    exchange: Exchange,
    authorizer: Authorizer,
    identity: readonly string[],
  ): AuthorizerAnswer | undefined {
    const key = cacheKey(exchange, authorizer, identity);
    const found = this.cache.get(key);
    if (!found) return undefined;
    if (found.expiresMs > this.host.clock.now()) return found.answer;
    this.cache.delete(key);
    return undefined;
  }

  private async ask(
    exchange: Exchange,
    authorizer: Authorizer,
    identity: readonly string[],
  ): Promise<AuthorizerAnswer> {
    const { region, accountId, api } = exchange;
    const { payload, failed } = await invokeFunction(this.host, {
      functionArn: authorizer.functionArn,
      credentials: authorizer.credentials,
      sourceArn: `arn:aws:execute-api:${region}:${accountId}:${api.id}/authorizers/${authorizer.id}`,
      event: authorizerEvent(exchange, authorizer, identity),
      traceId: exchange.traceId,
    }).catch((cause: unknown) => {
      throw cause instanceof AwsError ? new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', null, { cause }) : cause;
    });
    if (failed) throw failure(payload);
    const answer = readAuthorizerAnswer(payload);
    this.remember(cacheKey(exchange, authorizer, identity), answer, authorizer.resultTtlMs);
    return answer;
  }

  private remember(key: string, answer: AuthorizerAnswer, ttlMs: number): void {
    if (ttlMs === 0) return;
    const [oldest] = this.cache.keys();
    if (this.cache.size >= MOST_CACHED_ANSWERS && oldest !== undefined) this.cache.delete(oldest);
    this.cache.set(key, { answer, expiresMs: this.host.clock.now() + ttlMs });
  }
}

/** The values of the identity sources. Throws UNAUTHORIZED when one is missing or the token has not the form asked for. */
function readIdentity(exchange: Exchange, { type, identitySources, identityValidation }: Authorizer): string[] {
  const values = identitySources.map((source) => identityValue(exchange, source));
  const wellFormed = type === 'REQUEST' || !identityValidation || identityValidation.test(values[0] ?? '');
  if (!wellFormed || values.some((value) => value === undefined || value === '')) {
    throw new GatewayError('UNAUTHORIZED', 'Unauthorized');
  }
  return values as string[];
}

function identityValue(exchange: Exchange, source: string): string | undefined {
  const { request, stage } = exchange;
  const [, place, name = ''] =
    /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  if (place === 'method.request.header') return request.header(name);
  if (place === 'method.request.querystring') return request.query?.[name];
  if (place === 'stageVariables') return stage.variables?.[name];
  return String(contextVariable(name)?.(exchange) ?? '');
}

function authorizerEvent(exchange: Exchange, { type }: Authorizer, identity: readonly string[]): object {
  const arn = methodArn(exchange, exchange.path);
  return type === 'TOKEN'
    ? { type, methodArn: arn, authorizationToken: identity[0] }
    : { type, methodArn: arn, ...requestEvent(exchange) };
}

/** `callback("Unauthorized")`, to the letter, is how a function says 401; any other error is its failure. */
function failure(payload: unknown): GatewayError {
  const { errorMessage } = (payload ?? {}) as { errorMessage?: unknown };
  if (errorMessage === 'Unauthorized') return new GatewayError('UNAUTHORIZED', 'Unauthorized');
  return new GatewayError('AUTHORIZER_FAILURE', null, { cause: payload });
}

function cacheKey({ api, stage }: Exchange, { id }: Authorizer, identity: readonly string[]): string {
  return [api.id, stage.name, id, ...identity].join('\u0000');
}
