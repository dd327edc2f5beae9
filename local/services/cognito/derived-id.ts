import { createHash } from 'node:crypto';
import type { TemplateResource } from '../../aws-service.ts';

/** An id of lowercase letters and digits, the same at every start of this stack: client ids are part of order ids. */
export function derivedId(
  { stackName, logicalId }: Pick<TemplateResource, 'stackName' | 'logicalId'>,
  length: number,
): string {
  const digest = createHash('sha256').update(`cognito/${stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
