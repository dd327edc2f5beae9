import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType, TemplateResource } from '../../aws-service.ts';
import { AccessLog } from './access-log.ts';
import type { Answer } from './answer.ts';
import * as api from './create-api.ts';
import { createApiKey, createUsagePlan, createUsagePlanKey } from './create-metering.ts';
import { createMethod } from './create-method.ts';
import { createStage } from './create-stage.ts';
import type { Exchange } from './exchange.ts';
import { Gateway, type StageParts } from './gateway.ts';
import { ClientGoneError, type GatewayRequest, readGatewayRequest, readPayload } from './gateway-request.ts';
import { type Location, locateStage } from './locate-stage.ts';
import { checkLogRole } from './log-role.ts';
import { type ReadInput, type ReadOperation, readOperations } from './read-operations.ts';
import { RequestValidation } from './request-validation.ts';
import { SCHEMAS } from './resource-schemas.ts';
import type { RestApi } from './rest-api.ts';
import { shortId } from './short-id.ts';
import { Throttles } from './throttles.ts';
import { UsagePlans } from './usage-plans.ts';
import { resourceTypes } from '../resource-types.ts';

/** Where an API of the template is served. */
export interface ServedApi {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly string[];
  /** Path in front of its routes on the API port: empty for the only API of a template. */
  readonly basePath: string;
}

