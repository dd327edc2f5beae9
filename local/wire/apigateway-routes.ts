/** Method, path and operation of API Gateway. https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html */
type Route = readonly [operation: string, method: string, path: string];

const API = '/restapis/(?<restApiId>[^/]+)';
const RESOURCE = `${API}/resources/(?<resourceId>[^/]+)`;
const PLAN = '/usageplans/(?<usagePlanId>[^/]+)';

/** All of them read: what the template says is changed by changing the template. */
export const API_GATEWAY_ROUTES: readonly Route[] = [
  ['GetRestApis', 'GET', '/restapis/?'],
  ['GetRestApi', 'GET', API],
  ['GetResources', 'GET', `${API}/resources`],
  ['GetResource', 'GET', RESOURCE],
  ['GetMethod', 'GET', `${RESOURCE}/methods/(?<httpMethod>[^/]+)`],
  ['GetStages', 'GET', `${API}/stages`],
  ['GetStage', 'GET', `${API}/stages/(?<stageName>[^/]+)`],
  ['GetAuthorizers', 'GET', `${API}/authorizers`],
  ['GetAuthorizer', 'GET', `${API}/authorizers/(?<authorizerId>[^/]+)`],
  ['GetModels', 'GET', `${API}/models`],
  ['GetModel', 'GET', `${API}/models/(?<modelName>[^/]+)`],
  ['GetRequestValidators', 'GET', `${API}/requestvalidators`],
  ['GetApiKeys', 'GET', '/apikeys/?'],
  ['GetApiKey', 'GET', '/apikeys/(?<apiKey>[^/]+)'],
  ['GetUsagePlans', 'GET', '/usageplans/?'],
  ['GetUsagePlan', 'GET', PLAN],
  ['GetUsagePlanKeys', 'GET', `${PLAN}/keys`],
];
