import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CloudAssembly, readCloudAssembly } from './assembly/cloud-assembly.ts';
import { createResources } from './assembly/create-resources.ts';
import { WITHOUT_LOCAL_EFFECT } from './assembly/without-local-effect.ts';
import type { AwsService } from './aws-service.ts';
import type { Clock } from './clock.ts';
import { FaultControl } from './faults/fault-control.ts';
import { faultyRun } from './faults/faulty-host.ts';
import { readPlanFile } from './faults/read-fault-plan.ts';
import type { HostOptions } from './host-options.ts';
import { AccessKeys } from './iam/credentials.ts';
import { IamService } from './iam/iam-service.ts';
import { openDataDirectory } from './open-data-directory.ts';
import type { Meter } from './meter.ts';
import { localOutputs } from './outputs.ts';
import { RealClock } from './real-clock.ts';
import { ACCOUNT_ID, REGION, ServiceRegistry } from './service-registry.ts';
import { ApiGatewayService } from './services/apigateway/apigateway-service.ts';
import { CloudWatchService } from './services/cloudwatch/cloudwatch-service.ts';
import { CognitoService } from './services/cognito/cognito-service.ts';
import { DynamoDbService } from './services/dynamodb/dynamodb-service.ts';
import { EventsService } from './services/events/events-service.ts';
import { LambdaService } from './services/lambda/lambda-service.ts';
import { LogsService } from './services/logs/logs-service.ts';
import { SchedulerService } from './services/scheduler/scheduler-service.ts';
import { SesService } from './services/ses/ses-service.ts';
import { SesV2Service } from './services/ses/v2/ses-v2-service.ts';
import { SnsService } from './services/sns/sns-service.ts';
import { SqsService } from './services/sqs/sqs-service.ts';
import { StatesService } from './services/states/states-service.ts';
import type { Store } from './store.ts';
import { VirtualClock } from './virtual-clock.ts';
import { AwsEndpoint } from './wire/aws-endpoint.ts';
import { type Listener, listen } from './wire/listen.ts';
import { CONTROL_PREFIX, handleControl } from './wire/local-control.ts';

export interface RunningHost {
  readonly stackName: string;
  /** The stack's outputs as `cdk deploy` would print them, with local URLs, and what only a local host can give. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly iam: IamService;
  /** Ends the host; what is under way goes on at the next start. */
  stop(): Promise<void>;
}

/** The last instant of a virtual clock, so that time does not run backwards over a restart. */
const CLOCK_KEY = 'host/clock';

/** Starts the host and resolves when everything in the template is served. Rejects with a message for people. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const plan = options.faultsFile === undefined ? undefined : await readPlanFile(options.faultsFile);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const api = await listen(options.apiPort, '--port');
    opened.push(api);
    const aws = await listen(options.awsPort, '--aws-port');
    opened.push(aws);
    const store = await openDataDirectory(options.dataDirectory, options);
    opened.push(store);
    return await serve(options, { api, aws, store }, plan);
  } catch (error) {
    for (const one of opened.reverse()) await one.close();
    throw error;
  }
}

async function serve(
  options: HostOptions,
  open: { api: Listener; aws: Listener; store: Store },
  faultPlan: string | undefined,
): Promise<RunningHost> {
  const { api, aws, store } = open;
  const clock = makeClock(options.clock, store);
  const starting = clock.busy();
  const assembly = await readCloudAssembly(await options.assemblyDirectory);
  const keys = new AccessKeys();
  const registry = new ServiceRegistry(
    clock,
    store,
    keys,
    options.report ?? ((line) => process.stderr.write(`${line}\n`)),
  );
  registry.outages.begin();
  const endpoint = new AwsEndpoint(registry, keys);
  const services = makeServices(registry, assembly, keys, { url: aws.url, endpoint }, options);
  registry.adopt(services);
  const served = Object.values(services).flatMap((service: AwsService) => service.resourceTypes);
  const stackOutputs = await createResources(assembly, [...served, ...WITHOUT_LOCAL_EFFECT], {
    region: REGION,
    accountId: ACCOUNT_ID,
  });
  const kill = (): void => void process.kill(process.pid, 'SIGKILL');
  const report = (line: string): void => registry.report(line);
  const faults = new FaultControl(registry, { clock, report, kill }, () => services.lambda.functionNames());
  if (faultPlan !== undefined) faults.replace(faultPlan);
  const controlled = { clock, meter: registry.meter, faults, ...services };
  aws.serve((request, response) => route(request, response, controlled, endpoint));
  for (const service of Object.values(services) as AwsService[]) await service.start?.();
  api.serve((request, response) => services.apigateway.handle(request, response));
  const outputs = await localOutputs(stackOutputs, { api, aws, region: REGION, cognito: services.cognito });
  starting();
  return {
    stackName: assembly.stackName,
    outputs,
    clock,
    iam: services.iam,
    async stop() {
      await Promise.all([api.close(), aws.close()]);
      clock.stop();
      for (const service of Object.values(services).reverse() as AwsService[]) await service.stop?.();
      await registry.outages.end();
      await store.close();
    },
  };
}

function makeClock(kind: 'real' | 'virtual', store: Store): Clock {
  if (kind === 'real') return new RealClock();
  const startMs = Math.max(Date.now(), Number(store.get(CLOCK_KEY) ?? 0));
  return new VirtualClock(startMs, (nowMs) => void store.write([{ key: CLOCK_KEY, value: String(nowMs) }]));
}

/** In the order in which they start: what others deliver to comes before them. */
function makeServices(
  host: ServiceRegistry,
  assembly: CloudAssembly,
  keys: AccessKeys,
  aws: { readonly url: string; readonly endpoint: AwsEndpoint },
  { isolation, keepExecutionsMs, transactionConflicts }: HostOptions,
) {
  const ses = new SesService(host);
  return {
    iam: new IamService(host),
    cloudwatch: new CloudWatchService(host),
    logs: new LogsService(host),
    dynamodb: new DynamoDbService(host, { transactionConflicts }),
    sqs: new SqsService(host, aws.url),
    sns: new SnsService(host),
    ses,
    sesv2: new SesV2Service(ses.parts),
    cognito: new CognitoService(host, { issuerBase: () => aws.url }),
    events: new EventsService(host),
    lambda: new LambdaService(host, {
      assetDirectory: (s3Key) => assembly.assetDirectory(s3Key),
      credentialsFor: (roleArn, sessionName) => keys.forRole(roleArn, sessionName),
      endpoint: () => aws.url,
      ...(isolation && { isolation }),
      around: (...[name, event, run]) => (host.faults ? faultyRun(host.faults, name, event, run) : run()),
      respond: (call) =>
        'operation' in call ? aws.endpoint.perform(call) : aws.endpoint.respond(call, () => Promise.resolve(call.body)),
    }),
    states: new StatesService(host, { keepExecutionsMs }),
    scheduler: new SchedulerService(host),
    apigateway: new ApiGatewayService(host),
  };
}

type Services = ReturnType<typeof makeServices>;

function route(
  request: IncomingMessage,
  response: ServerResponse,
  host: Services & { clock: Clock; meter: Meter; faults: FaultControl },
  endpoint: AwsEndpoint,
): void {
  if (request.url?.startsWith(CONTROL_PREFIX)) void handleControl(host, request, response);
  else if (!host.cognito.handle(request, response)) void endpoint.handle(request, response);
}
