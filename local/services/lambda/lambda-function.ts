import { AwsError } from '../../aws-error.ts';
import type { PolicyStatement } from '../../aws-service.ts';

export interface LoggingConfig {
  readonly format: 'JSON' | 'Text';
  readonly group: string;
  /** Lines of the function below this level are dropped; JSON format only. */
  readonly applicationLevel: string;
  /** Lines of Lambda itself (start, report) are written at INFO; `WARN` keeps only those of failures. */
  readonly systemLevel: string;
}

/** A function as the template defines it, or one of its published versions, by its number or by an alias. */
export interface LambdaFunction {
  readonly name: string;
  /** As it is called: with the number or alias behind it where it is not the unpublished function itself. */
  readonly arn: string;
  /** `$LATEST`, or the number of the version that runs. */
  readonly version: string;
  readonly roleArn: string;
  readonly description: string;
  readonly runtime: string;
  readonly handler: string;
  /** Key of the asset in the bootstrap bucket; the host finds its directory in cdk.out. */
  readonly assetKey: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly architectures: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logging: LoggingConfig;
  readonly tracing: string;
  /** One object for the function and all its versions and aliases; may be set anew while they run. */
  readonly reserved: { concurrency: number | undefined };
  readonly deadLetterArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly modifiedMs: number;
  /** Statements of the resource policy: who besides the account's own roles may invoke it. */
  readonly policy: PolicyStatement[];
}

/** The version that is not published yet: what the template defines. */
export const LATEST = '$LATEST';

/** What an alias stands for. */
export interface Alias {
  readonly functionName: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** The version or alias behind the name by which it is called; undefined for the function itself. */
export function qualifierOf({ name, arn }: LambdaFunction): string | undefined {
  return arn.endsWith(`:${name}`) ? undefined : arn.slice(arn.lastIndexOf(':') + 1);
}

/** Everything that is called by one function's name. */
interface Family {
  readonly latest: LambdaFunction;
  /** By number. */
  readonly versions: Map<string, LambdaFunction>;
  readonly aliases: Map<string, { readonly alias: Alias; readonly definition: LambdaFunction }>;
}

const NAME_OR_ARN =
  /^(?:arn:[\w-]+:lambda:[\w-]+:\d{12}:function:|\d{12}:(?:function:)?)?(?<name>[\w-]+)(?::(?<qualifier>[\w$-]+))?$/;

/** The functions by name, found by any of the forms that Lambda takes: name, ARN, partial ARN, each with a qualifier. */
export class FunctionRegistry {
  private readonly families = new Map<string, Family>();
  private readonly arnPrefix: string;

  constructor(place: { region: string; accountId: string }) {
    this.arnPrefix = `arn:aws:lambda:${place.region}:${place.accountId}:function:`;
  }

  arnOf(name: string): string {
    return this.arnPrefix + name;
  }

  has(name: string): boolean {
    return this.families.has(name);
  }

  add(definition: LambdaFunction): void {
    this.families.set(definition.name, { latest: definition, versions: new Map(), aliases: new Map() });
  }

  /** The functions themselves, without what is published of them. */
  all(): LambdaFunction[] {
    const names = [...this.families.keys()].sort();
    return names.map((name) => (this.families.get(name) as Family).latest);
  }

  /** Numbered versions, oldest first. */
  versionsOf(name: string): LambdaFunction[] {
    return [...(this.families.get(name)?.versions.values() ?? [])].sort(
      (left, right) => Number(left.version) - Number(right.version),
    );
  }

  addVersion(definition: LambdaFunction): void {
    this.families.get(definition.name)?.versions.set(definition.version, definition);
  }

  aliasesOf(name: string): Alias[] {
    return [...(this.families.get(name)?.aliases.values() ?? [])].map(({ alias }) => alias);
  }

  /** Makes an alias, or points it to another version; permissions that it was given stay with it. */
  setAlias(alias: Alias): void {
    const { functionName, name, version } = alias;
    const behind = this.find(functionName, version);
    const policy = this.families.get(functionName)?.aliases.get(name)?.definition.policy ?? [];
    const definition = { ...behind, arn: `${this.arnOf(functionName)}:${name}`, policy };
    this.families.get(functionName)?.aliases.set(name, { alias, definition });
  }

  removeAlias(functionName: string, name: string): void {
    this.families.get(functionName)?.aliases.delete(name);
  }

  /** Throws ResourceNotFoundException where the function, the version or the alias does not exist. */
  find(nameOrArn: unknown, qualifier?: unknown): LambdaFunction {
    const direct = qualifier === undefined ? this.families.get(nameOrArn as string) : undefined;
    if (direct) return direct.latest;
    const parsed = NAME_OR_ARN.exec(typeof nameOrArn === 'string' ? nameOrArn : '')?.groups;
    if (!parsed?.['name']) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${String(nameOrArn)}' at 'functionName' failed to satisfy constraint: ` +
          'Member must be a function name or ARN',
      );
    }
    const family = this.families.get(parsed['name']);
    const wanted = parsed['qualifier'] ?? (typeof qualifier === 'string' ? qualifier : LATEST);
    const found = wanted === LATEST ? family?.latest : (family?.versions.get(wanted) ?? family?.aliases.get(wanted)?.definition); // prettier-ignore
    if (found) return found;
    const missing = this.arnOf(parsed['name']) + (wanted === LATEST ? '' : `:${wanted}`);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${missing}`, { status: 404 });
  }
}
