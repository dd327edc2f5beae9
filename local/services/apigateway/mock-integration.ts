import type { Answer } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { GatewayError, internalServerError } from './gateway-error.ts';
import { mediaType } from './proxy-event.ts';
import type { MockIntegration, MockResponse } from './rest-api.ts';

const JSON_TYPE = 'application/json';

/**
 * Answers without a backend: the request template names a status, which chooses the response.
 * Throws UNSUPPORTED_MEDIA_TYPE where the passthrough behaviour forbids a content type without a template.
 */
export function integrateMock(exchange: Exchange, integration: MockIntegration): Answer {
  const status = mockStatus(requestText(exchange, integration));
  exchange.integrationStatus = status;
  const response = chooseResponse(integration.responses, status);
  if (!response) throw new GatewayError('API_CONFIGURATION_ERROR', 'Internal server error');
  const contentType = chooseContentType(Object.keys(response.templates), exchange.request.header('accept'));
  const template = response.templates[contentType];
  const headers: Record<string, string> = { 'Content-Type': contentType };
  for (const [name, source] of Object.entries(response.headers)) headers[name] = source(exchange);
  const body = template ? template(exchange) : '';
  const { override } = exchange;
  return { status: override?.status ?? response.status, headers: overridden(headers, override?.headers ?? {}), body };
}

/** Headers with those of a template in their place, in whatever case they are written. */
export function overridden(
  headers: Readonly<Record<string, string>>,
  override: Readonly<Record<string, string>>,
): Record<string, string> {
  const replaced = new Set(Object.keys(override).map((name) => name.toLowerCase()));
  const kept = Object.entries(headers).filter(([name]) => !replaced.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...override };
}

/** The type to answer in: what the client accepts by name, else JSON, else what there is. */
export function chooseContentType(available: readonly string[], accept: string | undefined): string {
  const accepted = (accept ?? '').split(',').map(mediaType);
  const wanted = accepted.find((one) => available.includes(one));
  return wanted ?? (available.includes(JSON_TYPE) ? JSON_TYPE : (available[0] ?? JSON_TYPE));
}

function requestText(exchange: Exchange, { passthrough, requestTemplates }: MockIntegration): string {
  const contentType = mediaType(exchange.request.header('content-type') ?? JSON_TYPE);
  const template = Object.hasOwn(requestTemplates, contentType) ? requestTemplates[contentType] : undefined;
  if (template) return template(exchange);
  const none = Object.keys(requestTemplates).length === 0;
  if (passthrough === 'WHEN_NO_MATCH' || (passthrough === 'WHEN_NO_TEMPLATES' && none)) {
    return exchange.body.toString('utf8');
  }
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type');
}

/** API Gateway reads the template's outcome leniently: CDK itself writes `{ statusCode: 200 }`. */
function mockStatus(text: string): number {
  const [, status] = /["']?statusCode["']?\s*:\s*["']?(\d{3})/.exec(text) ?? [];
  if (status === undefined)
    throw internalServerError(500, 'The request template of a MOCK integration gave no statusCode.');
  return Number(status);
}

function chooseResponse(responses: readonly MockResponse[], status: number): MockResponse | undefined {
  return (
    responses.find(({ selectionPattern }) => selectionPattern?.test(String(status))) ??
    responses.find(({ selectionPattern }) => selectionPattern === undefined)
  );
}
