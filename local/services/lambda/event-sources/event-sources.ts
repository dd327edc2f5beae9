import { AwsError } from '../../../aws-error.ts';
import type { Host, ResourceType, TemplateResource } from '../../../aws-service.ts';
import type { InvocationOutcome, InvocationRequest } from '../function-runner.ts';
import { type FunctionRegistry, type LambdaFunction, LATEST, qualifierOf } from '../lambda-function.ts';
import { newTraceHeader } from '../trace-header.ts';
import { compileFilters } from './event-filter.ts';
import { keepChanges, readChanges, withKeptChanges } from './mapping-changes.ts';
import { describeMapping, type Mapping, type MappingProperties } from './mapping.ts';
import { MAPPING_SCHEMA } from './mapping-schema.ts';
import { readNewMapping } from './new-mapping.ts';
import { QueueSource } from './queue-source.ts';
import { StreamSource } from './stream-source.ts';
import { derivedUuid } from '../../derived-uuid.ts';

/** Lambda's defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const DEFAULT_BATCH_SIZE = { dynamodb: 100, sqs: 10 } as const;

/** Where the store has the mappings that clients have made. */
const MADE = 'lambda/mapping-made/';

type Run = (definition: LambdaFunction, request: InvocationRequest) => Promise<InvocationOutcome>;

/** A mapping, what reads for it, and what the template says of it. */
interface Served {
  readonly mapping: Mapping;
  readonly source: StreamSource | QueueSource;
  readonly template: MappingProperties;
  /** Resolves once the source reads, or has been told not to. */
  settled: Promise<void>;
}

/** The event source mappings: what Lambda reads from streams and queues on its own and sends to functions. */
export class EventSources {
  readonly resourceType: ResourceType;
  private readonly host: Host;
  private readonly functions: FunctionRegistry;
  private readonly run: Run;
  private readonly sources = new Map<string, Served>();

  constructor(host: Host, functions: FunctionRegistry, run: Run) {
    this.host = host;
    this.functions = functions;
    this.run = run;
    this.resourceType = {
      type: 'AWS::Lambda::EventSourceMapping',
      schema: MAPPING_SCHEMA,
      create: (resource) => this.create(resource),
    };
  }

  async start(): Promise<void> {
    await this.load();
    for (const { mapping, source } of this.sources.values()) {
      if (mapping.properties.Enabled !== false) await source.start();
    }
  }

