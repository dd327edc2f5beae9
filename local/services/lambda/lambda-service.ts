import { availableParallelism } from 'node:os';
import { notServed } from '../../aws-error.ts';
import type { AwsService, Host, Principal, ResourceType } from '../../aws-service.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { eventInvokeConfigResource } from './event-invoke-config-resource.ts';
import { Aliases } from './aliases.ts';
import { EventSources } from './event-sources/event-sources.ts';
import { describeFunction } from './function-description.ts';
import { FunctionPolicies, authorizeFunction, permissionResource, type PermissionInput } from './function-policy.ts';
import { functionResource } from './function-resource.ts';
import { FunctionRunner, type InvocationOutcome, type InvocationRequest } from './function-runner.ts';
import type { LambdaOptions, LambdaPlace } from './function-settings.ts';
import { readInvokeInput } from './invoke-input.ts';
import { Isolates } from './isolates.ts';
import { FunctionRegistry, type LambdaFunction } from './lambda-function.ts';
import { Precedence } from './precedence.ts';
import { ReservedConcurrency } from './reserved-concurrency.ts';
import { checkRoles } from './role-checks.ts';
import { newTraceHeader } from './trace-header.ts';
import { versionResources } from './version-resources.ts';
import { unqualified, Versions } from './versions.ts';

type Input = Readonly<Record<string, unknown>>;

