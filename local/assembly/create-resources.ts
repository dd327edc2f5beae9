import { createHash } from 'node:crypto';
import { Ajv, type ErrorObject } from 'ajv';
import type { CreatedResource, ResourceType, TemplateResource } from '../aws-service.ts';
import type { CloudAssembly, ResourceDefinition } from './cloud-assembly.ts';
import { dependencyOrder } from './dependency-order.ts';
import { Intrinsics, type PseudoParameters } from './intrinsics.ts';

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
 * All types that are not served are named in one error; so are, after them, all properties.
 */
export async function createResources(
  assembly: CloudAssembly,
  served: readonly ResourceType[],
  pseudo: Omit<PseudoParameters, 'stackName'>,
): Promise<Record<string, unknown>> {
  const { stackName, template } = assembly;
  const intrinsics = new Intrinsics(template, { ...pseudo, stackName });
  const resources = Object.fromEntries(
    Object.entries(template.Resources).filter(
      ([, { Type, Condition }]) => !WITHOUT_EFFECT.has(Type) && intrinsics.holds(Condition),
    ),
  );
  const types = new Map(served.map((one) => [one.type, one]));
  refuseUnknownTypes(resources, types);
  const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });
  const problems: string[] = [];
  for (const logicalId of dependencyOrder(resources)) {
    const definition = resources[logicalId] as ResourceDefinition;
    const type = types.get(definition.Type) as ResourceType;
    const properties = intrinsics.resolve(definition.Properties ?? {});
    const validate = ajv.compile(type.schema);
    if (!validate(properties)) {
      problems.push(...describe(logicalId, definition.Type, validate.errors ?? []));
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
  if (problems.length > 0) throw new UnservedTemplateError(problems.join('\n'));
  const outputs = Object.entries(template.Outputs ?? {}).filter(([, { Condition }]) => intrinsics.holds(Condition));
  return Object.fromEntries(outputs.map(([name, { Value }]) => [name, intrinsics.resolve(Value)]));
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
    const what = extra ? 'is a property that the local host does not serve' : error.message;
    return `${logicalId} (${type}): ${path || 'Properties'} ${what}.`;
  });
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
