import { AwsError } from '../../../aws-error.ts';
import type { Host, ResourceType, TemplateResource } from '../../../aws-service.ts';
import type { InvocationOutcome, InvocationRequest } from '../function-runner.ts';
import type { FunctionRegistry, LambdaFunction } from '../lambda-function.ts';
import { newTraceHeader } from '../trace-header.ts';
import { compileFilters } from './event-filter.ts';
import { describeMapping, type Mapping, type MappingProperties } from './mapping.ts';
import { MAPPING_SCHEMA } from './mapping-schema.ts';
import { QueueSource } from './queue-source.ts';
import { StreamSource } from './stream-source.ts';
import { derivedUuid } from '../../derived-uuid.ts';

/** Lambda's defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const DEFAULT_BATCH_SIZE = { dynamodb: 100, sqs: 10 } as const;

type Run = (definition: LambdaFunction, request: InvocationRequest) => Promise<InvocationOutcome>;

/** The event source mappings: what Lambda reads from streams and queues on its own and sends to functions. */
export class EventSources {
  readonly resourceType: ResourceType;
  private readonly host: Host;
  private readonly functions: FunctionRegistry;
  private readonly run: Run;
  private readonly sources = new Map<string, { mapping: Mapping; source: StreamSource | QueueSource }>();

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
    for (const { mapping, source } of this.sources.values()) {
      if (mapping.properties.Enabled !== false) await source.start();
    }
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
      .filter(({ mapping }) => wanted === undefined || mapping.definition === wanted)
      .filter(({ mapping }) => EventSourceArn === undefined || mapping.properties.EventSourceArn === EventSourceArn)
      .map(({ mapping, source }) => describeMapping(mapping, source));
  }

  get(uuid: string): object {
    const found = this.sources.get(uuid);
    if (!found) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
    }
    return describeMapping(found.mapping, found.source);
  }

  private create(resource: TemplateResource): { ref: string; attributes: Record<string, string> } {
    const properties = resource.properties as MappingProperties;
    const [, , service] = properties.EventSourceArn.split(':');
    if (service !== 'dynamodb' && service !== 'sqs') {
      throw new AwsError('InvalidParameterValueException', `Unrecognized event source ${properties.EventSourceArn}.`);
    }
    const uuid = uuidOf(resource);
    const mapping: Mapping = {
      uuid,
      arn: `arn:aws:lambda:${this.host.region}:${this.host.accountId}:event-source-mapping:${uuid}`,
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
    this.sources.set(uuid, { mapping, source });
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: mapping.arn } };
  }

  /** Lambda invokes for its own mappings: no permission is asked. */
  private async invoke({ definition }: Mapping, event: object): Promise<InvocationOutcome & { requestId: string }> {
    const requestId = this.host.uuid();
    const request = { requestId, event: JSON.stringify(event), traceHeader: newTraceHeader(this.host) };
    return { ...(await this.run(definition, request)), requestId };
  }
}

/** The same at every start, so that a mapping finds its checkpoints again. */
function uuidOf({ stackName, logicalId }: TemplateResource): string {
  return derivedUuid(`${stackName}/${logicalId}`);
}
