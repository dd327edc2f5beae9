import { commonLogTime } from './context-variables.ts';
import type { Exchange } from './exchange.ts';

/**
 * The event of a Lambda proxy integration (payload format 1.0) and, but for its body, of a REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(exchange: Exchange): object {
  const { api, body, request } = exchange;
  const binary = isBinary(api.binaryMediaTypes, request.header('content-type'));
  return {
    ...requestEvent(exchange),
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
  };
}

/** What proxy integrations and REQUEST authorizers both get to see. */
export function requestEvent(exchange: Exchange): object {
  const { pathParameters, path, request, resource, stage } = exchange;
  const added = addedHeaders(exchange);
  const addedLists = Object.fromEntries(Object.entries(added).map(([name, value]) => [name, [value]]));
  return {
    resource: resource?.path,
    path,
    httpMethod: request.httpMethod,
    headers: { ...request.headers, ...added },
    multiValueHeaders: { ...request.multiValueHeaders, ...addedLists },
    queryStringParameters: request.query,
    multiValueQueryStringParameters: request.multiValueQuery,
    pathParameters,
    stageVariables: stage.variables,
    requestContext: requestContext(exchange),
  };
}

/** True when a content type (JSON, if there is none) is one of the API's binary media types, where a star stands for any part. */
export function isBinary(binaryMediaTypes: readonly string[], contentType = 'application/json'): boolean {
  const [type, subtype] = mediaType(contentType).split('/');
  return binaryMediaTypes.some((one) => {
    const [wantedType, wantedSubtype] = one.toLowerCase().split('/');
    return (wantedType === '*' || wantedType === type) && (wantedSubtype === '*' || wantedSubtype === subtype);
  });
}

/** `application/json` of `application/json; charset=utf-8`. */
export function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function requestContext(exchange: Exchange): object {
  const { accountId, api, apiKey, authorization, extendedRequestId, receivedMs, request, requestId, resource, stage } =
    exchange;
  return {
    resourceId: resource?.id,
    ...(authorization && {
      authorizer: {
        ...authorization.context,
        principalId: authorization.principalId,
        integrationLatency: authorization.latencyMs,
      },
    }),
    resourcePath: resource?.path,
    httpMethod: request.httpMethod,
    extendedRequestId,
    requestTime: commonLogTime(receivedMs),
    // As the client called it: without the stage at the root of the API port, as behind a custom domain name on AWS.
    path: request.path,
    accountId,
    protocol: request.protocol,
    stage: stage.name,
    domainPrefix: api.id,
    requestTimeEpoch: receivedMs,
    requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: request.header('user-agent') ?? null,
      user: null,
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    },
    domainName: request.host,
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}

/** Headers that the gateway puts in itself, whatever the client sent under their names. */
function addedHeaders({ request, traceId }: Exchange): Record<string, string> {
  const forwarded = request.header('x-forwarded-for');
  return {
    'X-Amzn-Trace-Id': traceId,
    'X-Forwarded-For': forwarded === undefined ? request.sourceIp : `${forwarded}, ${request.sourceIp}`,
    'X-Forwarded-Port': /:(\d+)$/.exec(request.host)?.[1] ?? '80',
    'X-Forwarded-Proto': 'http',
  };
}
