import type { PolicyStatement, Principal } from '../aws-service.ts';
import { list } from './policy-evaluation.ts';

/** The ARN that AWS shows for a caller: of a role, its session. */
export function principalArn(principal: Principal, accountId: string): string {
  switch (principal.kind) {
    case 'unrestricted':
      return `arn:aws:iam::${accountId}:root`;
    case 'service':
      return principal.service;
    case 'role': {
      const roleName = principal.roleArn.split('/').at(-1) ?? '';
      return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${principal.sessionName}`;
    }
    default:
      return principal satisfies never;
  }
}

/**
 * Whether the `Principal` of a resource's statement means this caller. An account (its number, or its root) stands for everyone in it
 * when it is denied something; when it is granted something, it is left to the account's own policies who has it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isNamed({ Principal: named, Effect }: PolicyStatement, who: Principal): boolean {
  if (named === undefined || who.kind === 'unrestricted') return false;
  const { AWS = [], Service = [] } = typeof named === 'string' ? { AWS: named } : named;
  const identities = list(AWS);
  if (identities.includes('*')) return true;
  if (who.kind === 'service') return list(Service).includes(who.service);
  const account = who.roleArn.split(':')[4] ?? '';
  if (identities.includes(who.roleArn) || identities.includes(principalArn(who, account))) return true;
  return Effect === 'Deny' && identities.some((one) => one === account || one === `arn:aws:iam::${account}:root`);
}