/** API Gateway: REST APIs with Lambda proxy and mock integrations, Lambda authorizers, usage plans, validators. */
export class ApiGatewayService implements AwsService {
  readonly names = ['apigateway'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly definitions: Map<string, RestApi> = new Map();
  private readonly plans: UsagePlans;
  private readonly gateway: Gateway;
  private readonly parts = new Map<string, StageParts>();
  private readonly reads: Readonly<Record<string, ReadOperation>>;
  private logRoleArn: string | undefined;

  constructor(host: Host) {
    this.host = host;
    const throttles = new Throttles(host.clock);
    this.plans = new UsagePlans(host, throttles);
    this.gateway = new Gateway(host, throttles, this.plans);
    this.reads = readOperations(this.definitions, this.plans);
    this.resourceTypes = this.makeResourceTypes();
  }

  get apis(): readonly ServedApi[] {
    const several = this.definitions.size > 1;
    return [...this.definitions.values()].map(({ id, name, stages }) => ({
      id,
      name,
      stages: [...stages.keys()],
      basePath: several ? `/${id}` : '',
    }));
  }

  /** Compiles models and opens access logs. Throws, naming it, for what is not consistent in the template. */
  async start(): Promise<void> {
    if (this.logRoleArn !== undefined) checkLogRole(this.host, this.logRoleArn);
    for (const definition of this.definitions.values()) {
      const validation = new RequestValidation(definition);
      refuseUnknownAuthorizers(definition);
      for (const stage of definition.stages.values()) {
        const log = stage.accessLog && this.accessLog(definition, stage.name, stage.accessLog.logGroupName);
        this.parts.set(`${definition.id}/${stage.name}`, { validation, accessLog: log });
      }
    }
  }

  async stop(): Promise<void> {
    for (const { accessLog } of this.parts.values()) await accessLog?.flushed();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const found = Object.hasOwn(this.reads, operation) ? this.reads[operation] : undefined;
    if (!found) throw notServed(`the operation ${operation} of API Gateway`);
    const request = (input ?? {}) as ReadInput;
    const resource = `arn:aws:apigateway:${this.host.region}::${found.path(request)}`;
    this.host.authorize({ principal, action: 'apigateway:GET', resource });
    return found.run(request);
  }

  /** Answers one HTTP request of the API port. */
  handle(message: IncomingMessage, response: ServerResponse): void {
    const request = readGatewayRequest(message);
    const location = locateStage(this.definitions, request.path);
    const parts = location && this.parts.get(`${location.api.id}/${location.stage.name}`);
    if (!location || !parts) {
      message.resume();
      send(response, {
        status: 403,
        headers: { 'x-amzn-ErrorType': 'ForbiddenException' },
        body: '{"message":"Forbidden"}',
      });
      return;
    }
    const exchange = this.exchange(request, location);
    // Time stands still while a body arrives; what the integrations do is held by themselves.
    const body = this.host.clock.work(() => readPayload(message));
    this.gateway
      .answer(exchange, parts, body)
      .then((answer) => {
        if (!response.destroyed) send(response, withGatewayHeaders(exchange, answer));
      })
      .catch((error: unknown) => {
        if (!(error instanceof ClientGoneError)) {
          this.host.report(`API request ${exchange.requestId} could not be answered: ${String(error)}`);
        }
        response.destroy();
      });
  }

  private exchange(request: GatewayRequest, { api: definition, stage, path }: Location): Exchange {
    const requestId = this.host.uuid();
    const nowMs = this.host.clock.now();
    return {
      accountId: this.host.accountId,
      region: this.host.region,
      api: definition,
      stage,
      request,
      path,
      requestId,
      // 11 bytes make the 16 characters that AWS shows.
      extendedRequestId: hash('sha256', requestId, 'base64').slice(0, 15) + '=',
      traceId: request.header('x-amzn-trace-id') ?? newTraceId(nowMs, requestId),
      receivedMs: nowMs,
      body: Buffer.alloc(0),
      pathParameters: null,
    };
  }

  private accessLog(definition: RestApi, stageName: string, logGroupName: string): AccessLog {
    if (this.logRoleArn === undefined) {
      throw new Error(
        `The stage ${stageName} has an access log, but the template has no AWS::ApiGateway::Account with a CloudWatchRoleArn: ` +
          'CloudWatch Logs role ARN must be set in account settings to enable logging.',
      );
    }
    const logStreamName = hash('md5', `${definition.id}/${stageName}`);
    return new AccessLog(this.host, { logGroupName, logStreamName, roleArn: this.logRoleArn });
  }

  private makeResourceTypes(): ResourceType[] {
    const { definitions, plans } = this;
    return resourceTypes('AWS::ApiGateway', SCHEMAS, {
      RestApi: (resource) => api.createRestApi(definitions, resource),
      Resource: (resource) => api.createResource(definitions, resource),
      Method: (resource) => createMethod(definitions, resource),
      Deployment: (resource) => ({ ref: shortId(resource, 6), attributes: { DeploymentId: shortId(resource, 6) } }),
      Stage: (resource) => createStage(definitions, resource),
      Authorizer: (resource) => api.createAuthorizer(definitions, resource),
      Model: (resource) => api.createModel(definitions, resource),
      RequestValidator: (resource) => api.createRequestValidator(definitions, resource),
      GatewayResponse: (resource) => api.createGatewayResponse(definitions, resource),
      ApiKey: (resource) => createApiKey(plans, resource),
      UsagePlan: (resource) => createUsagePlan(plans, resource),
      UsagePlanKey: (resource) => createUsagePlanKey(plans, resource),
      Account: (resource) => this.createAccount(resource),
    });
  }

  private createAccount(resource: TemplateResource) {
    this.logRoleArn = (resource.properties as { CloudWatchRoleArn?: string }).CloudWatchRoleArn;
    return { ref: shortId(resource), attributes: { Id: shortId(resource) } };
  }
}

function refuseUnknownAuthorizers({ authorizers, resources }: RestApi): void {
  for (const { methods } of resources.values()) {
    for (const { authorizerId, logicalId } of methods.values()) {
      if (authorizerId === undefined || authorizers.has(authorizerId)) continue;
      throw new Error(`${logicalId} refers to the authorizer ${authorizerId}, which does not exist.`);
    }
  }
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function newTraceId(nowMs: number, requestId: string): string {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(-24)}`;
}

function withGatewayHeaders({ extendedRequestId, requestId, traceId }: Exchange, answer: Answer): Answer {
  const own = { 'x-amzn-RequestId': requestId, 'x-amz-apigw-id': extendedRequestId, 'X-Amzn-Trace-Id': traceId };
  return { ...answer, headers: { ...own, ...answer.headers } };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  // RFC 9110 §15.3.5: a 204 has no content, so it does not say how long it is.
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}
