import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  ApiKeySourceType,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { addProblemResponses } from './gateway-responses.ts';
import type { StageSettings } from './stage.ts';

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

/** A REST API without routes: its stage with throttle, traces and logs, and its own answers as problem+json. */
export function restApi(scope: Construct, id: string, settings: StageSettings): RestApi {
  const accessLogs = new LogGroup(scope, 'AccessLogs', {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const api = new RestApi(scope, id, {
    restApiName: `${Stack.of(scope).stackName}-orders`,
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
  const executionLogs = new LogGroup(scope, 'ExecutionLogs', {
    // API Gateway would make this group itself, and keep it for ever.
    logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${settings.stage}`,
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  api.deploymentStage.node.addDependency(executionLogs);
  // The output ApiUrl says the same, without the slash at the end.
  api.node.tryRemoveChild('Endpoint');
  acknowledgeFindings(api);
  addProblemResponses(api);
  return api;
}

function acknowledgeFindings(api: RestApi): void {
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
}
