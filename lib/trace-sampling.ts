import { Stack } from 'aws-cdk-lib';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import type { OrderApi } from './order-api.ts';

/**
 * Traces the first request of each second and this share of the others. The API decides for all that follows from a request:
 * its functions and the execution it starts take the decision over.
 */
export function sampleTraces(api: OrderApi, share: number): void {
  const { deploymentStage: stage } = api.api;
  new CfnSamplingRule(api, 'Sampling', {
    samplingRule: {
      ruleName: Stack.of(api).stackName,
      version: 1,
      // Before the rules of the account's default (10000).
      priority: 1000,
      reservoirSize: 1,
      fixedRate: share,
      serviceName: `${api.api.restApiName}/${stage.stageName}`,
      serviceType: 'AWS::ApiGateway::Stage',
      host: '*',
      httpMethod: '*',
      urlPath: '*',
      resourceArn: '*',
    },
  });
}
