import { Duration, Fn, Stack } from 'aws-cdk-lib';
import {
  ApiKey,
  AuthorizationType,
  JsonSchemaType,
  JsonSchemaVersion,
  LambdaIntegration,
  MockIntegration,
  PassthroughBehavior,
  TokenAuthorizer,
  type IModel,
  type IRestApi,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { ROUTES } from '../core/routes.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { API_TIMEOUT } from './api-timeout.ts';
import { fulfilmentFunctions } from './fulfilment-api.ts';
import type { Identity } from './identity.ts';
import { interventionFunctions } from './intervention-api.ts';
import { inventoryFunctions } from './inventory-api.ts';
import { restApi } from './rest-api.ts';
import type { Saga } from './saga.ts';
import { SagaFunction, constructId, type FunctionPlatform } from './saga-function.ts';
import type { Throttle } from './stage.ts';
import type { Tables } from './tables.ts';

export interface OrderApiProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly saga: Saga;
  readonly identity: Identity;
}

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
    const answering = [
      submitOrder,
      getOrder,
      ...interventionFunctions(this, props),
      ...fulfilmentFunctions(this, props),
      ...inventoryFunctions(this, props),
    ];
    this.functions = [...answering, authorizeRequest];

    this.api = restApi(this, 'Api', platform.settings);
    this.addRoutes(answering, authorizeRequest);
    this.addHealth();
    this.addUsagePlan('Standard', platform.settings.standardPlan, props.identity.sampleClient);
    this.addUsagePlan('Trial', platform.settings.trialPlan, props.identity.trialClient);
    this.addUsagePlan('Staff', platform.settings.staffPlan, props.identity.staffClient);
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
    for (const { method, path, functionName, bodyOptional = false } of ROUTES) {
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
          ...(method !== 'GET' &&
            !bodyOptional && { requestValidator: validator, requestModels: forEveryContentType(anyObject) }),
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
