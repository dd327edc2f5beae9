import type { GatewayError } from './gateway-error.ts';
import type { GatewayRequest } from './gateway-request.ts';

/** What an authorizer said about a caller. */
export interface Authorization {
  readonly principalId: string;
  /** Values as strings, as they reach `requestContext.authorizer`. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey: string | undefined;
  readonly latencyMs: number;
}

/** What mapping templates, gateway responses and access logs can speak of: a request with what is known of it so far. */
export interface TemplateScope {
  readonly accountId: string;
  readonly api: { readonly id: string };
  readonly stage: {
    readonly name: string;
    readonly deploymentId: string;
    readonly variables: Readonly<Record<string, string>> | null;
  };
  readonly request: GatewayRequest;
  /** Path below the stage. */
  readonly path: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** `Root=1-…`, taken from the client or made here. */
  readonly traceId: string;
  readonly receivedMs: number;
  body: Buffer;
  resource?: { readonly id: string; readonly path: string };
  pathParameters: Readonly<Record<string, string>> | null;
  authorization?: Authorization;
  apiKey?: { readonly id: string; readonly value: string };
  error?: GatewayError;
  /** What a template has set of `$context.responseOverride`. */
  override?: { status?: number; readonly headers: Record<string, string> };
  integrationStatus?: number;
  integrationLatencyMs?: number;
  /** Set when the answer is out. */
  status?: number;
  responseLength?: number;
  responseLatencyMs?: number;
}
