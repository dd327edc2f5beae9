import { AwsError, notServed } from '../aws-error.ts';
import type { PolicyDocument, PolicyStatement } from '../aws-service.ts';
import { compileCondition, type ConditionContext } from './conditions.ts';
import { wildcard } from './patterns.ts';

/** What a set of statements says about one request: an explicit denial beats every grant. */
export type Verdict = 'allowed' | 'denied' | 'silent';

export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
}

/** A statement with the patterns of its actions, resources and conditions compiled once. */
export interface CompiledStatement {
  readonly source: PolicyStatement;
  applies(question: Question): boolean;
}

/** Attached to a role, or to the resource itself: the one names no principal, the other must. */
export type PolicyKind = 'identity' | 'resource';

const ELEMENTS = new Set([
  ...['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition', 'Principal'],
]);

/**
 * Compiles a policy; its principals are not looked at. Throws for whatever the host does not serve, or IAM itself would not
 * take, so that a policy is never read as more or less than it says.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function compilePolicy(document: PolicyDocument, kind: PolicyKind): CompiledStatement[] {
  return [document.Statement].flat().map((statement) => {
    refuseMalformed(statement, kind);
    // Only the later version of the language knows variables; in the earlier one `${…}` is text.
    if (document.Version === '2012-10-17') refuseVariables(statement);
    return compileStatement(statement);
  });
}

/** A resource's policy, as it is: refused here where it would be when it is first asked. */
export function checkedPolicy(document: PolicyDocument): PolicyDocument {
  compilePolicy(document, 'resource');
  return document;
}

/** O(statements). `used` is told which statements decided. */
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

function compileStatement(source: PolicyStatement): CompiledStatement {
  const action = matcher(source.Action, source.NotAction, { ignoreCase: true });
  const resource = matcher(source.Resource, source.NotResource, { ignoreCase: false });
  const conditions = Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, list(values))),
  );
  return {
    source,
    applies: (question) =>
      action(question.action) && resource(question.resource) && conditions.every((holds) => holds(question.context)),
  };
}

/** What IAM refuses with MalformedPolicyDocument: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function refuseMalformed(statement: PolicyStatement, kind: PolicyKind): void {
  const wrong = (what: string): AwsError =>
    new AwsError('MalformedPolicyDocument', `${what} in ${JSON.stringify(statement)}`);
  const has = (element: keyof PolicyStatement): boolean => statement[element] !== undefined;
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element)) throw notServed(`the policy element ${element}`);
  }
  if (!['Allow', 'Deny'].includes(statement.Effect)) throw wrong(`Invalid effect: ${statement.Effect}`);
  if (has('Action') === has('NotAction')) throw wrong('A statement needs one of Action and NotAction');
  if (has('Resource') && has('NotResource')) throw wrong('A statement has one of Resource and NotResource');
  if (kind === 'identity' && has('Principal')) throw wrong('Policy document should not specify a principal');
  if (kind === 'identity' && !has('Resource') && !has('NotResource')) throw wrong('Policy statement must contain resources'); // prettier-ignore
  if (kind === 'resource' && !has('Principal')) throw wrong('Missing required field Principal');
}

function refuseVariables({ Resource, NotResource, Condition }: PolicyStatement): void {
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify([Resource, NotResource, Condition]))?.[0];
  if (variable !== undefined) throw notServed(`the policy variable ${variable}`);
}

function matcher(
  included: string | readonly string[] | undefined,
  excluded: string | readonly string[] | undefined,
  options: { readonly ignoreCase: boolean },
): (value: string) => boolean {
  const patterns = list(included ?? excluded ?? '*').map((pattern) => wildcard(pattern, options));
  const matchesAny = (value: string): boolean => patterns.some((pattern) => pattern.test(value));
  return included === undefined && excluded !== undefined ? (value) => !matchesAny(value) : matchesAny;
}

export function list(value: string | readonly string[] | boolean): readonly string[] {
  return Array.isArray(value) ? (value as string[]).map(String) : [String(value)];
}
