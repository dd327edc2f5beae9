import { availableParallelism } from 'node:os';
import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { eventInvokeConfigResource } from './event-invoke-config-resource.ts';
import { EventSources } from './event-sources/event-sources.ts';
import { describeFunction } from './function-description.ts';
import { FunctionPolicies, authorizeFunction, permissionResource, type PermissionInput } from './function-policy.ts';
import { functionResource } from './function-resource.ts';
import { FunctionRunner, type InvocationOutcome, type InvocationRequest } from './function-runner.ts';
import type { LambdaOptions, LambdaPlace } from './function-settings.ts';
import { readInvokeInput } from './invoke-input.ts';
import { Isolates } from './isolates.ts';
import { FunctionRegistry, type LambdaFunction, LATEST } from './lambda-function.ts';
import { newTraceHeader } from './trace-header.ts';

type Input = Readonly<Record<string, unknown>>;

/** AWS Lambda: functions run from their deployed bundles, in worker threads. */
export class LambdaService implements AwsService {
  readonly names = ['lambda'] as const;
  readonly resourceTypes: readonly ResourceType[];
  private readonly host: Host;
  private readonly place: LambdaPlace;
  private readonly isolates: Isolates;
  private readonly functions: FunctionRegistry;
  private readonly policies: FunctionPolicies;
  private readonly asyncInvocations: AsyncInvocations;
  private readonly eventSources: EventSources;
  private readonly runners = new Map<string, FunctionRunner>();
  private stopped = false;

  constructor(host: Host, options: LambdaOptions) {
    this.host = host;
    this.place = {
      isolation: options.isolation ?? 'shared',
      assetDirectory: (key) => options.assetDirectory(key),
      credentialsFor: (roleArn, sessionName) => options.credentialsFor(roleArn, sessionName),
      endpoint: () => options.endpoint(),
      respond: (request) => options.respond(request),
    };
    this.isolates = new Isolates(host.clock, this.place.isolation);
    this.functions = new FunctionRegistry(host);
    this.policies = new FunctionPolicies(host, this.functions);
    const around = options.around ?? ((_name, _event, run) => run());
    const run = (definition: LambdaFunction, request: InvocationRequest): Promise<InvocationOutcome> =>
      around(definition.name, request.event, () => this.runner(definition).run(request));
    this.asyncInvocations = new AsyncInvocations(host, { find: (name) => this.functions.find(name), run });
    this.eventSources = new EventSources(host, this.functions, run);
    this.resourceTypes = [
      functionResource(host, this.functions),
      permissionResource(this.functions),
      eventInvokeConfigResource(this.functions, this.asyncInvocations),
      this.eventSources.resourceType,
    ];
  }

  /** Physical names of the functions. */
  functionNames(): string[] {
    return this.functions.all().map(({ name }) => name);
  }

  /** The threads that run functions now, by the ids that Linux gives them. */
  threads(): number[] {
    return this.isolates.threads();
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const request = (input ?? {}) as Input;
    switch (operation) {
      case 'Invoke':
        return this.invoke(request, principal);
      case 'ListFunctions':
        this.authorizeAny(principal, operation);
        return { Functions: this.functions.all().map(describeFunction) };
      case 'GetFunction':
        return this.getFunction(this.permitted(request, principal, operation));
      case 'GetFunctionConfiguration':
        return describeFunction(this.permitted(request, principal, operation));
      case 'GetPolicy':
        return this.policies.describe(this.permitted(request, principal, operation));
      case 'AddPermission':
        return this.policies.add(this.permitted(request, principal, operation), request as unknown as PermissionInput);
      case 'RemovePermission':
        return this.policies.remove(this.permitted(request, principal, operation), String(request['StatementId']));
      case 'ListEventSourceMappings':
        this.authorizeAny(principal, operation);
        return { EventSourceMappings: this.eventSources.list(request) };
      case 'GetEventSourceMapping':
        this.authorizeAny(principal, operation);
        return this.eventSources.get(String(request['UUID']));
      default:
        throw notServed(`lambda ${operation}`);
    }
  }

  async start(): Promise<void> {
    await this.policies.start();
    await this.asyncInvocations.start();
    await this.eventSources.start();
    this.warmAll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.eventSources.stop();
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    await this.isolates.stop();
  }

  /**
   * Starts a worker for each function, as many at a time as there are processors. Nobody waits for it: the host is ready
   * before, and an invocation whose worker is not there yet starts it itself.
   */
  private warmAll(): void {
    const cold = this.functions.all();
    const warmNext = async (): Promise<void> => {
      for (let next = cold.shift(); next && !this.stopped; next = cold.shift()) await this.runner(next).warm();
    };
    for (let processor = 0; processor < availableParallelism(); processor += 1) void warmNext();
  }

  private async invoke(input: Input, principal: Principal): Promise<object> {
    const request = readInvokeInput(input);
    const definition = this.functions.find(request.functionName, request.qualifier);
    authorizeFunction(this.host, principal, 'lambda:InvokeFunction', definition);
    if (request.type === 'DryRun') return { StatusCode: 204, ExecutedVersion: LATEST };
    const invocation = {
      requestId: this.host.uuid(),
      event: request.event,
      traceHeader: request.traceHeader ?? newTraceHeader(this.host),
      clientContext: request.clientContext,
      wantsLogTail: request.wantsLogTail,
    };
    if (request.type === 'Event') {
      await this.asyncInvocations.accept(definition, invocation);
      return { StatusCode: 202 };
    }
    const { payload, failed, logTail } = await this.runner(definition).run(invocation);
    return {
      StatusCode: 200,
      ExecutedVersion: LATEST,
      ...(failed && { FunctionError: 'Unhandled' }),
      ...(logTail !== undefined && { LogResult: logTail }),
      Payload: payload,
    };
  }

  private getFunction(definition: LambdaFunction): object {
    const { reservedConcurrency, tags } = definition;
    return {
      Configuration: describeFunction(definition),
      Code: { RepositoryType: 'S3', Location: `file://${this.place.assetDirectory(definition.assetKey)}` },
      ...(Object.keys(tags).length > 0 && { Tags: tags }),
      ...(reservedConcurrency !== undefined && {
        Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
      }),
    };
  }

  private runner(definition: LambdaFunction): FunctionRunner {
    let runner = this.runners.get(definition.name);
    if (!runner) {
      runner = new FunctionRunner(this.host, definition, this.place, this.isolates);
      this.runners.set(definition.name, runner);
    }
    return runner;
  }

  /** The function that the request names, if the caller may do this to it. */
  private permitted(request: Input, principal: Principal, operation: string): LambdaFunction {
    const definition = this.functions.find(request['FunctionName'], request['Qualifier']);
    authorizeFunction(this.host, principal, `lambda:${operation}`, definition);
    return definition;
  }

  private authorizeAny(principal: Principal, operation: string): void {
    this.host.authorize({ principal, action: `lambda:${operation}`, resource: '*' });
  }
}
