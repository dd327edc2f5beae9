import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentVariable } from '../core/environment.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './allow.ts';
import type { FunctionBundles } from './function-bundles.ts';
import type { StageSettings } from './stage.ts';

/** What all functions of the stack have in common. */
export interface FunctionPlatform {
  readonly settings: StageSettings;
  readonly bundles: FunctionBundles;
}

export interface SagaFunctionProps {
  /** File under `functions/`, without its ending: `inventory/reserve-inventory`. */
  readonly entry: string;
  readonly description: string;
  readonly timeout: Duration;
  /** @default 512 MB: a third of a vCPU; less makes the cold start and the SDK's TLS handshake slower than it saves. */
  readonly memoryMb?: number;
  readonly environment?: Partial<Record<EnvironmentVariable, string>>;
  /** All that the function may do beyond writing its log and its traces. */
  readonly statements?: readonly PolicyStatement[];
}

/** A Lambda function with a role and a log group of its own. Its construct id is the name of its file: SubmitOrder. */
export class SagaFunction extends Construct {
  readonly function: Function;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, { settings, bundles }: FunctionPlatform, props: SagaFunctionProps) {
    super(scope, constructId(props.entry));
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      // A technical log: what must outlive the stack is in the tables and the audit log.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of ${this.node.id}`,
    });
    this.role.addToPolicy(allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.logGroupArn));
    for (const statement of props.statements ?? []) this.role.addToPolicy(statement);

    this.function = new Function(this, 'Default', {
      description: props.description,
      code: bundles.code(props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? 512,
      timeout: props.timeout,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel[settings.logLevel],
      // START, END and REPORT of every invocation would be the larger part of the log; their numbers are metrics already.
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: 'order-saga',
        POWERTOOLS_LOG_LEVEL: settings.logLevel,
        NODE_OPTIONS: '--enable-source-maps',
        ...props.environment,
      },
    });
    acknowledge(
      this.role,
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray writes know no resource (PutTraceSegments, PutTelemetryRecords).',
    );
  }
}

/** `inventory/reserve-inventory` is the construct ReserveInventory. */
export function constructId(entry: string): string {
  const name = entry.slice(entry.lastIndexOf('/') + 1);
  return name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
