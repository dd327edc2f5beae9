import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { GATEWAY_RESPONSE_TYPES, type GatewayError } from './gateway-error.ts';
import { compileTemplate } from './mapping-template.ts';
import { chooseContentType, overridden } from './mock-integration.ts';
import type { GatewayResponse, RestApi } from './rest-api.ts';

const DEFAULT_TEMPLATES = {
  'application/json': compileTemplate('{"message":$context.error.messageString}', 'the default gateway response'),
};

/**
 * What the API answers to a request that the gateway ends: its own response for the error's type, else its DEFAULT_4XX or
 * DEFAULT_5XX, else API Gateway's. Without a status of its own a response keeps that of the error.
 */
export function renderGatewayResponse(exchange: Exchange, error: GatewayError): Answer {
  const custom = customResponse(exchange.api, error);
  const templates = custom?.templates ?? DEFAULT_TEMPLATES;
  const contentType = chooseContentType(Object.keys(templates), exchange.request.header('accept'));
  const template = (templates as NonNullable<GatewayResponse['templates']>)[contentType];
  const headers: Record<string, string> = {
    'x-amzn-ErrorType': GATEWAY_RESPONSE_TYPES[error.type].errorType,
    'Content-Type': contentType,
  };
  for (const [name, source] of Object.entries(custom?.headers ?? {})) {
    const written = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
    headers[written] = source(exchange);
  }
  const body = template ? template(exchange) : '';
  const { override } = exchange;
  const status = override?.status ?? custom?.status ?? error.status;
  return { status, headers: overridden(headers, override?.headers ?? {}), body };
}

function customResponse({ gatewayResponses }: RestApi, error: GatewayError): GatewayResponse | undefined {
  const family = error.status >= 500 ? 'DEFAULT_5XX' : 'DEFAULT_4XX';
  return gatewayResponses.get(error.type) ?? gatewayResponses.get(family);
}