  /** Takes up the mappings that clients have made. One whose function the template no longer has is left out. */
  private async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: MADE, lt: `${MADE}~` })) {
      const uuid = key.slice(MADE.length);
      const made = JSON.parse(value) as MappingProperties;
      try {
        this.serve(uuid, made, withKeptChanges(this.host.store, uuid, made));
      } catch (error) {
        this.host.report(`Lambda: the event source mapping ${uuid} is left out: ${String(error)}`);
      }
    }
  }

  /** CreateEventSourceMapping. */
  async make(input: Readonly<Record<string, unknown>>): Promise<object> {
    const properties = readNewMapping(input);
    const definition = this.functions.find(properties.FunctionName);
    const twin = this.mappings().find((one) => one.definition.arn === definition.arn && one.properties.EventSourceArn === properties.EventSourceArn); // prettier-ignore
    if (twin) {
      const [, , service = ''] = properties.EventSourceArn.split(':');
      throw new AwsError('ResourceConflictException', `An event source mapping with ${service === 'sqs' ? 'SQS' : 'DynamoDB'} arn (" ${properties.EventSourceArn} ") and function (" ${definition.name} ") already exists. Please update or delete the existing mapping with UUID ${twin.uuid}`, { status: 409 }); // prettier-ignore
    }
    const uuid = this.host.uuid();
    const { mapping, source } = this.serve(uuid, properties, properties);
    await this.host.store.write([{ key: MADE + uuid, value: JSON.stringify(properties) }]);
    if (properties.Enabled !== false) await source.start();
    return { ...describeMapping(mapping, source), State: 'Creating' };
  }

  /** DeleteEventSourceMapping; one of the template is back at the next start. */
  async delete(uuid: string): Promise<object> {
    const { mapping, source, settled } = this.served(uuid);
    this.sources.delete(uuid);
    await this.host.store.write([{ key: MADE + uuid, value: undefined }]);
    // Nobody waits for what is with the function now.
    void this.host.clock.work(async () => {
      await settled;
      await source.drain();
    });
    return { ...describeMapping(mapping, source), State: 'Deleting' };
  }

  stop(): void {
    for (const { source } of this.sources.values()) source.stop();
  }

  list({
    FunctionName,
    EventSourceArn,
  }: {
    readonly FunctionName?: unknown;
    readonly EventSourceArn?: unknown;
  }): object[] {
    const wanted = FunctionName === undefined ? undefined : this.functions.find(FunctionName);
    return [...this.sources.values()]
      .filter(({ mapping }) => wanted === undefined || mapping.definition.arn === wanted.arn)
      .filter(({ mapping }) => EventSourceArn === undefined || mapping.properties.EventSourceArn === EventSourceArn)
      .map(({ mapping, source }) => describeMapping(mapping, source));
  }

  mappings(): Mapping[] {
    return [...this.sources.values()].map(({ mapping }) => mapping);
  }

  get(uuid: string): object {
    const { mapping, source } = this.served(uuid);
    return describeMapping(mapping, source);
  }

  private served(uuid: string): Served {
    const found = this.sources.get(uuid);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
  }

  arnOf(uuid: string): string {
    return `arn:aws:lambda:${this.host.region}:${this.host.accountId}:event-source-mapping:${uuid}`;
  }

  private create(resource: TemplateResource): { ref: string; attributes: Record<string, string> } {
    const template = resource.properties as MappingProperties;
    const uuid = uuidOf(resource);
    const { mapping } = this.serve(uuid, template, withKeptChanges(this.host.store, uuid, template));
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: mapping.arn } };
  }

  /** UpdateEventSourceMapping: what is with the function ends as it began; then a source with the new settings reads on. */
  async update(uuid: string, input: Readonly<Record<string, unknown>>): Promise<object> {
    const before = this.served(uuid);
    const changes = readChanges(input);
    const properties = { ...before.mapping.properties, ...changes };
    compileFilters(properties);
    this.functions.find(properties.FunctionName);
    await keepChanges(this.host.store, uuid, before.template, changes);
    const after = this.serve(uuid, before.template, properties);
    const wasEnabled = before.mapping.properties.Enabled !== false;
    after.settled = this.host.clock.work(async () => {
      await before.settled;
      await before.source.drain();
      if (properties.Enabled !== false) await after.source.start();
    });
    const changed = (properties.Enabled !== false) !== wasEnabled;
    const State = !changed ? 'Updating' : wasEnabled ? 'Disabling' : 'Enabling';
    return { ...describeMapping(after.mapping, after.source), State };
  }

  private serve(uuid: string, template: MappingProperties, properties: MappingProperties): Served {
    const [, , service] = properties.EventSourceArn.split(':');
    if (service !== 'dynamodb' && service !== 'sqs') {
      throw new AwsError('InvalidParameterValueException', `Unrecognized event source ${properties.EventSourceArn}.`);
    }
    const mapping: Mapping = {
      uuid,
      arn: this.arnOf(uuid),
      definition: this.functions.find(properties.FunctionName),
      properties,
      batchSize: properties.BatchSize ?? DEFAULT_BATCH_SIZE[service],
      windowMs: (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
      reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
      modifiedMs: this.host.clock.now(),
    };
    // A pattern that is not valid stops the host here and not at the first record.
    compileFilters(properties);
    const invoke = (event: object): Promise<InvocationOutcome & { requestId: string }> => this.invoke(mapping, event);
    const source =
      service === 'sqs' ? new QueueSource(this.host, mapping, invoke) : new StreamSource(this.host, mapping, invoke);
    const served: Served = { mapping, source, template, settled: Promise.resolve() };
    this.sources.set(uuid, served);
    return served;
  }

  /** Lambda invokes for its own mappings: no permission is asked. */
  private async invoke({ definition }: Mapping, event: object): Promise<InvocationOutcome & { requestId: string }> {
    const requestId = this.host.uuid();
    const request = { requestId, event: JSON.stringify(event), traceHeader: newTraceHeader(this.host) };
    // An alias may stand for another version by now.
    const current =
      definition.version === LATEST ? definition : this.functions.find(definition.name, qualifierOf(definition));
    return { ...(await this.run(current, request)), requestId };
  }
}

/** The same at every start, so that a mapping finds its checkpoints again. */
function uuidOf({ stackName, logicalId }: TemplateResource): string {
  return derivedUuid(`${stackName}/${logicalId}`);
}
