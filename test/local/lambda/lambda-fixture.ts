import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsService, Principal, ServiceName } from '../../../local/aws-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { AwsError } from '../../../local/aws-error.ts';
import type { Isolation } from '../../../local/services/lambda/isolates.ts';
import type { LambdaOptions } from '../../../local/services/lambda/function-settings.ts';
import { LambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { fakeHost, type FakeHost } from '../fake-host.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/function-role';

export interface LambdaFixture {
  readonly host: FakeHost;
  readonly lambda: LambdaService;
  /** Every log line of every function, in order. */
  readonly logLines: string[];
  /** Deploys a function whose bundle is this source and returns its ARN. */
  deploy(name: string, source: string, properties?: object): Promise<string>;
  create(type: string, properties: object, logicalId?: string): Promise<{ ref: string; attributes?: object }>;
  invoke(name: string, event?: unknown, more?: object): Promise<InvokeAnswer>;
  call(operation: string, input: object, principal?: Principal): Promise<unknown>;
  stop(): Promise<void>;
}

export interface InvokeAnswer {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  readonly LogResult?: string;
  readonly Payload: string;
  /** The payload, parsed. */
  readonly value: unknown;
}

/** A Lambda service whose functions are a few lines of JavaScript in a temporary directory. */
export async function lambdaFixture(
  options: {
    isolation?: Isolation;
    storeDirectory?: string;
    assets?: string;
    respond?: LambdaOptions['respond'];
  } = {},
): Promise<LambdaFixture> {
  const host = await fakeHost(options.storeDirectory === undefined ? {} : { directory: options.storeDirectory });
  const assets = options.assets ?? (await mkdtemp(join(tmpdir(), 'bundles-')));
  const logLines: string[] = [];
  host.services.set('logs', recordingLogs(logLines));
  const lambda = new LambdaService(host, {
    assetDirectory: (key) => join(assets, key),
    credentialsFor: (roleArn, sessionName) => ({
      accessKeyId: `key-of-${sessionName}`,
      secretAccessKey: 'secret',
      sessionToken: roleArn,
    }),
    endpoint: () => 'http://127.0.0.1:1',
    respond: options.respond ?? (() => Promise.reject(new Error('This test expects no calls to AWS.'))),
    ...(options.isolation && { isolation: options.isolation }),
  });
  host.services.set('lambda', lambda);
  const create: LambdaFixture['create'] = async (type, properties, logicalId = 'Resource') => {
    const resourceType = lambda.resourceTypes.find((one) => one.type === type);
    if (!resourceType) throw new Error(`Lambda has no resource type ${type}.`);
    return resourceType.create({ logicalId, type, properties, generatedName: logicalId, stackName: 'Test' });
  };
  const call: LambdaFixture['call'] = (operation, input, principal = UNRESTRICTED) =>
    host.clock.work(() => lambda.call(operation, input, principal));
  return {
    host,
    lambda,
    logLines,
    create,
    call,
    async deploy(name, source, properties = {}) {
      await mkdir(join(assets, name), { recursive: true });
      await writeFile(join(assets, name, 'index.mjs'), source);
      const created = await create('AWS::Lambda::Function', {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Role: ROLE,
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        ...properties,
      });
      return (created.attributes as { Arn: string }).Arn;
    },
    async invoke(name, event = {}, more = {}) {
      const input = { FunctionName: name, Payload: JSON.stringify(event), ...more };
      const answer = (await call('Invoke', input)) as InvokeAnswer;
      return { ...answer, value: answer.Payload === undefined ? undefined : (JSON.parse(answer.Payload) as unknown) };
    },
    async stop() {
      await lambda.stop();
      await host.close();
      if (options.assets === undefined) await rm(assets, { recursive: true, force: true });
    },
  };
}

function recordingLogs(lines: string[]): Pick<AwsService, 'call'> {
  return {
    async call(operation, input) {
      if (operation === 'PutLogEvents') {
        const { logEvents } = input as { logEvents: { message: string }[] };
        lines.push(...logEvents.map(({ message }) => message));
      }
      return {};
    },
  };
}

/** A stand-in of another service that answers each operation with a function. */
export function standIn(
  host: FakeHost,
  service: ServiceName,
  operations: Record<string, (input: never, principal: Principal) => unknown>,
): void {
  host.services.set(service, {
    async call(operation, input, principal) {
      const answer = operations[operation];
      if (!answer) throw new AwsError('UnsupportedOperation', `No stand-in for ${service} ${operation}.`);
      return answer(input as never, principal);
    },
  });
}
