import { notServed } from '../../../aws-error.ts';
import type { AwsService, Principal } from '../../../aws-service.ts';
import type { Operations } from '../operation.ts';
import type { SesParts } from '../ses-parts.ts';
import { accountOperationsV2 } from './account-v2.ts';
import { configurationSetOperationsV2 } from './configuration-sets-v2.ts';
import { identityOperationsV2 } from './identities-v2.ts';
import { sendOperationsV2 } from './send-v2.ts';
import { templateOperationsV2 } from './templates-v2.ts';
import { withV2Errors } from './v2-errors.ts';

/** SES, API version 2: other words for what version 1 does, over the same parts. */
export class SesV2Service implements AwsService {
  readonly names = ['sesv2'] as const;
  /** The resource types are version 1's. */
  readonly resourceTypes = [];
  private readonly parts: SesParts;
  private readonly operations: Operations;

  constructor(parts: SesParts) {
    this.parts = parts;
    this.operations = {
      ...sendOperationsV2(parts),
      ...templateOperationsV2(parts),
      ...identityOperationsV2(parts),
      ...configurationSetOperationsV2(parts),
      ...accountOperationsV2(parts),
    };
  }

  async call(operation: string, input: unknown, principal: Principal): Promise<unknown> {
    const run = Object.hasOwn(this.operations, operation) ? this.operations[operation] : undefined;
    if (!run) throw notServed(`the operation ${operation} of SES version 2`);
    // Sending is allowed per identity and template.
    if (!operation.startsWith('Send')) {
      this.parts.host.authorize({ principal, action: `ses:${operation}`, resource: '*' });
    }
    return withV2Errors(() => run((input ?? {}) as Record<string, unknown>, principal));
  }
}
