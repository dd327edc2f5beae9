import { AwsError } from '../../aws-error.ts';
import type { Host, PolicyDocument, PolicyStatement, Principal, ResourceType } from '../../aws-service.ts';
import { type FunctionRegistry, type LambdaFunction, qualifierOf } from './lambda-function.ts';
import { revisionId } from './function-description.ts';

const PREFIX = 'lambda/permission/';

/** Input of AddPermission, and (with other names) the properties of `AWS::Lambda::Permission`. */
export interface PermissionInput {
  readonly StatementId: string;
  readonly Action: string;
  readonly Principal: string;
  readonly SourceArn?: string | undefined;
  readonly SourceAccount?: string | undefined;
}

/** Throws AccessDeniedException unless the caller's own policies or the function's let it do this to the function. */
export function authorizeFunction(host: Host, principal: Principal, action: string, definition: LambdaFunction): void {
  if (principal.kind === 'unrestricted') return;
  host.authorize({
    principal,
    action,
    resource: definition.arn,
    resourcePolicy: policyOf(definition),
    ...(principal.kind === 'service' && {
      context: { 'aws:SourceArn': principal.sourceArn, 'aws:SourceAccount': host.accountId },
    }),
  });
}

/** One document for as long as the statements are the same: IAM compiles each document once. */
const documents = new WeakMap<LambdaFunction['policy'], PolicyDocument & { Statement: readonly PolicyStatement[] }>();

function policyOf(definition: LambdaFunction): PolicyDocument | undefined {
  if (definition.policy.length === 0) return undefined;
  const known = documents.get(definition.policy);
  if (known?.Statement.length === definition.policy.length) return known;
  const document = { Version: '2012-10-17', Statement: [...definition.policy] };
  documents.set(definition.policy, document);
  return document;
}

function grant(definition: LambdaFunction, statement: PolicyStatement): void {
  definition.policy.push(statement);
  documents.delete(definition.policy);
}

/** The statement that AWS makes of a permission: a source restricts it by ARN pattern and by account. */
function toStatement(definition: LambdaFunction, input: PermissionInput): PolicyStatement {
  const { StatementId, Action, Principal: who, SourceArn, SourceAccount } = input;
  const conditions = {
    ...(SourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
    ...(SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
  };
  return {
    Sid: StatementId,
    Effect: 'Allow',
    Principal: who === '*' ? '*' : who.endsWith('.amazonaws.com') ? { Service: who } : { AWS: who },
    Action,
    Resource: definition.arn,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

/** The resource policies of the functions: what the template grants, and what AddPermission has added since. */
export class FunctionPolicies {
  private readonly host: Host;
  private readonly functions: FunctionRegistry;

  constructor(host: Host, functions: FunctionRegistry) {
    this.host = host;
    this.functions = functions;
  }

  async start(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}~` })) {
      const [name, qualifier] = key.slice(PREFIX.length, key.indexOf('/', PREFIX.length)).split(':');
      const definition = this.known(name, qualifier);
      if (definition) grant(definition, JSON.parse(value) as PolicyStatement);
    }
  }

  async add(definition: LambdaFunction, input: PermissionInput): Promise<object> {
    if (definition.policy.some(({ Sid }) => Sid === input.StatementId)) {
      const message = `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
      throw new AwsError('ResourceConflictException', message, { status: 409 });
    }
    const statement = toStatement(definition, input);
    grant(definition, statement);
    const Statement = JSON.stringify(statement);
    await this.host.store.write([{ key: keyOf(definition, input.StatementId), value: Statement }]);
    return { Statement };
  }

  async remove(definition: LambdaFunction, statementId: string): Promise<object> {
    const index = definition.policy.findIndex(({ Sid }) => Sid === statementId);
    if (index === -1) {
      const message = `Statement ${statementId} is not found in resource policy.`;
      throw new AwsError('ResourceNotFoundException', message, { status: 404 });
    }
    definition.policy.splice(index, 1);
    documents.delete(definition.policy);
    await this.host.store.write([{ key: keyOf(definition, statementId), value: undefined }]);
    return {};
  }

  /** What a permission was for, unless the template or a client has taken it away since. */
  private known(name: string | undefined, qualifier: string | undefined): LambdaFunction | undefined {
    try {
      return this.functions.find(name, qualifier);
    } catch {
      return undefined;
    }
  }

  describe(definition: LambdaFunction): object {
    const policy = policyOf(definition);
    if (!policy) {
      throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', { status: 404 });
    }
    return { Policy: JSON.stringify({ ...policy, Id: 'default' }), RevisionId: revisionId(definition) };
  }
}

function keyOf(definition: LambdaFunction, statementId: string): string {
  const qualifier = qualifierOf(definition);
  return `${PREFIX}${definition.name}${qualifier === undefined ? '' : `:${qualifier}`}/${statementId}`;
}

const text = { type: 'string' };

/** `AWS::Lambda::Permission`. */
export function permissionResource(functions: FunctionRegistry): ResourceType {
  return {
    type: 'AWS::Lambda::Permission',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['Action', 'FunctionName', 'Principal'],
      properties: { Action: text, FunctionName: text, Principal: text, SourceArn: text, SourceAccount: text },
    },
    create({ properties, generatedName }) {
      const { FunctionName, Action, Principal, SourceArn, SourceAccount } = properties as PermissionInput & {
        FunctionName: string;
      };
      const definition = functions.find(FunctionName);
      const input = { StatementId: generatedName, Action, Principal, SourceArn, SourceAccount };
      grant(definition, toStatement(definition, input));
      return { ref: generatedName };
    },
  };
}
