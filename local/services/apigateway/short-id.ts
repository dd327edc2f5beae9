import { createHash } from 'node:crypto';
import type { TemplateResource } from '../../aws-service.ts';

/** An id in API Gateway's form (lowercase letters and digits), the same at every start of this stack. */
export function shortId({ stackName, logicalId }: TemplateResource, length = 10): string {
  const digest = createHash('sha256').update(`apigateway/${stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
