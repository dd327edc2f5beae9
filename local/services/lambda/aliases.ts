import { AwsError, notServed } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { derivedUuid } from '../derived-uuid.ts';
import type { Alias, FunctionRegistry, LambdaFunction } from './lambda-function.ts';

const PREFIX = 'lambda/alias/';

export interface AliasInput {
  readonly Name?: string;
  readonly FunctionVersion?: string;
  readonly Description?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
  readonly MaxItems?: number;
}

/** Names for versions. Those of the template are made anew at each start; those of clients are in the store. */
export class Aliases {
  private readonly host: Host;
  private readonly functions: FunctionRegistry;

  constructor(host: Host, functions: FunctionRegistry) {
    this.host = host;
    this.functions = functions;
  }

  /** Takes up what clients made, as far as the template does not have it and the version is still there. */
  async start(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}~` })) {
      const alias = JSON.parse(value) as Alias;
      if (this.functions.aliasesOf(alias.functionName).some(({ name }) => name === alias.name)) continue;
      try {
        this.functions.setAlias(alias);
      } catch (error) {
        this.host.report(`Lambda: the alias ${alias.functionName}:${alias.name} is left out: ${String(error)}`);
      }
    }
  }

  async create(definition: LambdaFunction, input: AliasInput): Promise<object> {
    const name = input.Name ?? '';
    if (this.functions.aliasesOf(definition.name).some((one) => one.name === name)) {
      throw new AwsError('ResourceConflictException', `Alias already exists: ${definition.arn}:${name}`, { status: 409 }); // prettier-ignore
    }
    return this.put(definition, { version: input.FunctionVersion ?? '', description: input.Description ?? '' }, input);
  }

  update(definition: LambdaFunction, input: AliasInput): Promise<object> {
    const { version, description } = this.find(definition, input.Name);
    const next = { version: input.FunctionVersion ?? version, description: input.Description ?? description };
    return this.put(definition, next, input);
  }

  async delete(definition: LambdaFunction, input: AliasInput): Promise<object> {
    this.functions.removeAlias(definition.name, input.Name ?? '');
    await this.host.store.write([{ key: keyOf(definition.name, input.Name ?? ''), value: undefined }]);
    return {};
  }

  get(definition: LambdaFunction, input: AliasInput): object {
    return this.describe(definition, this.find(definition, input.Name));
  }

  list(definition: LambdaFunction, { FunctionVersion }: AliasInput): object {
    const all = this.functions.aliasesOf(definition.name);
    const wanted = all.filter(({ version }) => FunctionVersion === undefined || version === FunctionVersion);
    return { Aliases: wanted.map((alias) => this.describe(definition, alias)) };
  }

  /** An alias of the template. */
  declare(alias: Alias): void {
    checkName(alias.name);
    this.functions.setAlias(alias);
  }

  private async put(
    { name: functionName }: LambdaFunction,
    { version, description }: Pick<Alias, 'version' | 'description'>,
    { Name: name = '', RoutingConfig }: AliasInput,
  ): Promise<object> {
    checkName(name);
    if (Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0) {
      throw notServed(`aliases that share their calls among versions (RoutingConfig of ${functionName}:${name})`);
    }
    const alias = { functionName, name, version, description };
    this.functions.setAlias(alias);
    await this.host.store.write([{ key: keyOf(functionName, name), value: JSON.stringify(alias) }]);
    return this.describe(this.functions.find(functionName), alias);
  }

  private find(definition: LambdaFunction, name: string | undefined): Alias {
    const found = this.functions.aliasesOf(definition.name).find((one) => one.name === name);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${definition.arn}:${String(name)}`, {
      status: 404,
    });
  }

  private describe(definition: LambdaFunction, alias: Alias): object {
    return {
      AliasArn: `${definition.arn}:${alias.name}`,
      Name: alias.name,
      FunctionVersion: alias.version,
      Description: alias.description,
      RevisionId: derivedUuid(JSON.stringify(alias)),
    };
  }
}

/** Letters, digits, - and _, but no number: that would be a version. */
function checkName(name: string): void {
  if (/^(?!\d+$)[\w-]{1,128}$/.test(name)) return;
  throw new AwsError('ValidationException', `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`); // prettier-ignore
}

function keyOf(functionName: string, name: string): string {
  return `${PREFIX}${functionName}/${name}`;
}
