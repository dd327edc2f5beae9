import { createHash } from 'node:crypto';
import { Ajv, type ErrorObject } from 'ajv';
import type { CreatedResource, ResourceType, TemplateResource } from '../aws-service.ts';
import { dynamicReferences, problemsOf } from './check-template.ts';
import type { CloudAssembly, ResourceDefinition } from './cloud-assembly.ts';
import { dependencyOrder } from './dependency-order.ts';
import { Intrinsics, type PseudoParameters, UnresolvedValueError } from './intrinsics.ts';

/** CDK's own record of itself in the template; CloudFormation creates nothing for it. */
const WITHOUT_EFFECT = new Set(['AWS::CDK::Metadata']);

/** Role and function names hold at most 64 characters; one limit for all generated names keeps them simple. */
const LONGEST_NAME = 64;

/** The template asks for something that the host does not serve, or for something that is no valid template. */
export class UnservedTemplateError extends Error {
  override readonly name = 'UnservedTemplateError';
}

/**
 * Creates every resource of the template in dependency order and returns its outputs, resolved.
 * What is not served is named in one error, with its path: sections, attributes and types first, after them all properties.
 */
export async function createResources(
  assembly: CloudAssembly,
  served: readonly ResourceType[],
  pseudo: Omit<PseudoParameters, 'stackName'>,
): Promise<Record<string, unknown>> {
  const { stackName, template } = assembly;
  refuse(problemsOf(template));
  const intrinsics = new Intrinsics(template, { ...pseudo, stackName });
  const resources = Object.fromEntries(
    Object.entries(template.Resources).filter(
      ([, { Type, Condition }]) => !WITHOUT_EFFECT.has(Type) && intrinsics.holds(Condition),
    ),
  );
  const types = new Map(served.map((one) => [one.type, one]));
  refuseUnknownTypes(resources, types);
  const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true, verbose: true });
  const problems: string[] = [];
  for (const logicalId of dependencyOrder(resources)) {
    const definition = resources[logicalId] as ResourceDefinition;
    const type = types.get(definition.Type) as ResourceType;
    const resolved = resolve(intrinsics, definition.Properties ?? {}, `${logicalId} (${definition.Type})`);
    const { properties } = resolved;
    const validate = ajv.compile(type.schema);
    if (resolved.problems.length > 0 || !validate(properties)) {
      problems.push(...resolved.problems, ...describe(logicalId, definition.Type, validate.errors ?? []));
      intrinsics.created.set(logicalId, placeholder(logicalId));
      continue;
    }
    const resource: TemplateResource = {
      logicalId,
      type: definition.Type,
      properties,
      generatedName: generatedName(stackName, logicalId),
      stackName,
    };
    intrinsics.created.set(logicalId, await type.create(resource));
  }
  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, { Condition }]) => intrinsics.holds(Condition))
    .map(([name, { Value }]) => [name, resolve(intrinsics, { Value }, `Outputs.${name}`)] as const);
  refuse([...problems, ...outputs.flatMap(([, output]) => output.problems)]);
  return Object.fromEntries(outputs.map(([name, { properties }]) => [name, properties['Value']]));
}

interface Resolved {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/** Properties without intrinsic functions, or what of them the host cannot give a value, with its path. */
function resolve(intrinsics: Intrinsics, value: object, where: string): Resolved {
  try {
    const properties = intrinsics.resolve(value) as Record<string, unknown>;
    return { properties, problems: dynamicReferences(properties).map((problem) => `${where}: ${problem}`) };
  } catch (error) {
    if (!(error instanceof UnresolvedValueError)) throw error;
    return { properties: {}, problems: [`${where}: ${error.path.join('.')}: ${error.message}`] };
  }
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UnservedTemplateError(problems.join('\n'));
}

function refuseUnknownTypes(resources: Record<string, ResourceDefinition>, types: Map<string, ResourceType>): void {
  const unknown = Object.entries(resources).filter(([, { Type }]) => !types.has(Type));
  if (unknown.length === 0) return;
  throw new UnservedTemplateError(
    unknown.map(([logicalId, { Type }]) => `${logicalId}: the local host does not serve ${Type}.`).join('\n'),
  );
}

function describe(logicalId: string, type: string, errors: readonly ErrorObject[]): string[] {
  return errors.map((error) => {
    const extra = error.keyword === 'additionalProperties' ? `/${String(error.params['additionalProperty'])}` : '';
    const path = `${error.instancePath}${extra}`.slice(1).replaceAll('/', '.');
    const what = extra ? 'is a property that the local host does not serve' : (unservedValue(error) ?? error.message);
    return `${logicalId} (${type}): ${path || 'Properties'} ${what}.`;
  });
}

/** What is written, and what would be served instead. */
function unservedValue({ keyword, params, data }: ErrorObject): string | undefined {
  const { allowedValues, allowedValue } = params as { allowedValues?: readonly unknown[]; allowedValue?: unknown };
  const served = keyword === 'enum' ? allowedValues : keyword === 'const' ? [allowedValue] : undefined;
  const words = served?.map((value) => JSON.stringify(value)).join(', ');
  return words && `is ${JSON.stringify(data)}, of which the local host serves ${words}`;
}

/** Stands for a resource that was refused, so that the problems of those which refer to it are found in the same run. */
function placeholder(logicalId: string): CreatedResource {
  return { ref: logicalId, attributes: new Proxy({}, { get: (_, name) => `${logicalId}.${String(name)}` }) };
}

/** As CloudFormation makes names up: stack, logical id and a suffix, here derived so that a restart finds its data again. */
function generatedName(stackName: string, logicalId: string): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  const suffix = BigInt(`0x${digest.slice(0, 16)}`)
    .toString(36)
    .toUpperCase()
    .slice(0, 12);
  return `${stackName}-${logicalId}`.slice(0, LONGEST_NAME - suffix.length - 1) + `-${suffix}`;
}
