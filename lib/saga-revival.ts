import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import type { SagaFunction } from './saga-function.ts';
import type { Saga } from './saga.ts';

/** What functions/shared/revive-saga.ts does to Step Functions: look at executions of the saga, start and redrive them. */
export function revivalStatements({ stateMachine }: Saga): PolicyStatement[] {
  // Executions are named after orders: no narrower pattern covers those that are still to come.
  const executions = Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    allow(['states:StartExecution'], stateMachine.stateMachineArn),
    allow(['states:DescribeExecution', 'states:RedriveExecution'], executions),
  ];
}

/** Says why the role of such a function names executions by a pattern. */
export function acknowledgeRevival({ role }: SagaFunction, { stateMachine }: Saga): void {
  const machine = Stack.of(stateMachine).getLogicalId(stateMachine.node.defaultChild as CfnStateMachine);
  const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machine}.Name>:*`;
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${executions}]`,
    'Each order has executions of its own, named after it; these are the executions of the saga and no others.',
  );
}
