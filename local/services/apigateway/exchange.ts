import type { ApiKey, ApiResource, Method, RestApi, Stage } from './rest-api.ts';
import type { TemplateScope } from './template-scope.ts';

/** One request on its way through the gateway: what templates can see, and the parts of the API that it concerns. */
export interface Exchange extends TemplateScope {
  readonly region: string;
  readonly api: RestApi;
  readonly stage: Stage;
  resource?: ApiResource;
  method?: Method;
  apiKey?: ApiKey;
}

/** ARN that authorizer policies and Lambda permissions speak about, with the path as called or as in the template. */
export function methodArn({ region, accountId, api, stage, request }: Exchange, path: string): string {
  const relative = path.replace(/^\//, '');
  return `arn:aws:execute-api:${region}:${accountId}:${api.id}/${stage.name}/${request.httpMethod}/${relative}`;
}
