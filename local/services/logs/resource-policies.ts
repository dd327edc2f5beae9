import type { Host, PolicyDocument, PolicyStatement, Principal } from '../../aws-service.ts';
import { checkedPolicy } from '../../iam/policy-evaluation.ts';

interface NamedPolicy {
  readonly policyName: string;
  readonly policyDocument: string;
  readonly lastUpdatedTime: number;
}

/** Policies of the account for its log groups: with them other services (EventBridge) may write in their own name. */
export class ResourcePolicies {
  private readonly host: Host;
  private readonly policies = new Map<string, NamedPolicy>();
  private merged: PolicyDocument | undefined;

  constructor(host: Host) {
    this.host = host;
  }

  put(policyName: string, policyDocument: string): void {
    this.policies.set(policyName, { policyName, policyDocument, lastUpdatedTime: this.host.clock.now() });
    const documents = [...this.policies.values()].map((one) => JSON.parse(one.policyDocument) as PolicyDocument);
    const Statement = documents.flatMap(
      ({ Statement: statements }) => statements as PolicyStatement | PolicyStatement[],
    );
    this.merged = checkedPolicy({ Version: '2012-10-17', Statement });
  }

  list(): NamedPolicy[] {
    return [...this.policies.values()];
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
