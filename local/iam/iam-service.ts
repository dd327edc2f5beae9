import { AwsError, notServed } from '../aws-error.ts';
import type {
  AccessRequest,
  AwsService,
  Host,
  PolicyDocument,
  PolicyStatement,
  Principal,
  ResourceType,
  TemplateResource,
} from '../aws-service.ts';
import { managedPolicy } from './managed-policies.ts';
import {
  type CompiledStatement,
  compileStatement,
  judge,
  list,
  statementsOf,
  type Verdict,
} from './policy-evaluation.ts';
import { POLICY_SCHEMA, ROLE_SCHEMA } from './resource-schemas.ts';

interface RoleProperties {
  readonly RoleName?: string;
  readonly Policies?: readonly { readonly PolicyDocument: PolicyDocument }[];
  readonly ManagedPolicyArns?: readonly string[];
}

interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: CompiledStatement[];
}

/** How often a statement of a role's policies decided a request. */
export interface GrantUse {
  readonly role: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly uses: number;
  /** The granted actions that were asked for at least once. */
  readonly usedActions: readonly string[];
}

/** Resources are as many as clients name (executions, log streams): so many answers are kept, then all are found out anew. */
const MOST_GRANTS = 10_000;

/** What every request brings along. The endpoint is local, which counts as a secure transport. */
const DEFAULT_CONTEXT = { 'aws:securetransport': 'true' };

/** The roles of the template with their policies, and the one place where a request is allowed or refused. */
export class IamService implements AwsService {
  readonly names = ['iam', 'sts'] as const;
  readonly resourceTypes: readonly ResourceType[] = [
    { type: 'AWS::IAM::Role', schema: ROLE_SCHEMA, create: (resource) => this.createRole(resource) },
    { type: 'AWS::IAM::Policy', schema: POLICY_SCHEMA, create: (resource) => this.attachPolicy(resource) },
  ];
  private readonly roles = new Map<string, Role>();
  private readonly uses = new Map<CompiledStatement, Map<string, number>>();
  private readonly resourcePolicies = new WeakMap<PolicyDocument, CompiledStatement[]>();
  /** Questions whose answer depends on nothing but role, action and resource, answered once. */
  private readonly grants = new Map<string, CompiledStatement>();
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Throws AccessDeniedException unless the request's principal may do what it asks for. */
  authorize(request: AccessRequest): void {
    const { principal, action, resource } = request;
    if (principal.kind === 'unrestricted') return;
    const remembered = `${principal.kind === 'role' ? principal.roleArn : ''} ${action} ${resource}`;
    const grant = this.grants.get(remembered);
    if (grant && !request.resourcePolicy) return this.count(grant, action);
    const question = { action, resource, context: { ...DEFAULT_CONTEXT, ...lowerKeys(request.context ?? {}) } };
    const byResource = this.judgeResourcePolicy(request, question);
    const byIdentity = principal.kind === 'role' ? this.judgeRole(principal.roleArn, question, remembered) : 'silent';
    if (byResource === 'denied' || byIdentity === 'denied') throw refusal(request, 'denied');
    if (byResource === 'silent' && byIdentity === 'silent') throw refusal(request, 'silent');
  }

