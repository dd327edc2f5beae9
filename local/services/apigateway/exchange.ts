import type { GatewayError } from './gateway-error.ts';
import type { GatewayRequest } from './gateway-request.ts';
import type { ApiKey, ApiResource, Method, RestApi, Stage } from './rest-api.ts';

/** What an authorizer said about a caller. */
export interface Authorization {
  readonly principalId: string;
  /** Values as strings, as they reach `requestContext.authorizer`. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
  readonly latencyMs: number;
}

/** One request on its way through the gateway, with what is known of it so far. */
export interface Exchange {
  readonly accountId: string;
  readonly region: string;
  readonly api: RestApi;
  readonly stage: Stage;
  readonly request: GatewayRequest;
  /** Path below the stage. */
  readonly path: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** `Root=1-…`, taken from the client or made here. */
  readonly traceId: string;
  readonly receivedMs: number;
  body: Buffer;
  resource?: ApiResource;
  method?: Method;
  pathParameters: Readonly<Record<string, string>> | null;
  authorization?: Authorization;
  apiKey?: ApiKey;
  error?: GatewayError;
  integrationStatus?: number;
  integrationLatencyMs?: number;
  /** Set when the answer is out. */
  status?: number;
  responseLength?: number;
  responseLatencyMs?: number;
}

/** ARN that authorizer policies and Lambda permissions speak about, with the path as called or as in the template. */
export function methodArn({ region, accountId, api, stage, request }: Exchange, path: string): string {
  const relative = path.replace(/^\//, '');
  return `arn:aws:execute-api:${region}:${accountId}:${api.id}/${stage.name}/${request.httpMethod}/${relative}`;
}
