import { AwsError } from '../../aws-error.ts';
import type { Host, PolicyDocument, PolicyStatement, Principal } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';

interface NamedPolicy {
  readonly policyName: string;
  readonly policyDocument: string;
  readonly lastUpdatedTime: number;
}

const CLIENT_POLICIES = 'logs/resource-policy/';
/** Of one account and region. */
const MOST_POLICIES = 10;

/** Policies of the account for its log groups: with them other services (EventBridge) may write in their own name. */
export class ResourcePolicies {
  private readonly host: Host;
  private readonly policies = new Map<string, NamedPolicy>();
  private merged: PolicyDocument | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** Throws, and keeps what there was, when the document is no policy that the host evaluates. */
  put(policyName: string, policyDocument: string): void {
    checkedPolicy(JSON.parse(policyDocument) as PolicyDocument);
    this.policies.set(policyName, { policyName, policyDocument, lastUpdatedTime: this.host.clock.now() });
    this.merge();
  }

  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: CLIENT_POLICIES, lt: `${CLIENT_POLICIES}~` })) {
      const name = key.slice(CLIENT_POLICIES.length);
      if (!this.policies.has(name)) this.put(name, value);
    }
  }

  /** A policy of a client, which outlives the host; those of the template are made again at every start. */
  async putByClient(name: string | undefined, document: string | undefined): Promise<object> {
    if (!name) throw new AwsError('InvalidParameterException', 'policyName is required.');
    if (document === undefined || !isObject(document)) {
      throw new AwsError('InvalidParameterException', 'policyDocument is no JSON object.');
    }
    if (!this.policies.has(name) && this.policies.size >= MOST_POLICIES) {
      throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
    }
    this.put(name, document);
    await this.host.store.write([{ key: CLIENT_POLICIES + name, value: document }]);
    return { resourcePolicy: this.policies.get(name) };
  }

  async delete(name: string | undefined): Promise<object> {
    if (name === undefined || !this.policies.delete(name)) {
      const message = `Policy with name ${name} does not exist.`;
      throw new AwsError('ResourceNotFoundException', message);
    }
    this.merge();
    await this.host.store.write([{ key: CLIENT_POLICIES + name, value: undefined }]);
    return {};
  }

  list(): NamedPolicy[] {
    return [...this.policies.values()];
  }

  private merge(): void {
    const documents = [...this.policies.values()].map((one) => JSON.parse(one.policyDocument) as PolicyDocument);
    const Statement = documents.flatMap(
      ({ Statement: statements }) => statements as PolicyStatement | PolicyStatement[],
    );
    this.merged = checkedPolicy({ Version: '2012-10-17', Statement });
  }

  /** Resources have the form in which CloudWatch Logs asks IAM: always with a stream, which may be empty. */
  authorize(principal: Principal, operation: string, group: string | undefined, stream: string | undefined): void {
    if (principal.kind === 'unrestricted') return;
    const { region, accountId } = this.host;
    this.host.authorize({
      principal,
      action: `logs:${operation}`,
      resource: `arn:aws:logs:${region}:${accountId}:log-group:${group ?? ''}:log-stream:${stream ?? ''}`,
      resourcePolicy: this.merged,
      ...(principal.kind === 'service' && {
        context: { 'aws:SourceArn': principal.sourceArn, 'aws:SourceAccount': accountId },
      }),
    });
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
