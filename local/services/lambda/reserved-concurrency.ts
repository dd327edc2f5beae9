import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { FunctionRegistry, LambdaFunction } from './lambda-function.ts';

const PREFIX = 'lambda/concurrency/';

/** What a client has set, and what the template said then: once it says something else, that counts. */
interface Kept {
  readonly template: number | null;
  readonly set: number | null;
}

/** Reserved concurrency as clients set it anew: with 0, an operator brings a function to a halt. */
export class ReservedConcurrency {
  private readonly host: Host;
  private readonly functions: FunctionRegistry;
  /** What the template says of the functions for which clients have set something else. */
  private readonly templates = new Map<string, number | null>();

  constructor(host: Host, functions: FunctionRegistry) {
    this.host = host;
    this.functions = functions;
  }

  async start(): Promise<void> {
    const byName = new Map(this.functions.all().map((definition) => [definition.name, definition]));
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}~` })) {
      const definition = byName.get(key.slice(PREFIX.length));
      const kept = JSON.parse(value) as Kept;
      if (!definition || (definition.reserved.concurrency ?? null) !== kept.template) continue;
      this.templates.set(definition.name, kept.template);
      definition.reserved.concurrency = kept.set ?? undefined;
    }
  }

  async put(definition: LambdaFunction, value: unknown): Promise<object> {
    if (!Number.isInteger(value) || (value as number) < 0) {
      throw new AwsError('ValidationException', `1 validation error detected: Value '${String(value)}' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 0`); // prettier-ignore
    }
    await this.set(definition, value as number);
    return this.get(definition);
  }

  async delete(definition: LambdaFunction): Promise<object> {
    await this.set(definition, null);
    return {};
  }

  get({ reserved }: LambdaFunction): object {
    const { concurrency } = reserved;
    return concurrency === undefined ? {} : { ReservedConcurrentExecutions: concurrency };
  }

  private async set(definition: LambdaFunction, set: number | null): Promise<void> {
    const template = this.templates.get(definition.name) ?? definition.reserved.concurrency ?? null;
    this.templates.set(definition.name, template);
    definition.reserved.concurrency = set ?? undefined;
    const kept: Kept = { template, set };
    await this.host.store.write([{ key: PREFIX + definition.name, value: JSON.stringify(kept) }]);
  }
}
