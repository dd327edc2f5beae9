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

/** A function as the template defines it. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
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
  readonly reservedConcurrency: number | undefined;
  readonly deadLetterArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly modifiedMs: number;
  /** Statements of the resource policy: who besides the account's own roles may invoke it. */
  readonly policy: PolicyStatement[];
}

/** The one version that exists: functions are published by deploying them. */
export const LATEST = '$LATEST';

const NAME_OR_ARN =
  /^(?:arn:[\w-]+:lambda:[\w-]+:\d{12}:function:|\d{12}:(?:function:)?)?(?<name>[\w-]+)(?::(?<qualifier>[\w$-]+))?$/;

/** The functions by name, found by any of the forms that Lambda takes: name, ARN, partial ARN, each with a qualifier. */
export class FunctionRegistry {
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly arnPrefix: string;

  constructor(place: { region: string; accountId: string }) {
    this.arnPrefix = `arn:aws:lambda:${place.region}:${place.accountId}:function:`;
  }

  arnOf(name: string): string {
    return this.arnPrefix + name;
  }

  add(definition: LambdaFunction): void {
    this.functions.set(definition.name, definition);
  }

  all(): LambdaFunction[] {
    return [...this.functions.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Throws ResourceNotFoundException where the function or the version does not exist. */
  find(nameOrArn: unknown, qualifier?: unknown): LambdaFunction {
    const direct = qualifier === undefined ? this.functions.get(nameOrArn as string) : undefined;
    if (direct) return direct;
    const parsed = NAME_OR_ARN.exec(typeof nameOrArn === 'string' ? nameOrArn : '')?.groups;
    if (!parsed?.['name']) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${String(nameOrArn)}' at 'functionName' failed to satisfy constraint: ` +
          'Member must be a function name or ARN',
      );
    }
    const found = this.functions.get(parsed['name']);
    const version = parsed['qualifier'] ?? (typeof qualifier === 'string' ? qualifier : LATEST);
    if (found && version === LATEST) return found;
    const missing = this.arnOf(parsed['name']) + (version === LATEST ? '' : `:${version}`);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${missing}`, { status: 404 });
  }
}
