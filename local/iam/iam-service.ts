import { notServed } from '../aws-error.ts';
import type {
  AccessRequest,
  AwsService,
  Host,
  PolicyDocument,
  Principal,
  ResourceType,
  TemplateResource,
} from '../aws-service.ts';
import { type GrantUse, GrantLog, type Refusal, type Use } from './grant-log.ts';
import { managedPolicy } from './managed-policies.ts';
import {
  type CompiledStatement,
  compilePolicy,
  judge,
  type PolicyKind,
  type Question,
  type Verdict,
} from './policy-evaluation.ts';
import { isNamed, principalArn } from './principals.ts';
import { refusal } from './refusal.ts';
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

/** A resource's policy, compiled. */
interface ResourcePolicy {
  readonly statements: readonly CompiledStatement[];
  readonly denies: boolean;
}

/** Resources are as many as clients name (executions, log streams): so many answers are kept, then all are found out anew. */
const MOST_GRANTS = 10_000;

/** The roles of the template with their policies, and the one place where a request is allowed or refused. */
export class IamService implements AwsService {
  readonly names = ['iam', 'sts'] as const;
  readonly resourceTypes: readonly ResourceType[] = [
    { type: 'AWS::IAM::Role', schema: ROLE_SCHEMA, create: (resource) => this.createRole(resource) },
    { type: 'AWS::IAM::Policy', schema: POLICY_SCHEMA, create: (resource) => this.attachPolicy(resource) },
  ];
  private readonly roles = new Map<string, Role>();
  private readonly log = new GrantLog();
  private readonly compiled = new WeakMap<PolicyDocument, ResourcePolicy>();
  /** The policy that each resource had when it was last asked about. */
  private readonly resourcePolicies = new Map<string, PolicyDocument>();
  /** Questions whose answer depends on nothing but role, action and resource, answered once. */
  private readonly grants = new Map<string, Use>();
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** Throws AccessDeniedException unless the request's principal may do what it asks for. */
  authorize(request: AccessRequest): void {
    const { principal, action, resource, resourcePolicy } = request;
    if (principal.kind === 'unrestricted') return;
    const remembered = `${principal.kind === 'role' ? principal.roleArn : ''} ${action} ${resource}`;
    const policy = resourcePolicy && this.policyOf(resource, resourcePolicy);
    const grant = this.grants.get(remembered);
    if (grant && !policy?.denies) {
      grant.count += 1;
      return;
    }
    const question = { action, resource, context: this.contextOf(request) };
    const byResource = policy ? this.judgeResourcePolicy(policy, question, principal) : 'silent';
    const byIdentity = principal.kind === 'role' ? this.judgeRole(principal.roleArn, question, remembered) : 'silent';
    if (byResource === 'denied') throw this.refuse(request, 'resource');
    if (byIdentity === 'denied') throw this.refuse(request, 'identity');
    if (byResource === 'silent' && byIdentity === 'silent') throw this.refuse(request);
  }

  knowsRole(roleArn: string): boolean {
    return this.roles.has(roleArn);
  }

  /** Every statement of every role, and of the policies of resources that were asked, most unused first. */
  grantUses(): GrantUse[] {
    const ofRoles = [...this.roles.values()].flatMap(({ name, statements }) =>
      statements.map((statement) => this.log.describe(name, 'identity', statement)),
    );
    const ofResources = [...this.resourcePolicies].flatMap(([arn, document]) =>
      (this.compiled.get(document)?.statements ?? []).map((statement) => this.log.describe(arn, 'resource', statement)),
    );
    return [...ofRoles, ...ofResources].sort(
      (left, right) => left.uses - right.uses || left.role.localeCompare(right.role),
    );
  }

  /** What was refused since the start. */
  refusals(): Refusal[] {
    return this.log.allRefused();
  }

  async call(operation: string, _input: unknown, principal: Principal): Promise<unknown> {
    if (operation !== 'GetCallerIdentity') throw notServed(`the operation ${operation} of IAM and STS`);
    const arn = principalArn(principal, this.host.accountId);
    const { accountId } = this.host;
    const [, roleName, session] = arn.split('/');
    return { UserId: session === undefined ? accountId : `AROA${roleName}:${session}`, Account: accountId, Arn: arn };
  }

  private judgeRole(roleArn: string, question: Question, remembered: string): Verdict {
    const role = this.roles.get(roleArn);
    if (!role) return 'silent';
    return judge(role.statements, question, (statement) => {
      const use = this.log.useOf(statement, question.action, question.resource);
      use.count += 1;
      const always = statement.source.Condition === undefined && statement.source.Effect === 'Allow';
      if (!always || role.statements.some((one) => one.source.Effect === 'Deny')) return;
      if (this.grants.size >= MOST_GRANTS) this.grants.clear();
      this.grants.set(remembered, use);
    });
  }

  private judgeResourcePolicy({ statements }: ResourcePolicy, question: Question, principal: Principal): Verdict {
    const speaking = statements.filter(({ source }) => isNamed(source, principal));
    return judge(speaking, question, (statement) => {
      this.log.useOf(statement, question.action, question.resource).count += 1;
    });
  }

  private policyOf(resource: string, document: PolicyDocument): ResourcePolicy {
    const known = this.compiled.get(document);
    if (known) return known;
    const statements = compilePolicy(document, 'resource');
    const policy = { statements, denies: statements.some(({ source }) => source.Effect === 'Deny') };
    this.compiled.set(document, policy);
    this.resourcePolicies.set(resource, document);
    return policy;
  }

  /** What every request brings along, then what its service knows of it. The endpoint is local, which counts as a secure transport. */
  private contextOf({ principal, context }: AccessRequest): Record<string, string> {
    const always = { 'aws:securetransport': 'true', 'aws:requestedregion': this.host.region };
    const given = lowerKeys(context ?? {});
    if (principal.kind === 'role') {
      const account = principal.roleArn.split(':')[4] ?? '';
      const caller = { 'aws:principalarn': principal.roleArn, 'aws:principalaccount': account };
      return { ...always, ...caller, 'aws:principalisawsservice': 'false', ...given };
    }
    if (principal.kind !== 'service') return { ...always, ...given };
    return {
      ...always,
      'aws:principalisawsservice': 'true',
      'aws:principalservicename': principal.service,
      'aws:sourcearn': principal.sourceArn,
      'aws:sourceaccount': principal.sourceArn.split(':')[4] ?? '',
      ...given,
    };
  }

  private refuse(request: AccessRequest, deniedBy?: PolicyKind): Error {
    const error = refusal({ ...request, deniedBy }, this.host.accountId);
    this.log.refused(request, error);
    return error;
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
    const statements = documents.flatMap((document) => compilePolicy(document, 'identity'));
    this.roles.set(arn, { name, arn, statements });
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
  }

  private attachPolicy({ logicalId, properties }: TemplateResource): { ref: string } {
    const { PolicyDocument: document, Roles = [] } = properties as { PolicyDocument: PolicyDocument; Roles?: string[] };
    for (const name of Roles) {
      const role = this.roles.get(`arn:aws:iam::${this.host.accountId}:role/${name}`);
      if (!role) throw new Error(`${logicalId} is attached to the role ${name}, which the template does not define.`);
      role.statements.push(...compilePolicy(document, 'identity'));
    }
    return { ref: logicalId };
  }
}

function lowerKeys(context: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
}
