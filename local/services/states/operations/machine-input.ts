import { AwsError, notServed } from '../../../aws-error.ts';
import { type Input, invalid } from './input.ts';

/** AWS's limit for an ARN, in characters. */
const LONGEST_ARN = 256;

/** The type for which a definition is to be checked. */
export function refuseOtherTypes(type: unknown): void {
  if (type === undefined || type === null || type === 'STANDARD') return;
  if (type === 'EXPRESS') throw notServed('Express workflows (type)');
  throw invalid(
    `Value '${JSON.stringify(type)}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [STANDARD, EXPRESS]`,
  );
}

/** A role that a machine could have; whether it exists is not asked. */
export function roleArnOf(text: string): string {
  if (text.length > LONGEST_ARN || !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(text)) {
    throw new AwsError('InvalidArn', `Invalid Role Arn: '${text}'`);
  }
  return text;
}

/** What the host has no versions and no keys for, it must not take in silence. */
export function refuseExtras(input: Input): void {
  if (input['publish'] === true) throw notServed('versions of state machines (publish)');
  if (input['versionDescription'] !== undefined) {
    throw invalid("Value at 'versionDescription' failed to satisfy constraint: Member needs 'publish'");
  }
  const { type } = (input['encryptionConfiguration'] ?? {}) as { type?: string };
  if (type === 'CUSTOMER_MANAGED_KMS_KEY')
    throw notServed('encryption with a key of your own (encryptionConfiguration)');
}
