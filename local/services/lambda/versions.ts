import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { describeFunction } from './function-description.ts';
import { type FunctionRegistry, type LambdaFunction, LATEST, qualifierOf } from './lambda-function.ts';

const VERSIONS = 'lambda/version/';
const NUMBERS = 'lambda/version-number/';

interface PublishOptions {
  readonly Description?: string | undefined;
  /** Publish only what is still that code and configuration. */
  readonly CodeSha256?: string | undefined;
  readonly RevisionId?: string | undefined;
}

/** What is published of functions: their code and configuration as they were, under a number that never changes again. */
export class Versions {
  private readonly host: Host;
  private readonly functions: FunctionRegistry;

  constructor(host: Host, functions: FunctionRegistry) {
    this.host = host;
    this.functions = functions;
  }

  /** Takes up what clients have published. A version whose function the template no longer has is left alone. */
  async start(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: VERSIONS, lt: `${VERSIONS}~` })) {
      const kept = JSON.parse(value) as LambdaFunction;
      const latest = this.functions.all().find(({ name }) => name === kept.name);
      const known = this.functions.versionsOf(kept.name).some(({ version }) => version === kept.version);
      if (latest && !known) this.functions.addVersion({ ...kept, reserved: latest.reserved, policy: [] });
    }
  }

  /** PublishVersion: what is the same as the version published last is that version. */
  async publish(latest: LambdaFunction, options: PublishOptions): Promise<object> {
    const { CodeSha256, RevisionId, Description } = describeFunction(latest);
    if (options.CodeSha256 !== undefined && options.CodeSha256 !== CodeSha256) {
      throw new AwsError('InvalidParameterValueException', `CodeSHA256 (${options.CodeSha256}) is different from current CodeSHA256 in $LATEST (${String(CodeSha256)}). Please try again with the CodeSHA256 in $LATEST.`); // prettier-ignore
    }
    if (options.RevisionId !== undefined && options.RevisionId !== RevisionId) {
      throw new AwsError('PreconditionFailedException', 'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id', { status: 412 }); // prettier-ignore
    }
    const last = this.functions.versionsOf(latest.name).at(-1);
    const description = options.Description ?? String(Description);
    if (last && contentOf(last) === contentOf(latest)) return describeFunction(last);
    const version = this.make(latest, this.nextNumber(latest.name), description);
    await this.host.store.write([
      { key: `${VERSIONS}${latest.name}/${version.version.padStart(10, '0')}`, value: JSON.stringify(version) },
      { key: `${NUMBERS}${latest.name}`, value: version.version },
    ]);
    return describeFunction(version);
  }

  /** A version of the template: it has the same number at every start, and a new one once its logical id is new. */
  declare(latest: LambdaFunction, logicalId: string, description: string): LambdaFunction {
    const key = `${NUMBERS}${latest.name}/${logicalId}`;
    const known = this.host.store.get(key);
    const number = known ?? this.nextNumber(latest.name);
    if (known === undefined) {
      // Nothing waits for it: whoever is told of the number asks after the start.
      void this.host.store.write([
        { key, value: number },
        { key: `${NUMBERS}${latest.name}`, value: number },
      ]);
    }
    return this.make(latest, number, description);
  }

  /** ListVersionsByFunction: the unpublished one first. */
  list(latest: LambdaFunction): object {
    const first = { ...describeFunction(latest), FunctionArn: `${latest.arn}:${LATEST}` };
    return { Versions: [first, ...this.functions.versionsOf(latest.name).map(describeFunction)] };
  }

  private make(latest: LambdaFunction, version: string, description: string): LambdaFunction {
    const made = { ...latest, arn: `${latest.arn}:${version}`, version, description, policy: [] };
    this.functions.addVersion(made);
    return made;
  }

  private nextNumber(name: string): string {
    return String(Number(this.host.store.get(NUMBERS + name) ?? 0) + 1);
  }
}

/** What a version keeps: everything but what only the function itself has. */
function contentOf(definition: LambdaFunction): string {
  const { arn: _, version: __, policy: ___, description: ____, modifiedMs: _____, reserved: ______, tags: _______, ...content } = definition; // prettier-ignore
  return JSON.stringify(content);
}

/** Throws where an operation works on the unpublished function only. */
export function unqualified(definition: LambdaFunction): LambdaFunction {
  if (qualifierOf(definition) === undefined) return definition;
  throw new AwsError('InvalidParameterValueException', `This operation is not permitted on ${definition.arn}: it works on the function, not on a version or alias.`); // prettier-ignore
}
