import type { Host, ResourceType, TemplateResource } from '../../aws-service.ts';
import { type FunctionRegistry, type LambdaFunction, LATEST } from './lambda-function.ts';

/** Lambda's own defaults where the template says nothing. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

const text = { type: 'string' };

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['Code', 'Role', 'Handler', 'Runtime'],
  properties: {
    FunctionName: text,
    Description: text,
    Code: {
      type: 'object',
      additionalProperties: false,
      required: ['S3Bucket', 'S3Key'],
      properties: { S3Bucket: text, S3Key: text },
    },
    Role: text,
    Handler: { type: 'string', pattern: '^[^.]+(/[^.]+)*\\.[^.]+$' },
    Runtime: { type: 'string', pattern: '^nodejs', $comment: 'Functions run in the Node.js that runs the host.' },
    PackageType: { const: 'Zip' },
    Timeout: { type: 'integer', minimum: 1, maximum: 900 },
    MemorySize: {
      type: 'integer',
      minimum: 128,
      $comment: 'Reported, not enforced: a worker shares the memory and the processors of the host.',
    },
    Architectures: { type: 'array', items: text, $comment: 'JavaScript runs on the processor of the host.' },
    Environment: {
      type: 'object',
      additionalProperties: false,
      properties: { Variables: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } } },
    },
    ReservedConcurrentExecutions: { type: 'integer', minimum: 0 },
    DeadLetterConfig: { type: 'object', additionalProperties: false, properties: { TargetArn: text } },
    LoggingConfig: {
      type: 'object',
      additionalProperties: false,
      properties: {
        LogFormat: { enum: ['JSON', 'Text'] },
        LogGroup: text,
        ApplicationLogLevel: { enum: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] },
        SystemLogLevel: { enum: ['DEBUG', 'INFO', 'WARN'] },
      },
    },
    TracingConfig: {
      type: 'object',
      additionalProperties: false,
      properties: { Mode: { enum: ['Active', 'PassThrough'] } },
      $comment: 'Trace ids are made and passed on; there is no X-Ray to send segments to.',
    },
    RecursiveLoop: { enum: ['Allow', 'Terminate'], $comment: 'Loops are not detected.' },
    RuntimeManagementConfig: { type: 'object', $comment: 'The runtime is the Node.js of the host.' },
    EphemeralStorage: { type: 'object', $comment: "The directory /tmp is the machine's own." },
    KmsKeyArn: { type: 'string', $comment: 'Nothing is encrypted at rest on a laptop.' },
    Tags: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, properties: { Key: text, Value: text } },
    },
  },
};

/** `AWS::Lambda::Function`: Ref is the name, Arn an attribute. */
export function functionResource(host: Host, functions: FunctionRegistry): ResourceType {
  return {
    type: 'AWS::Lambda::Function',
    schema: SCHEMA,
    create(resource) {
      const definition = toFunction(resource, functions, host.clock.now());
      functions.add(definition);
      return { ref: definition.name, attributes: { Arn: definition.arn } };
    },
  };
}

interface FunctionProperties {
  readonly FunctionName?: string;
  readonly Description?: string;
  readonly Code: { readonly S3Key: string };
  readonly Role: string;
  readonly Handler: string;
  readonly Runtime: string;
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Architectures?: readonly string[];
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string | number | boolean>> };
  readonly ReservedConcurrentExecutions?: number;
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
  readonly LoggingConfig?: {
    readonly LogFormat?: 'JSON' | 'Text';
    readonly LogGroup?: string;
    readonly ApplicationLogLevel?: string;
    readonly SystemLogLevel?: string;
  };
  readonly TracingConfig?: { readonly Mode?: string };
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

function toFunction(resource: TemplateResource, functions: FunctionRegistry, nowMs: number): LambdaFunction {
  const properties = resource.properties as FunctionProperties;
  const name = properties.FunctionName ?? resource.generatedName;
  const logging = properties.LoggingConfig ?? {};
  const variables = Object.entries(properties.Environment?.Variables ?? {});
  return {
    name,
    arn: functions.arnOf(name),
    version: LATEST,
    roleArn: properties.Role,
    description: properties.Description ?? '',
    runtime: properties.Runtime,
    handler: properties.Handler,
    assetKey: properties.Code.S3Key,
    timeoutMs: (properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    memoryMb: properties.MemorySize ?? DEFAULT_MEMORY_MB,
    architectures: properties.Architectures ?? ['x86_64'],
    environment: Object.fromEntries(variables.map(([key, value]) => [key, String(value)])),
    logging: {
      format: logging.LogFormat ?? 'Text',
      group: logging.LogGroup ?? `/aws/lambda/${name}`,
      applicationLevel: logging.ApplicationLogLevel ?? 'INFO',
      systemLevel: logging.SystemLogLevel ?? 'INFO',
    },
    tracing: properties.TracingConfig?.Mode ?? 'PassThrough',
    reserved: { concurrency: properties.ReservedConcurrentExecutions },
    deadLetterArn: properties.DeadLetterConfig?.TargetArn,
    tags: Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    modifiedMs: nowMs,
    policy: [],
  };
}
