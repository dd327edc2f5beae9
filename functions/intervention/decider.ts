import type { Decider } from '../../core/intervention.ts';
import { highestRole } from '../../core/role.ts';
import type { ApiPrincipal } from '../shared/api-handler.ts';

/** Whoever calls, as the record of a decision names them. */
export function decider(principal: ApiPrincipal): Decider {
  if (principal.kind === 'client') return { kind: 'client', subject: principal.clientId };
  const { subject, roles } = principal;
  const role = highestRole(roles);
  if (role === undefined) throw new Error('The authorizer has let a person without a role pass.');
  return { kind: 'person', subject, role };
}
