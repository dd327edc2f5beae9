import { readFileSync } from 'node:fs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import type { FunctionPlatform } from './saga-function.ts';
import { SagaSteps } from './saga-steps.ts';
import type { Tables } from './tables.ts';

const DEFINITION = new URL('../statemachines/order-saga.asl.json', import.meta.url);

/** The state machine of the saga and the functions of its steps. */
export class Saga extends Construct {
  readonly steps: SagaSteps;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, platform: FunctionPlatform, tables: Tables) {
    super(scope, id);
    this.steps = new SagaSteps(this, 'Steps', platform, tables);
    const logs = new LogGroup(this, 'Logs', {
      // Under this prefix Step Functions needs no line per log group in the account's one resource policy, which is 5,120
      // characters at most: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}`,
      retention: platform.settings.logRetentionDays,
      // A technical log; the history of an order is in its event items.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: 'Role of the order saga: it calls the functions of its steps and nothing else',
    });
    role.addToPolicy(allow(['lambda:InvokeFunction'], ...this.steps.all.map((step) => step.function.functionArn)));
    this.stateMachine = new StateMachine(this, 'Default', {
      stateMachineType: StateMachineType.STANDARD,
      // The definition stays in the template, where everyone who reads the template finds it; `fromFile` would make it an S3 asset.
      definitionBody: DefinitionBody.fromString(readFileSync(DEFINITION, 'utf8')),
      definitionSubstitutions: {
        ...Object.fromEntries(this.steps.all.map((step) => [`${step.node.id}FunctionArn`, step.function.functionArn])),
        InterventionDeadlineSeconds: String(
          Math.round(Duration.days(1).toSeconds() * platform.settings.interventionDeadlineDays),
        ),
      },
      role,
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: false },
      // An order's execution must be findable after the stack is gone only through its items; executions go with the machine.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'Log delivery and X-Ray actions of Step Functions know no resource.',
    );
  }
}
