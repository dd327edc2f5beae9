import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform, type SagaFunctionProps } from './saga-function.ts';
import type { Saga } from './saga.ts';
import type { Tables } from './tables.ts';

export interface RevivingFunctionProps extends SagaFunctionProps {
  readonly platform: FunctionPlatform;
  readonly tables: Tables;
  readonly saga: Saga;
}

/** A function that sees to it that somebody carries an order on, as functions/shared/revive-saga.ts does, besides its own task. */
export function revivingFunction(scope: Construct, props: RevivingFunctionProps): SagaFunction {
  const { platform, tables, saga, environment, statements = [], ...functionProps } = props;
  const reviver = new SagaFunction(scope, platform, {
    ...functionProps,
    environment: {
      [ENVIRONMENT.ordersTable]: tables.orders.tableName,
      [ENVIRONMENT.stateMachineArn]: saga.stateMachine.stateMachineArn,
      ...environment,
    },
    statements: [...statements, ...revivalStatements(saga)],
  });
  acknowledgeRevival(reviver, saga);
  return reviver;
}

/** What functions/shared/revive-saga.ts does to Step Functions: look at executions of the saga, start and redrive them. */
function revivalStatements({ stateMachine }: Saga): PolicyStatement[] {
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
function acknowledgeRevival({ role }: SagaFunction, { stateMachine }: Saga): void {
  const machine = Stack.of(stateMachine).getLogicalId(stateMachine.node.defaultChild as CfnStateMachine);
  const executions = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machine}.Name>:*`;
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${executions}]`,
    'Each order has executions of its own, named after it; these are the executions of the saga and no others.',
  );
}
