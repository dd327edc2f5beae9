import { Ajv } from 'ajv';
import type { AwsService, CreatedResource } from '../../local/aws-service.ts';

/** One for all tests of a file: it keeps what it has compiled, and the schemas are the same objects in every service. */
const ajv = new Ajv({ allErrors: true, strict: false, allowUnionTypes: true });

/** Makes a resource as the host does when it reads a template: its properties are checked first, by the schema of its type. */
export async function createResource(
  { resourceTypes }: Pick<AwsService, 'resourceTypes'>,
  typeName: string,
  logicalId: string,
  properties: unknown,
): Promise<CreatedResource> {
  const type = resourceTypes.find((one) => one.type === typeName);
  if (!type) throw new Error(`${typeName} is not served.`);
  if (!ajv.validate(type.schema, properties)) throw new Error(`${logicalId}: ${ajv.errorsText()}`);
  return type.create({
    logicalId,
    type: type.type,
    properties,
    generatedName: `Test-${logicalId}`,
    stackName: 'Test',
  });
}