type OnFunction = (definition: LambdaFunction, input: Input) => object | Promise<object>;

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
  private readonly versions: Versions;
  private readonly aliases: Aliases;
  private readonly concurrency: ReservedConcurrency;
  private readonly runners = new Map<LambdaFunction, FunctionRunner>();
  private readonly onFunction: Readonly<Record<string, OnFunction>>;
  private readonly precedence = new Precedence();
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
      this.precedence.behindOthers(() =>
        around(definition.name, request.event, () => this.runner(definition).run(request)),
      );
    const find = (name: string, qualifier?: string) => this.functions.find(name, qualifier);
    this.asyncInvocations = new AsyncInvocations(host, { find, run });
    this.eventSources = new EventSources(host, this.functions, run);
    this.versions = new Versions(host, this.functions);
    this.aliases = new Aliases(host, this.functions);
    this.concurrency = new ReservedConcurrency(host, this.functions);
    this.onFunction = this.operationsOnFunctions();
    this.resourceTypes = [
      functionResource(host, this.functions),
      ...versionResources(this.functions, this.versions, this.aliases),
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
        return { Functions: this.listed(request).map(describeFunction) };
      case 'ListEventSourceMappings':
        this.authorizeAny(principal, operation);
        return { EventSourceMappings: this.eventSources.list(request) };
      case 'GetEventSourceMapping':
        this.authorizeAny(principal, operation, this.eventSources.arnOf(String(request['UUID'])));
        return this.eventSources.get(String(request['UUID']));
      case 'CreateEventSourceMapping':
        this.authorizeAny(principal, operation);
        return this.eventSources.make(request);
      case 'DeleteEventSourceMapping':
        this.authorizeAny(principal, operation, this.eventSources.arnOf(String(request['UUID'])));
        return this.eventSources.delete(String(request['UUID']));
      case 'UpdateEventSourceMapping':
        this.authorizeAny(principal, operation, this.eventSources.arnOf(String(request['UUID'])));
        return this.eventSources.update(String(request['UUID']), request);
      default: {
        const run = Object.hasOwn(this.onFunction, operation) ? this.onFunction[operation] : undefined;
        if (!run) throw notServed(`lambda ${operation}`);
        return run(this.permitted(request, principal, operation), request);
      }
    }
  }

  /** Operations on one function, which the caller has to be permitted. */
  private operationsOnFunctions(): Readonly<Record<string, OnFunction>> {
    const { aliases, concurrency, policies, versions } = this;
    return {
      GetFunction: (definition) => this.getFunction(definition),
      GetFunctionConfiguration: describeFunction,
      GetPolicy: (definition) => policies.describe(definition),
      AddPermission: (definition, input) => policies.add(definition, input as unknown as PermissionInput),
      RemovePermission: (definition, input) => policies.remove(definition, String(input['StatementId'])),
      PublishVersion: (definition, input) => versions.publish(unqualified(definition), input),
      ListVersionsByFunction: (definition) => versions.list(unqualified(definition)),
      CreateAlias: (definition, input) => aliases.create(unqualified(definition), input),
      UpdateAlias: (definition, input) => aliases.update(unqualified(definition), input),
      DeleteAlias: (definition, input) => aliases.delete(unqualified(definition), input),
      GetAlias: (definition, input) => aliases.get(unqualified(definition), input),
      ListAliases: (definition, input) => aliases.list(unqualified(definition), input),
      PutFunctionConcurrency: (definition, input) => concurrency.put(unqualified(definition), input['ReservedConcurrentExecutions']), // prettier-ignore
      GetFunctionConcurrency: (definition) => concurrency.get(definition),
      DeleteFunctionConcurrency: (definition) => concurrency.delete(unqualified(definition)),
      GetFunctionEventInvokeConfig: (definition) => this.asyncInvocations.describe(definition),
    };
  }

  /** With `FunctionVersion: ALL`, the published versions too. */
  private listed({ FunctionVersion }: Input): LambdaFunction[] {
    const latest = this.functions.all();
    if (FunctionVersion !== 'ALL') return latest;
    return latest.flatMap((one) => [one, ...this.functions.versionsOf(one.name)]);
  }

  async start(): Promise<void> {
    checkRoles(this.host, this.functions.all(), this.eventSources.mappings());
    await this.versions.start();
    await this.aliases.start();
    await this.concurrency.start();
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
    if (request.type === 'DryRun') return { StatusCode: 204, ExecutedVersion: definition.version };
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
    const run = (): Promise<InvocationOutcome> => this.runner(definition).run(invocation);
    const { payload, failed, logTail } = await this.inTurn(principal, run);
    return {
      StatusCode: 200,
      ExecutedVersion: definition.version,
      ...(failed && { FunctionError: 'Unhandled' }),
      ...(logTail !== undefined && { LogResult: logTail }),
      Payload: payload,
    };
  }

  /** API requests go first, state machines behind them. Others, among them functions that call functions, are let through. */
  private inTurn<T>(caller: Principal, run: () => Promise<T>): Promise<T> {
    if (caller.kind === 'service' && caller.service === 'apigateway.amazonaws.com') return this.precedence.first(run);
    const isMachine = caller.kind === 'role' && !this.functions.has(caller.sessionName);
    return isMachine ? this.precedence.behindOthers(run) : run();
  }

  private getFunction(definition: LambdaFunction): object {
    const { reserved, tags } = definition;
    return {
      Configuration: describeFunction(definition),
      Code: { RepositoryType: 'S3', Location: `file://${this.place.assetDirectory(definition.assetKey)}` },
      ...(Object.keys(tags).length > 0 && { Tags: tags }),
      ...(reserved.concurrency !== undefined && { Concurrency: this.concurrency.get(definition) }),
    };
  }

  private runner(definition: LambdaFunction): FunctionRunner {
    let runner = this.runners.get(definition);
    if (!runner) {
      runner = new FunctionRunner(this.host, definition, this.place, this.isolates);
      this.runners.set(definition, runner);
    }
    return runner;
  }

  /** The function that the request names, if the caller may do this to it. */
  private permitted(request: Input, principal: Principal, operation: string): LambdaFunction {
    const definition = this.functions.find(request['FunctionName'], request['Qualifier']);
    authorizeFunction(this.host, principal, `lambda:${operation}`, definition);
    return definition;
  }

  private authorizeAny(principal: Principal, operation: string, resource = '*'): void {
    this.host.authorize({ principal, action: `lambda:${operation}`, resource });
  }
}
