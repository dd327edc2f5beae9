import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  ApiKey,
  ApiKeySourceType,
  AuthorizationType,
  EndpointType,
  JsonSchemaType,
  JsonSchemaVersion,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  MockIntegration,
  PassthroughBehavior,
  RestApi,
  TokenAuthorizer,
  type IModel,
  type IRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { ROUTES } from '../core/routes.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { addProblemResponses } from './gateway-responses.ts';
import type { Identity } from './identity.ts';
import type { Saga } from './saga.ts';
import { SagaFunction, constructId, type FunctionPlatform } from './saga-function.ts';
import type { StageSettings, Throttle } from './stage.ts';
import type { Tables } from './tables.ts';

export interface OrderApiProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly saga: Saga;
  readonly identity: Identity;
}

/** Well below the 29 s after which API Gateway gives up. */
const API_TIMEOUT = Duration.seconds(10);

/** The REST API: routes, authorizer, usage plans, and errors as problem+json. */
export class OrderApi extends Construct {
  readonly api: RestApi;
  readonly functions: readonly SagaFunction[];

  constructor(scope: Construct, id: string, props: OrderApiProps) {
    super(scope, id);
    const { platform } = props;
    const submitOrder = this.submitOrder(props);
    const getOrder = this.getOrder(props);
    const authorizeRequest = this.authorizeRequest(props);
    this.functions = [submitOrder, getOrder, authorizeRequest];

    this.api = this.restApi(platform.settings);
    addProblemResponses(this.api);
    this.addRoutes([submitOrder, getOrder], authorizeRequest);
    this.addHealth();
    this.addUsagePlan('Standard', platform.settings.standardPlan, props.identity.sampleClient);
    this.addUsagePlan('Trial', platform.settings.trialPlan, props.identity.trialClient);
  }

  /** The API's address without a slash at its end. */
  get url(): string {
    return `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}/${this.api.deploymentStage.stageName}`;
  }

  private submitOrder({ platform, tables, saga }: OrderApiProps): SagaFunction {
    return new SagaFunction(this, platform, {
      entry: 'order/submit-order',
      description: 'POST /orders: records an order once per Idempotency-Key and starts its saga.',
      timeout: API_TIMEOUT,
      environment: {
        [ENVIRONMENT.ordersTable]: tables.orders.tableName,
        [ENVIRONMENT.inventoryTable]: tables.inventory.tableName,
        [ENVIRONMENT.stateMachineArn]: saga.stateMachine.stateMachineArn,
      },
      statements: [
        allow(['dynamodb:GetItem', 'dynamodb:PutItem'], tables.orders.tableArn),
        allow(['dynamodb:BatchGetItem'], tables.inventory.tableArn),
        allow(['states:StartExecution'], saga.stateMachine.stateMachineArn),
      ],
    });
  }

  private getOrder({ platform, tables }: OrderApiProps): SagaFunction {
    return new SagaFunction(this, platform, {
      entry: 'order/get-order',
      description: 'GET /orders/{orderId}: an order with its timeline.',
      timeout: API_TIMEOUT,
      environment: { [ENVIRONMENT.ordersTable]: tables.orders.tableName },
      statements: [allow(['dynamodb:Query'], tables.orders.tableArn)],
    });
  }

  private authorizeRequest({ platform, identity }: OrderApiProps): SagaFunction {
    return new SagaFunction(this, platform, {
      entry: 'auth/authorize-request',
      description: 'Verifies the access token and names the routes and the usage plan of its client.',
      timeout: Duration.seconds(5),
      // Verifies one signature; nothing of it is large.
      memoryMb: 256,
      environment: { [ENVIRONMENT.userPoolIssuer]: identity.userPool.userPoolProviderUrl },
    });
  }

