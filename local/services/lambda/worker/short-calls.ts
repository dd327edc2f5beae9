import { randomUUID } from 'node:crypto';
import type { AwsCalls } from './aws-calls.ts';
import { compileInput, compileOutput, type Convert, type KeyNodes, type SdkSchema } from './call-shapes.ts';
import type { AwsReply } from './protocol.ts';
import type { MiddlewareStack, RetryStrategy, SdkConfig } from './sdk-client.ts';

/** A command of the SDK; those of the document client wrap one of the client below. */
export interface SdkCommand {
  input: object;
  readonly constructor: unknown;
  /** [kind, namespace, operation, traits, input, output] */
  readonly schema?: readonly unknown[] | undefined;
  readonly middlewareStack: MiddlewareStack;
  readonly clientCommand?: SdkCommand;
  readonly inputKeyNodes?: KeyNodes;
  readonly outputKeyNodes?: KeyNodes;
}

/** What came of the first attempt, for the SDK's own code to take it over from there. */
export type FirstAttempt = { readonly reply: AwsReply } | { readonly error: unknown };

/** Sends a command through the SDK's own code, beginning behind a first attempt if there was one. */
export type SendTheLongWay = (first?: FirstAttempt) => Promise<unknown>;

/** Everything that the SDK's own code would do for a call that succeeds at once. A command with any other step is left to it. */
const KNOWN_STEPS = new Set([
  'serializerMiddleware',
  'endpointV2Middleware',
  'retryMiddleware',
  'deserializerMiddleware',
  'DocumentMarshall',
  'DocumentUnmarshall',
]);

/** A call that succeeded without a retry gives the strategy the least that there is. */
const WITHOUT_RETRY = { getRetryCost: () => undefined };

interface Plan {
  readonly service: string;
  readonly operation: string;
  readonly write: Convert;
  readonly read: Convert;
  readonly tokenMember: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly strategy: RetryStrategy;
  readonly clientSteps: number;
}

/**
 * The short way for calls of services that speak AWS JSON or take forms: the SDK's own code takes the input apart and puts the output
 * together schema by schema, value by value, through a stack of middleware that it builds anew for every call; this does
 * the same with functions that are compiled once per command. Whatever is not plain success of something common goes the
 * SDK's own way, a failed first attempt included: errors, retries and waits stay the SDK's.
 */
export class ShortCalls {
  private readonly config: SdkConfig;
  private readonly clientStack: MiddlewareStack;
  private readonly calls: AwsCalls;
  private readonly schemaOf: (schema: unknown) => SdkSchema;
  private readonly plans = new Map<unknown, Plan | 'none'>();
  /** The idempotency token that was made for the input that is being written. */
  private madeToken: string | undefined;

  constructor(
    client: { readonly config: SdkConfig; readonly middlewareStack: MiddlewareStack },
    calls: AwsCalls,
    schemaOf: (schema: unknown) => SdkSchema,
  ) {
    this.config = client.config;
    this.clientStack = client.middlewareStack;
    this.calls = calls;
    this.schemaOf = schemaOf;
  }

  /** Whether it is still to be seen which steps the SDK takes for such a command. */
  isNew(command: SdkCommand): boolean {
    return !this.plans.has(command.constructor);
  }

  /** Learns from the first command of its kind, which went the long way with these steps. */
  async learn(command: SdkCommand, steps: readonly string[]): Promise<void> {
    if (!this.isNew(command)) return;
    this.plans.set(command.constructor, 'none');
    if (!steps.every((step) => KNOWN_STEPS.has(step))) return;
    const plan = await this.plan(command);
    if (plan) this.plans.set(command.constructor, plan);
  }

  async send(command: SdkCommand, theLongWay: SendTheLongWay): Promise<unknown> {
    const plan = this.plans.get(command.constructor);
    if (plan === undefined || plan === 'none') return theLongWay();
    if (stepsOf(command.middlewareStack) > 0 || stepsOf(this.clientStack) !== plan.clientSteps) return theLongWay();
    const inner = command.clientCommand ?? command;
    let body: string;
    try {
      this.madeToken = undefined;
      body = JSON.stringify(plan.write(inner.input as never));
    } catch {
      // Uncommon, or wrong: the SDK says what is wrong with it.
      return theLongWay();
    }
    const token = this.madeToken;
    const first = await this.attempt(plan, body);
    if ('reply' in first && first.reply.status < 300) {
      try {
        const output = plan.read(JSON.parse(first.reply.body || '{}') as never);
        plan.strategy.recordSuccess(WITHOUT_RETRY);
        return Object.assign(output as object, { $metadata: metadataOf(first.reply) });
      } catch {
        return theLongWay(first);
      }
    }
    // All attempts are the same request: they have one idempotency token.
    if (token !== undefined && plan.tokenMember) inner.input = { ...inner.input, [plan.tokenMember]: token };
    return theLongWay(first);
  }

  private async attempt(plan: Plan, body: string): Promise<FirstAttempt> {
    try {
      const { accessKeyId } = await this.config.credentials();
      const { service, operation, timeoutMs } = plan;
      return { reply: await this.calls.send({ accessKeyId, service, operation, body }, timeoutMs) };
    } catch (error) {
      return { error };
    }
  }

  private async plan(command: SdkCommand): Promise<Plan | undefined> {
    const { translateConfig = {} } = this.config;
    const service = serviceName(this.config);
    const { marshallOptions = {}, unmarshallOptions = {} } = translateConfig;
    const [, , operation, , input, output] = (command.clientCommand ?? command).schema ?? [];
    const strategy = await this.config.retryStrategy();
    if (service === undefined || strategy.mode !== 'standard' || typeof operation !== 'string') return undefined;
    if (marshallOptions.convertEmptyValues || marshallOptions.convertTopLevelContainer === false) return undefined;
    if (unmarshallOptions.wrapNumbers || unmarshallOptions.convertWithoutMapWrapper === false) return undefined;
    const inputSchema = this.schemaOf(input);
    const token = (): string => (this.madeToken = randomUUID());
    const removesUndefined = marshallOptions.removeUndefinedValues === true;
    return {
      service,
      operation,
      write: compileInput(inputSchema, command.inputKeyNodes, { removesUndefined, token }),
      read: compileOutput(this.schemaOf(output), command.outputKeyNodes),
      tokenMember: [...inputSchema.structIterator()].find(([, member]) => member.isIdempotencyToken())?.[0],
      timeoutMs: await this.config.requestHandler.timeoutMs?.(),
      strategy,
      clientSteps: stepsOf(this.clientStack),
    };
  }
}

/** How the host is told the service, when its protocol is one of those that have a short way. */
function serviceName({ protocol, defaultSigningName }: SdkConfig): string | undefined {
  if (protocol?.awsQueryCompatible) return undefined;
  return (
    protocol?.serviceTarget ?? (protocol?.getShapeId?.() === 'aws.protocols#awsQuery' ? defaultSigningName : undefined)
  );
}

function metadataOf({ status, headers }: AwsReply): object {
  return {
    httpStatusCode: status,
    requestId: headers['x-amzn-requestid'],
    extendedRequestId: undefined,
    cfId: undefined,
    attempts: 1,
    totalRetryDelay: 0,
  };
}

let counted = 0;
const counter = { add: () => void (counted += 1), addRelativeTo: () => void (counted += 1) };

/** How many steps a stack has of its own: to ask it for their names costs more than all else here. */
function stepsOf(stack: MiddlewareStack): number {
  counted = 0;
  stack.applyToStack(counter);
  return counted;
}
