import type { Host } from '../../aws-service.ts';
import type { AccessLog } from './access-log.ts';
import type { Answer } from './answer.ts';
import { Authorizers } from './authorizers.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError, internalServerError } from './gateway-error.ts';
import { ClientGoneError } from './gateway-request.ts';
import { renderGatewayResponse } from './gateway-response.ts';
import { integrateLambdaProxy } from './lambda-proxy.ts';
import { measureExchange } from './metrics.ts';
import { integrateMock } from './mock-integration.ts';
import type { RequestValidation } from './request-validation.ts';
import type { Method } from './rest-api.ts';
import { matchMethod, matchResource } from './router.ts';
import type { Throttles } from './throttles.ts';
import type { UsagePlans } from './usage-plans.ts';

/** What a gateway needs of the stage that a request goes to. */
export interface StageParts {
  readonly validation: RequestValidation;
  readonly accessLog: AccessLog | undefined;
}

/** Takes requests through the steps of API Gateway, in its order. */
export class Gateway {
  private readonly host: Host;
  private readonly throttles: Throttles;
  private readonly plans: UsagePlans;
  private readonly authorizers: Authorizers;

  constructor(host: Host, throttles: Throttles, plans: UsagePlans) {
    this.host = host;
    this.throttles = throttles;
    this.plans = plans;
    this.authorizers = new Authorizers(host);
  }

  /** Answers a request; whatever goes wrong becomes a gateway response. Throws ClientGoneError only. */
  async answer(exchange: Exchange, { validation, accessLog }: StageParts, body: Promise<Buffer>): Promise<Answer> {
    let answer: Answer;
    try {
      exchange.body = await body;
      answer = await this.pass(exchange, validation);
    } catch (error) {
      if (error instanceof ClientGoneError) throw error;
      exchange.error = error instanceof GatewayError ? error : internalServerError(500, error);
      this.reportFailure(exchange, exchange.error);
      answer = renderGatewayResponse(exchange, exchange.error);
    }
    exchange.status = answer.status;
    exchange.responseLength = Buffer.byteLength(answer.body);
    exchange.responseLatencyMs = this.host.clock.now() - exchange.receivedMs;
    measureExchange(this.host, exchange);
    if (accessLog && exchange.stage.accessLog) accessLog.append(exchange.stage.accessLog.format(exchange));
    return answer;
  }

  /** Route, authorizer, usage plan, method throttle, validation, integration. */
  private async pass(exchange: Exchange, validation: RequestValidation): Promise<Answer> {
    const method = route(exchange);
    if (method.authorizerId !== undefined) await this.authorize(exchange, method.authorizerId);
    if (method.apiKeyRequired) this.plans.admit(exchange);
    this.throttles.takeForMethod(exchange);
    validation.check(exchange, method);
    return method.integration.type === 'MOCK'
      ? integrateMock(exchange, method.integration)
      : integrateLambdaProxy(this.host, exchange, method.integration);
  }

  private async authorize(exchange: Exchange, authorizerId: string): Promise<void> {
    const authorizer = exchange.api.authorizers.get(authorizerId);
    if (!authorizer) throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', null);
    await this.authorizers.authorize(exchange, authorizer);
  }

  /** The client of a 5xx learns nothing of its cause, so the person who runs the host does. */
  private reportFailure({ request, requestId }: Exchange, error: GatewayError): void {
    if (error.status < 500) return;
    const { cause } = error;
    const why = cause instanceof Error ? cause.message : cause === undefined ? error.message : JSON.stringify(cause);
    this.host.report(`API request ${requestId} (${request.httpMethod}): ${error.type}, ${error.status}. ${why}`);
  }
}

/** A path or method that does not exist is answered as one that nobody may call: 403. */
function route(exchange: Exchange): Method {
  const match = matchResource(exchange.api.root, exchange.path);
  const method = match && matchMethod(match.resource, exchange.request.httpMethod);
  if (!match || !method) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
  exchange.resource = match.resource;
  exchange.method = method;
  exchange.pathParameters = match.pathParameters;
  return method;
}
