/** What an authorizer's policy says about one method. */
export type Verdict = 'allowed' | 'denied' | 'silent';

export type InvokePolicy = (methodArn: string) => Verdict;

interface Statement {
  readonly denies: boolean;
  readonly resources: readonly RegExp[];
}

/** The policy document is none that API Gateway would take from an authorizer. */
export class InvalidPolicyError extends Error {
  override readonly name = 'InvalidPolicyError';
}

/**
 * Compiles the policy document of a Lambda authorizer: an explicit deny wins over an allow, and what nothing allows is
 * refused. Throws InvalidPolicyError for a document of another form, and for conditions, which the host does not serve.
 */
export function compileInvokePolicy(document: unknown): InvokePolicy {
  const { Statement: statements } = object(document, 'policyDocument');
  const compiled = many(statements)
    .map(compileStatement)
    .filter((one) => one !== undefined);
  return (methodArn) => {
    const speaking = compiled.filter(({ resources }) => resources.some((resource) => resource.test(methodArn)));
    if (speaking.some(({ denies }) => denies)) return 'denied';
    return speaking.length > 0 ? 'allowed' : 'silent';
  };
}

function compileStatement(value: unknown): Statement | undefined {
  const { Effect, Action, Resource, Condition } = object(value, 'Statement');
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new InvalidPolicyError('Effect is neither Allow nor Deny.');
  if (Condition !== undefined) throw new InvalidPolicyError('Condition is not served by the local host.');
  const actions = many(Action).map((one) => wildcard(one, 'Action', 'i'));
  const resources = many(Resource).map((one) => wildcard(one, 'Resource', ''));
  if (actions.length === 0 || resources.length === 0) throw new InvalidPolicyError('Action and Resource are required.');
  // A statement about other actions says nothing about invoking.
  return actions.some((action) => action.test('execute-api:Invoke'))
    ? { denies: Effect === 'Deny', resources }
    : undefined;
}

/** `*` spans any text, slashes included; `?` is one character. */
function wildcard(pattern: unknown, member: string, flags: string): RegExp {
  if (typeof pattern !== 'string') throw new InvalidPolicyError(`${member} is no text.`);
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
}

function many(value: unknown): unknown[] {
  return value === undefined ? [] : [value].flat();
}

function object(value: unknown, member: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object') throw new InvalidPolicyError(`${member} is no object.`);
  return value as Record<string, unknown>;
}