  private restApi(settings: StageSettings): RestApi {
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, 'Api', {
      restApiName: `${Stack.of(this).stackName}-orders`,
      description: 'Orders: submit and follow them',
      endpointTypes: [EndpointType.REGIONAL],
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      // API Gateway writes logs with a role that is a setting of the account and region. It is set here, so that a first deployment
      // into a new account works, and kept when the stack is deleted: other APIs of the account write their logs with it.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: settings.stage,
        throttlingRateLimit: settings.apiThrottle.ratePerSecond,
        throttlingBurstLimit: settings.apiThrottle.burst,
        tracingEnabled: true,
        metricsEnabled: true,
        // Errors of authorizer and integrations appear nowhere else. Request and response bodies are not logged.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: ACCESS_LOG_FORMAT,
      },
    });
    // The output ApiUrl says the same, without the slash at the end.
    api.node.tryRemoveChild('Endpoint');
    acknowledge(
      api,
      'AwsSolutions-APIG3',
      "A web ACL is the account's choice: it costs more than this API; throttles and tokens guard it.",
    );
    acknowledge(
      api,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'AWS made this policy for the account setting of API Gateway; every API of the account writes with it.',
    );
    acknowledge(
      api,
      'AwsSolutions-COG4',
      'Tokens of the user pool are verified by a Lambda authorizer, because only that can name the usage plan.',
    );
    return api;
  }

  private addRoutes(functions: readonly SagaFunction[], authorizeRequest: SagaFunction): void {
    const authorizer = new TokenAuthorizer(this, 'Authorizer', {
      handler: authorizeRequest.function,
      // What cannot be a token is refused by the gateway, without a call.
      validationRegex: '^Bearer [-0-9a-zA-Z._]+$',
      resultsCacheTtl: Duration.minutes(5),
    });
    const validator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const anyObject = this.api.addModel('AnyObject', {
      description: 'Any JSON object: the function validates the body and names every wrong field',
      schema: { schema: JsonSchemaVersion.DRAFT4, type: JsonSchemaType.OBJECT },
    });
    for (const { method, path, functionName } of ROUTES) {
      const handler = functions.find(({ node }) => node.id === constructId(functionName));
      if (!handler)
        throw new Error(`Route ${method} ${path} names the function ${functionName}, which the API does not have.`);
      this.api.root
        .resourceForPath(path)
        .addMethod(method, new LambdaIntegration(handler.function, { allowTestInvoke: false }), {
          authorizer,
          authorizationType: AuthorizationType.CUSTOM,
          // The authorizer names the key; it meters and throttles, it does not authenticate.
          apiKeyRequired: true,
          ...(method !== 'GET' && { requestValidator: validator, requestModels: forEveryContentType(anyObject) }),
        });
    }
  }

  private addHealth(): void {
    const health = this.api.root.addResource('health').addMethod(
      'GET',
      new MockIntegration({
        passthroughBehavior: PassthroughBehavior.NEVER,
        requestTemplates: { 'application/json': '{"statusCode": 200}' },
        integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{"status":"ok"}' } }],
      }),
      { authorizationType: AuthorizationType.NONE, methodResponses: [{ statusCode: '200' }] },
    );
    acknowledge(
      health,
      'AwsSolutions-APIG4',
      'Load balancers and monitors ask for the health without a token; it tells nothing.',
    );
  }

  private addUsagePlan(id: string, { ratePerSecond, burst }: Throttle, client: UserPoolClient): void {
    const plan = this.api.addUsagePlan(`${id}Plan`, {
      name: `${Stack.of(this).stackName}-${id.toLowerCase()}`,
      throttle: { rateLimit: ratePerSecond, burstLimit: burst },
      apiStages: [{ api: this.api as IRestApi, stage: this.api.deploymentStage }],
    });
    plan.addApiKey(
      new ApiKey(this, `${id}Key`, {
        description: `Meters ${client.node.id}; not a secret`,
        value: Fn.join('', ['meter-', client.userPoolClientId]),
      }),
    );
  }
}

/** Without a model for the content type of a request validation is skipped; `$default` stands for all others. */
function forEveryContentType(model: IModel): Record<string, IModel> {
  return { 'application/json': model, $default: model };
}

/** No address, no token, no body: who called is the client application, not a person. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    traceId: AccessLogField.contextXrayTraceId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    clientId: AccessLogField.contextAuthorizer('clientId'),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    error: AccessLogField.contextErrorResponseType(),
    latencyMs: AccessLogField.contextResponseLatency(),
    integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
    responseBytes: AccessLogField.contextResponseLength(),
  }),
);
