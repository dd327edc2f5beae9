import type { MappingTemplate } from './mapping-template.ts';

/** A REST API as its template resources describe it. */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  /** Where the API key of a request is found: its `x-api-key` header, or what the authorizer answered. */
  readonly keySource: 'HEADER' | 'AUTHORIZER';
  /** Content types whose bodies travel base64-encoded. */
  readonly binaryMediaTypes: readonly string[];
  readonly root: ApiResource;
  readonly resources: Map<string, ApiResource>;
  readonly authorizers: Map<string, Authorizer>;
  /** JSON Schemas by model name. */
  readonly models: Map<string, object>;
  readonly validators: Map<string, RequestValidator>;
  readonly gatewayResponses: Map<string, GatewayResponse>;
  readonly stages: Map<string, Stage>;
}

/** One segment of the path tree. */
export interface ApiResource {
  readonly id: string;
  /** `/orders/{orderId}`. */
  readonly path: string;
  readonly literals: Map<string, ApiResource>;
  /** `{orderId}` below this resource; API Gateway allows one. */
  parameter: { readonly name: string; readonly resource: ApiResource } | undefined;
  /** `{proxy+}`: takes all that is left of the path. */
  greedy: { readonly name: string; readonly resource: ApiResource } | undefined;
  /** By HTTP method; `ANY` answers those without a method of their own. */
  readonly methods: Map<string, Method>;
}

export interface Method {
  readonly logicalId: string;
  readonly httpMethod: string;
  readonly authorizerId: string | undefined;
  readonly apiKeyRequired: boolean;
  readonly validatorId: string | undefined;
  /** `method.request.header.X` → required. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  /** Model name by content type. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly integration: Integration;
}

export type Integration = LambdaProxyIntegration | MockIntegration;

export interface LambdaProxyIntegration {
  readonly type: 'AWS_PROXY';
  readonly functionArn: string;
  /** Role with which the function is called; without one its resource policy must let API Gateway in. */
  readonly credentials: string | undefined;
  readonly timeoutMs: number;
}

export interface MockIntegration {
  readonly type: 'MOCK';
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly requestTemplates: Readonly<Record<string, MappingTemplate>>;
  readonly responses: readonly MockResponse[];
}

export interface MockResponse {
  readonly status: number;
  /** Chosen when this matches the status of the request template; the one without a pattern is the default. */
  readonly selectionPattern: RegExp | undefined;
  readonly headers: Readonly<Record<string, HeaderSource>>;
  readonly templates: Readonly<Record<string, MappingTemplate>>;
}

/** Where a mapped header takes its value from: `'literal'` or `context.requestId`. */
export type HeaderSource = MappingTemplate;

export interface Authorizer {
  readonly id: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  readonly credentials: string | undefined;
  /** `method.request.header.Authorization`, … */
  readonly identitySources: readonly string[];
  readonly identityValidation: RegExp | undefined;
  readonly resultTtlMs: number;
}

export interface RequestValidator {
  readonly body: boolean;
  readonly parameters: boolean;
}

export interface GatewayResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, HeaderSource>>;
  /** By content type; undefined keeps API Gateway's own body. */
  readonly templates: Readonly<Record<string, MappingTemplate>> | undefined;
}

export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>> | null;
  /** Most specific first. */
  readonly methodSettings: readonly MethodSetting[];
  readonly accessLog: { readonly logGroupName: string; readonly format: MappingTemplate } | undefined;
}

export interface MethodSetting {
  /** `*` for all. */
  readonly httpMethod: string;
  /** Resource path, or `*` for all. */
  readonly resourcePath: string;
  readonly throttle: Throttle | undefined;
  readonly detailedMetrics: boolean;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly throttle: Throttle | undefined;
  readonly quota: Quota | undefined;
  readonly stages: readonly PlanStage[];
  readonly keyIds: Set<string>;
}

export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** Throttles of single methods, by `/orders/POST`. */
  readonly throttles: Readonly<Record<string, Throttle>>;
}

export interface Quota {
  readonly limit: number;
  /** Requests already spent of the first period. */
  readonly offset: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
}

/** API Gateway's throttle of all APIs of an account in a region, and the default where a limit is left out. */
export const ACCOUNT_THROTTLE: Throttle = { ratePerSecond: 10_000, burst: 5_000 };
