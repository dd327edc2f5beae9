import type {
  ApiKey,
  ApiResource,
  Authorizer,
  Method,
  RequestValidator,
  RestApi,
  Stage,
  UsagePlan,
} from './rest-api.ts';

/** Results of the read operations, in the shapes that the SDK has them. */
export function describeApi({ id, name, keySource, binaryMediaTypes, root }: RestApi): object {
  return { id, name, apiKeySource: keySource, binaryMediaTypes, rootResourceId: root.id };
}

export function describeResource(
  resource: ApiResource,
  all: ReadonlyMap<string, ApiResource>,
  withMethods: boolean,
): object {
  const { id, path, methods } = resource;
  const parent = [...all.values()].find((one) => isParent(one, resource));
  const shown = [...methods.values()].map(
    (method) => [method.httpMethod, withMethods ? describeMethod(method) : {}] as const,
  );
  return {
    id,
    ...(parent && { parentId: parent.id, pathPart: path.slice(path.lastIndexOf('/') + 1) }),
    path,
    ...(shown.length > 0 && { resourceMethods: Object.fromEntries(shown) }),
  };
}

function isParent({ literals, parameter, greedy }: ApiResource, child: ApiResource): boolean {
  return parameter?.resource === child || greedy?.resource === child || [...literals.values()].includes(child);
}

export function describeMethod(method: Method): object {
  const { httpMethod, authorizerId, apiKeyRequired, validatorId, requestParameters, requestModels, integration } =
    method;
  return {
    httpMethod,
    authorizationType: authorizerId === undefined ? 'NONE' : 'CUSTOM',
    ...(authorizerId !== undefined && { authorizerId }),
    apiKeyRequired,
    ...(validatorId !== undefined && { requestValidatorId: validatorId }),
    requestParameters,
    requestModels,
    methodIntegration:
      integration.type === 'MOCK'
        ? { type: 'MOCK', passthroughBehavior: integration.passthrough }
        : {
            type: 'AWS_PROXY',
            httpMethod: 'POST',
            uri: integration.functionArn,
            timeoutInMillis: integration.timeoutMs,
            ...(integration.credentials !== undefined && { credentials: integration.credentials }),
          },
  };
}

export function describeStage({ name, deploymentId, variables, methodSettings }: Stage): object {
  const settings = methodSettings.map(({ resourcePath, httpMethod, throttle, detailedMetrics }) => [
    // AWS writes the path as a JSON Pointer: `~1orders/POST`, and `*/*` for all.
    `${resourcePath.replaceAll('/', '~1')}/${httpMethod}`,
    {
      metricsEnabled: detailedMetrics,
      ...(throttle && { throttlingRateLimit: throttle.ratePerSecond, throttlingBurstLimit: throttle.burst }),
    },
  ]);
  return {
    stageName: name,
    deploymentId,
    cacheClusterEnabled: false,
    ...(variables && { variables }),
    methodSettings: Object.fromEntries(settings) as object,
  };
}

export function describeAuthorizer(authorizer: Authorizer): object {
  const { id, type, functionArn, credentials, identitySources, identityValidation, resultTtlMs } = authorizer;
  return {
    id,
    type,
    authorizerUri: functionArn,
    ...(credentials !== undefined && { authorizerCredentials: credentials }),
    identitySource: identitySources.join(', '),
    ...(identityValidation && { identityValidationExpression: identityValidation.source.slice('^(?:'.length, -2) }),
    authorizerResultTtlInSeconds: resultTtlMs / 1000,
  };
}

export function describeModel([name, schema]: readonly [string, object]): object {
  return { id: name, name, contentType: 'application/json', schema: JSON.stringify(schema) };
}

export function describeValidator([id, { body, parameters }]: readonly [string, RequestValidator]): object {
  return { id, validateRequestBody: body, validateRequestParameters: parameters };
}

export function describeKey({ id, name, value, enabled }: ApiKey, withValue: boolean): object {
  return { id, name, enabled, ...(withValue && { value }) };
}

export function describePlan({ id, name, throttle, quota, stages }: UsagePlan): object {
  return {
    id,
    name,
    ...(throttle && { throttle: { rateLimit: throttle.ratePerSecond, burstLimit: throttle.burst } }),
    ...(quota && { quota }),
    apiStages: stages.map(({ apiId, stage, throttles }) => ({
      apiId,
      stage,
      ...(Object.keys(throttles).length > 0 && {
        throttle: Object.fromEntries(
          Object.entries(throttles).map(([method, { ratePerSecond, burst }]) => [
            method,
            { rateLimit: ratePerSecond, burstLimit: burst },
          ]),
        ),
      }),
    })),
  };
}
