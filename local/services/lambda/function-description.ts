import { createHash } from 'node:crypto';
import type { LambdaFunction } from './lambda-function.ts';
import { derivedUuid } from '../derived-uuid.ts';

/** A function as ListFunctions and GetFunctionConfiguration describe it. */
export function describeFunction(definition: LambdaFunction): Record<string, unknown> {
  const { logging } = definition;
  return {
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Runtime: definition.runtime,
    Role: definition.roleArn,
    Handler: definition.handler,
    // The asset is never zipped here: its key, which is a hash of its content, stands for both size and digest.
    CodeSize: 0,
    CodeSha256: createHash('sha256').update(definition.assetKey).digest('base64'),
    Description: definition.description,
    Timeout: definition.timeoutMs / 1000,
    MemorySize: definition.memoryMb,
    LastModified: new Date(definition.modifiedMs).toISOString().replace('Z', '+0000'),
    Version: definition.version,
    ...(Object.keys(definition.environment).length > 0 && { Environment: { Variables: definition.environment } }),
    ...(definition.deadLetterArn && { DeadLetterConfig: { TargetArn: definition.deadLetterArn } }),
    TracingConfig: { Mode: definition.tracing },
    RevisionId: revisionId(definition),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: definition.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: {
      LogFormat: logging.format,
      LogGroup: logging.group,
      ...(logging.format === 'JSON' && {
        ApplicationLogLevel: logging.applicationLevel,
        SystemLogLevel: logging.systemLevel,
      }),
    },
  };
}

/** Changes with the code and the configuration, as Lambda's does. */
export function revisionId(definition: LambdaFunction): string {
  const { modifiedMs: _, ...content } = definition;
  return derivedUuid(JSON.stringify(content));
}
