import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Host } from '../../aws-service.ts';
import { INTERLEAVED_LIMIT, type InvocationOutcome } from './function-runner.ts';
import type { Isolation } from './isolates.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { AwsCall, AwsReply, TenantSettings } from './worker/protocol.ts';

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What the host around it tells Lambda. */
export interface LambdaOptions {
  /** The directory in cdk.out that holds what CDK would upload under this key. */
  assetDirectory(s3Key: string): string;
  credentialsFor(roleArn: string, sessionName: string): RoleCredentials;
  /** URL of the AWS endpoint that functions call over HTTP; asked when a worker starts. */
  endpoint(): string;
  /** Answers what functions send to AWS through the SDK that the host supplies, as that endpoint would. Never rejects. */
  respond(request: AwsCall): Promise<Omit<AwsReply, 'id'>>;
  /** Runs a function whose invocation reaches it by no call of Invoke: from an event source, or out of the queue of events. */
  readonly around?: (
    functionName: string,
    event: string,
    run: () => Promise<InvocationOutcome>,
  ) => Promise<InvocationOutcome>;
  /** Default: `shared`. */
  readonly isolation?: Isolation;
}

export type LambdaPlace = LambdaOptions & { readonly isolation: Isolation };

/** Everything that the function finds in `process.env`: what Lambda gives and the template says, nothing of the host's. */
function environmentVariables(
  definition: LambdaFunction,
  place: LambdaPlace,
  host: Host,
  logStream: string,
): Record<string, string> {
  const credentials = place.credentialsFor(definition.roleArn, definition.name);
  const endpoint = place.endpoint();
  return {
    ...definition.environment,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    _HANDLER: definition.handler,
    LAMBDA_TASK_ROOT: resolve(place.assetDirectory(definition.assetKey)),
    AWS_REGION: host.region,
    AWS_DEFAULT_REGION: host.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: definition.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: definition.logging.format,
    ...(definition.logging.format === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: definition.logging.applicationLevel }),
    // Tells libraries to keep what belongs to one invocation apart from the others in the same process.
    ...(place.isolation !== 'invocation' && { AWS_LAMBDA_MAX_CONCURRENCY: String(INTERLEAVED_LIMIT) }),
  };
}

/** What the thread is told of a function that it is to run. Throws when the function's bundle is missing. */
export function tenantSettings(
  definition: LambdaFunction,
  place: LambdaPlace,
  host: Host,
  logStream: string,
): Omit<TenantSettings, 'tenant'> {
  const taskRoot = resolve(place.assetDirectory(definition.assetKey));
  if (!existsSync(taskRoot)) {
    throw new Error(`The bundle of ${definition.name} is missing: ${taskRoot}. Synthesize again (npm run synth).`);
  }
  return {
    variables: environmentVariables(definition, place, host, logStream),
    taskRoot,
    handler: definition.handler,
    runtime: definition.runtime,
    functionName: definition.name,
    functionArn: definition.arn,
    memoryMb: definition.memoryMb,
    logGroup: definition.logging.group,
    logStream,
    logFormat: definition.logging.format,
    logLevel: definition.logging.applicationLevel,
    sdkParentUrl: findsSdk(taskRoot) ? undefined : import.meta.url,
  };
}

/** Whether a bundle in this directory finds the SDK by itself, in a node_modules directory above it. */
function findsSdk(taskRoot: string): boolean {
  try {
    createRequire(pathToFileURL(`${taskRoot}/index.mjs`)).resolve('@aws-sdk/client-dynamodb');
    return true;
  } catch {
    return false;
  }
}
