import type { PolicyDocument, PolicyStatement } from '../aws-service.ts';

/** What a set of statements says about one request: an explicit denial beats every grant. */
export type Verdict = 'allowed' | 'denied' | 'silent';

export interface Question {
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, since IAM does not tell their case apart. */
  readonly context: Readonly<Record<string, string>>;
}

/** A statement with the patterns of its actions, resources and conditions compiled once. */
export interface CompiledStatement {
  readonly source: PolicyStatement;
  applies(question: Question): boolean;
}

export function statementsOf(document: PolicyDocument): readonly PolicyStatement[] {
  return Array.isArray(document.Statement)
    ? (document.Statement as PolicyStatement[])
    : [document.Statement as PolicyStatement];
}

/**
 * Compiles a statement; its principal is not looked at. Throws for a condition operator that the host does not know, so
 * that a policy is never read as more or less than it says.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function compileStatement(source: PolicyStatement): CompiledStatement {
  const action = matcher(source.Action, source.NotAction, true);
  const resource = matcher(source.Resource, source.NotResource, false);
  const conditions = Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key.toLowerCase(), list(values))),
  );
  return {
    source,
    applies: (question) =>
      action(question.action) && resource(question.resource) && conditions.every((holds) => holds(question.context)),
  };
}

/** O(statements). `used` is told which statement decided. */
export function judge(
  statements: readonly CompiledStatement[],
  question: Question,
  used: (statement: CompiledStatement) => void = () => {},
): Verdict {
  let verdict: Verdict = 'silent';
  for (const statement of statements) {
    if (!statement.applies(question)) continue;
    used(statement);
    if (statement.source.Effect === 'Deny') return 'denied';
    verdict = 'allowed';
  }
  return verdict;
}

function matcher(
  included: string | readonly string[] | undefined,
  excluded: string | readonly string[] | undefined,
  ignoreCase: boolean,
): (value: string) => boolean {
  const patterns = list(included ?? excluded ?? '*').map((pattern) => wildcard(pattern, ignoreCase));
  const matchesAny = (value: string): boolean => patterns.some((pattern) => pattern.test(value));
  return included === undefined && excluded !== undefined ? (value) => !matchesAny(value) : matchesAny;
}

type Condition = (context: Readonly<Record<string, string>>) => boolean;

function compileCondition(operator: string, key: string, values: readonly string[]): Condition {
  const ifExists = operator.endsWith('IfExists');
  const base = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  if (base === 'Null') return (context) => values.includes(String(!(key in context)));
  const negated = /^(String|Arn)Not/.test(base);
  const test = comparison(base.replace('Not', ''), values);
  return (context) => {
    const value = context[key];
    // A missing key fails a positive test and passes a negated one.
    if (value === undefined) return ifExists || negated;
    return test(value) !== negated;
  };
}

function comparison(operator: string, values: readonly string[]): (value: string) => boolean {
  switch (operator) {
    case 'StringEquals':
      return (value) => values.includes(value);
    case 'StringEqualsIgnoreCase':
      return (value) => values.some((one) => one.toLowerCase() === value.toLowerCase());
    case 'Bool':
      return (value) => values.some((one) => one.toLowerCase() === value.toLowerCase());
    case 'StringLike':
    case 'ArnEquals':
    case 'ArnLike': {
      const patterns = values.map((one) => wildcard(one, false));
      return (value) => patterns.some((pattern) => pattern.test(value));
    }
    default:
      throw new Error(`The local host does not serve the policy condition operator ${operator}.`);
  }
}

function wildcard(pattern: string, ignoreCase: boolean): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

export function list(value: string | readonly string[] | boolean): readonly string[] {
  return Array.isArray(value) ? (value as string[]).map(String) : [String(value)];
}