  knowsRole(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  /** Every statement of every role with how often it was needed, most unused first. */
  grantUses(): GrantUse[] {
    const rows = [...this.roles.values()].flatMap((role) =>
      role.statements.map((statement) => {
        const byAction = this.uses.get(statement) ?? new Map<string, number>();
        return {
          role: role.name,
          effect: statement.source.Effect,
          actions: list(statement.source.Action ?? []),
          resources: list(statement.source.Resource ?? []),
          uses: [...byAction.values()].reduce((sum, count) => sum + count, 0),
          usedActions: [...byAction.keys()].sort(),
        };
      }),
    );
    return rows.sort((left, right) => left.uses - right.uses || left.role.localeCompare(right.role));
  }

  async call(operation: string, _input: unknown, principal: Principal): Promise<unknown> {
    if (operation !== 'GetCallerIdentity') throw notServed(`the operation ${operation} of IAM and STS`);
    const arn = describePrincipal(principal, this.host.accountId);
    const { accountId } = this.host;
    const [, roleName, session] = arn.split('/');
    return { UserId: session === undefined ? accountId : `AROA${roleName}:${session}`, Account: accountId, Arn: arn };
  }

  private judgeRole(roleArn: string, question: Parameters<typeof judge>[1], remembered: string): Verdict {
    const role = this.roles.get(roleArn);
    if (!role) return 'silent';
    return judge(role.statements, question, (statement) => {
      this.count(statement, question.action);
      const always = statement.source.Condition === undefined && statement.source.Effect === 'Allow';
      if (!always || role.statements.some((one) => one.source.Effect === 'Deny')) return;
      if (this.grants.size >= MOST_GRANTS) this.grants.clear();
      this.grants.set(remembered, statement);
    });
  }

  private judgeResourcePolicy(request: AccessRequest, question: Parameters<typeof judge>[1]): Verdict {
    if (!request.resourcePolicy) return 'silent';
    let compiled = this.resourcePolicies.get(request.resourcePolicy);
    if (!compiled) {
      compiled = statementsOf(request.resourcePolicy).map(compileStatement);
      this.resourcePolicies.set(request.resourcePolicy, compiled);
    }
    return judge(
      compiled.filter(({ source }) => names(source.Principal, request.principal)),
      withSource(question, request.principal),
    );
  }

  private count(statement: CompiledStatement, action: string): void {
    const byAction = this.uses.get(statement) ?? new Map<string, number>();
    byAction.set(action, (byAction.get(action) ?? 0) + 1);
    this.uses.set(statement, byAction);
  }

  private createRole({ generatedName, properties }: TemplateResource): {
    ref: string;
    attributes: Record<string, string>;
  } {
    const { RoleName, Policies = [], ManagedPolicyArns = [] } = properties as RoleProperties;
    const name = RoleName ?? generatedName;
    const arn = `arn:aws:iam::${this.host.accountId}:role/${name}`;
    const documents = [
      ...ManagedPolicyArns.map(managedPolicy),
      ...Policies.map(({ PolicyDocument }) => PolicyDocument),
    ];
    const statements = documents.flatMap((document) => statementsOf(document).map(compileStatement));
    this.roles.set(arn, { name, arn, statements });
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
  }

  private attachPolicy({ logicalId, properties }: TemplateResource): { ref: string } {
    const { PolicyDocument: document, Roles = [] } = properties as { PolicyDocument: PolicyDocument; Roles?: string[] };
    for (const name of Roles) {
      const role = this.roles.get(`arn:aws:iam::${this.host.accountId}:role/${name}`);
      if (!role) throw new Error(`${logicalId} is attached to the role ${name}, which the template does not define.`);
      role.statements.push(...statementsOf(document).map(compileStatement));
    }
    return { ref: logicalId };
  }
}

function names(principal: PolicyStatement['Principal'], who: Principal): boolean {
  if (principal === '*') return true;
  const named = (principal ?? {}) as Record<string, string | string[]>;
  if (who.kind === 'service')
    return list(named['Service'] ?? []).includes(who.service) || list(named['AWS'] ?? []).includes('*');
  if (who.kind !== 'role') return true;
  const account = who.roleArn.split(':')[4] as string;
  const accepted = ['*', who.roleArn, account, `arn:aws:iam::${account}:root`];
  return list(named['AWS'] ?? []).some((one) => accepted.includes(one));
}

function withSource(question: Parameters<typeof judge>[1], principal: Principal): Parameters<typeof judge>[1] {
  if (principal.kind !== 'service') return question;
  const account = principal.sourceArn.split(':')[4] ?? '';
  return {
    ...question,
    context: { 'aws:sourcearn': principal.sourceArn, 'aws:sourceaccount': account, ...question.context },
  };
}

function lowerKeys(context: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}

function describePrincipal(principal: Principal, accountId: string): string {
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

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal({ principal, action, resource }: AccessRequest, verdict: 'denied' | 'silent'): AwsError {
  const account = resource.split(':')[4] ?? '';
  const policy = principal.kind === 'service' ? 'resource-based' : 'identity-based';
  const why =
    verdict === 'denied'
      ? `with an explicit deny in a ${policy} policy`
      : `because no ${policy} policy allows the ${action} action`;
  const message = `User: ${describePrincipal(principal, account)} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  return new AwsError('AccessDeniedException', message, { status: 400 });
}
