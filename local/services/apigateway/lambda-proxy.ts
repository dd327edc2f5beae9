import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { Answer } from './answer.ts';
import { type Exchange, methodArn } from './exchange.ts';
import { GatewayError, internalServerError } from './gateway-error.ts';
import { invokeFunction, type InvocationResult } from './invoke-function.ts';
import { isBinary, proxyEvent } from './proxy-event.ts';
import { readProxyResponse } from './proxy-response.ts';
import type { LambdaProxyIntegration } from './rest-api.ts';

/**
 * Passes a request to a function and its answer to the client. Throws INTEGRATION_TIMEOUT (504) when the function takes longer
 * than the integration's timeout (it runs on, unheard), and 502 or 500 for what goes wrong on its side.
 */
export async function integrateLambdaProxy(
  host: Host,
  exchange: Exchange,
  integration: LambdaProxyIntegration,
): Promise<Answer> {
  const startedMs = host.clock.now();
  try {
    const { payload, failed } = await invoke(host, exchange, integration);
    exchange.integrationStatus = 200;
    if (failed) throw internalServerError(502, `The function failed: ${JSON.stringify(payload)}`);
    const { status, headers, body, isBase64Encoded } = readProxyResponse(payload);
    const decode = isBase64Encoded && accepts(exchange);
    return { status, headers, body: decode ? Buffer.from(body, 'base64') : body };
  } finally {
    exchange.integrationLatencyMs = host.clock.now() - startedMs;
  }
}

async function invoke(
  host: Host,
  exchange: Exchange,
  { functionArn, credentials, timeoutMs }: LambdaProxyIntegration,
): Promise<InvocationResult> {
  const invocation = {
    functionArn,
    credentials,
    sourceArn: methodArn(exchange, exchange.resource?.path ?? '/'),
    event: proxyEvent(exchange),
    traceId: exchange.traceId,
  };
  let timer: { cancel(): void } | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = host.clock.after(timeoutMs, () =>
      reject(new GatewayError('INTEGRATION_TIMEOUT', 'Endpoint request timed out')),
    );
  });
  try {
    return await Promise.race([invokeFunction(host, invocation), timeout]);
  } catch (error) {
    throw error instanceof AwsError ? refusedInvocation(error) : error;
  } finally {
    timer?.cancel();
  }
}

/** What the host of a function refuses is the API's fault (permission, no such function) or that of its load. */
function refusedInvocation(error: AwsError): GatewayError {
  return internalServerError(/^(AccessDenied|ResourceNotFound)/.test(error.code) ? 500 : 502, error);
}

/** Base64 is decoded only for a client that accepts one of the API's binary media types (its first Accept counts). */
function accepts({ api, request }: Exchange): boolean {
  return isBinary(api.binaryMediaTypes, request.header('accept')?.split(',')[0] ?? '*/*');
}
