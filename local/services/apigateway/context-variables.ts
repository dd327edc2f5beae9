import type { TemplateScope } from './template-scope.ts';

type Variable = (scope: TemplateScope) => string | number | null | undefined;

/**
 * `$context.…` as mapping templates, gateway responses and access logs may name them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
const VARIABLES: Readonly<Record<string, Variable>> = {
  accountId: ({ accountId }) => accountId,
  apiId: ({ api }) => api.id,
  deploymentId: ({ stage }) => stage.deploymentId,
  domainName: ({ request }) => request.host,
  domainPrefix: ({ api }) => api.id,
  'error.message': ({ error }) => error?.text,
  'error.messageString': ({ error }) => error && JSON.stringify(error.text),
  'error.responseType': ({ error }) => error?.type,
  'error.validationErrorString': ({ error }) => error?.validationErrorString,
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ request }) => request.httpMethod,
  'identity.apiKey': ({ apiKey }) => apiKey?.value,
  'identity.apiKeyId': ({ apiKey }) => apiKey?.id,
  // Callers signed with IAM credentials, certificates and Cognito identities are not served, so these stay empty.
  'identity.accountId': () => undefined,
  'identity.caller': () => undefined,
  'identity.user': () => undefined,
  'identity.userArn': () => undefined,
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.userAgent': ({ request }) => request.header('user-agent'),
  'integration.status': ({ integrationStatus }) => integrationStatus,
  integrationStatus: ({ integrationStatus }) => integrationStatus,
  'integration.latency': ({ integrationLatencyMs }) => integrationLatencyMs,
  integrationLatency: ({ integrationLatencyMs }) => integrationLatencyMs,
  integrationErrorMessage: ({ error }) => ((error?.status ?? 0) >= 500 ? error?.text : undefined),
  path: ({ stage, path }) => `/${stage.name}${path}`,
  protocol: ({ request }) => request.protocol,
  requestId: ({ requestId }) => requestId,
  requestTime: ({ receivedMs }) => commonLogTime(receivedMs),
  requestTimeEpoch: ({ receivedMs }) => receivedMs,
  resourceId: ({ resource }) => resource?.id,
  resourcePath: ({ resource }) => resource?.path,
  responseLatency: ({ responseLatencyMs }) => responseLatencyMs,
  responseLength: ({ responseLength }) => responseLength,
  stage: ({ stage }) => stage.name,
  status: ({ status }) => status,
  xrayTraceId: ({ traceId }) => traceId.replace('Root=', ''),
};

/** How a variable is read, by its name without `$context.`; undefined when the host does not serve it. */
export function contextVariable(name: string): Variable | undefined {
  if (Object.hasOwn(VARIABLES, name)) return VARIABLES[name];
  if (name === 'authorizer.principalId') return ({ authorization }) => authorization?.principalId;
  if (name === 'authorizer.integrationLatency') return ({ authorization }) => authorization?.latencyMs;
  const [, key] = /^authorizer\.([A-Za-z0-9_]+)$/.exec(name) ?? [];
  return key === undefined ? undefined : ({ authorization }) => authorization?.context[key];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `09/Apr/2015:12:34:56 +0000`, the time format of the Common Log Format. */
export function commonLogTime(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
