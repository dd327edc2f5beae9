import type { Exchange } from '../../../local/services/apigateway/exchange.ts';
import {
  GATEWAY_RESPONSE_TYPES,
  GatewayError,
  type GatewayResponseType,
} from '../../../local/services/apigateway/gateway-error.ts';
import { renderGatewayResponse } from '../../../local/services/apigateway/gateway-response.ts';
import { compileHeaderSource, compileTemplate } from '../../../local/services/apigateway/mapping-template.ts';
import type { GatewayResponse } from '../../../local/services/apigateway/rest-api.ts';

const KINDS = Object.keys(GATEWAY_RESPONSE_TYPES) as GatewayResponseType[];

function render(
  error: GatewayError,
  custom: Partial<Record<GatewayResponseType, GatewayResponse>> = {},
  accept?: string,
) {
  const exchange = {
    requestId: 'request-1',
    error,
    api: { gatewayResponses: new Map(Object.entries(custom)) },
    request: { header: (name: string) => (name === 'accept' ? accept : undefined) },
  };
  // Rendering reads no more of an exchange than this.
  return renderGatewayResponse(exchange as unknown as Exchange, error);
}

const response = (parts: {
  status?: number;
  headers?: Record<string, string>;
  templates?: Record<string, string>;
}): GatewayResponse => ({
  status: parts.status,
  headers: Object.fromEntries(
    Object.entries(parts.headers ?? {}).map(([name, source]) => [name, compileHeaderSource(source, 'test')]),
  ),
  templates:
    parts.templates &&
    Object.fromEntries(Object.entries(parts.templates).map(([type, text]) => [type, compileTemplate(text, 'test')])),
});

describe('a gateway response', () => {
  it.each(KINDS)('%s is API Gateway’s own when the template has none', (type) => {
    const { status, errorType } = GATEWAY_RESPONSE_TYPES[type];

    expect(render(new GatewayError(type, 'why "not"'))).toEqual({
      status,
      headers: { 'x-amzn-ErrorType': errorType, 'Content-Type': 'application/json' },
      body: '{"message":"why \\"not\\""}',
    });
  });

  it.each(KINDS)('%s is the one of the template', (type) => {
    const custom = response({
      status: 418,
      headers: { 'Retry-After': "'1'" },
      templates: { 'application/json': 'no' },
    });

    expect(render(new GatewayError(type, 'x'), { [type]: custom })).toMatchObject({
      status: 418,
      headers: { 'Retry-After': '1' },
      body: 'no',
    });
  });

  it.each(KINDS)('%s falls back to the default of its family, and keeps its status', (type) => {
    const custom = {
      DEFAULT_4XX: response({ templates: { 'application/json': 'four' } }),
      DEFAULT_5XX: response({ templates: { 'application/json': 'five' } }),
    };
    const { status } = GATEWAY_RESPONSE_TYPES[type];

    expect(render(new GatewayError(type, 'x'), custom)).toMatchObject({ status, body: status < 500 ? 'four' : 'five' });
  });

  it('fills in what is known of the error and the request', () => {
    const template =
      '{"m":$context.error.messageString,"raw":"$context.error.message","t":"$context.error.responseType","v":"${context.error.validationErrorString}","id":"$context.requestId."}';
    const error = new GatewayError('BAD_REQUEST_BODY', 'Invalid request body', {
      validationErrorString: '[too small]',
    });
    const custom = response({
      headers: { 'X-Request': 'context.requestId', 'content-type': "'application/problem+json'" },
      templates: { 'application/json': template },
    });

    const { headers, body } = render(error, { BAD_REQUEST_BODY: custom });

    expect(JSON.parse(body as string)).toEqual({
      m: 'Invalid request body',
      raw: 'Invalid request body',
      t: 'BAD_REQUEST_BODY',
      v: '[too small]',
      id: 'request-1.',
    });
    expect(headers).toEqual({
      'x-amzn-ErrorType': 'BadRequestException',
      'Content-Type': 'application/problem+json',
      'X-Request': 'request-1',
    });
  });

  it('is in the type that the client accepts, else in JSON', () => {
    const custom = { THROTTLED: response({ templates: { 'application/json': '{}', 'text/html': '<p>' } }) };
    const error = new GatewayError('THROTTLED', 'x');

    expect(render(error, custom, 'text/html;q=1, */*').body).toBe('<p>');
    expect(render(error, custom, '*/*').body).toBe('{}');
  });
});
