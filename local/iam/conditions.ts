import { notServed } from '../aws-error.ts';
import { arnPattern, wildcard } from './patterns.ts';

/** Values of condition keys, which are in lower case: IAM does not tell their case apart. */
export type ConditionContext = Readonly<Record<string, string>>;

export type Condition = (context: ConditionContext) => boolean;

/**
 * The keys that the host gives a value to where AWS would. Any other would count as missing in every request, which lets the
 * negated operators pass: so it is refused by name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  ...['aws:securetransport', 'aws:requestedregion'],
  ...['aws:principalarn', 'aws:principalaccount', 'aws:principalisawsservice', 'aws:principalservicename'],
  ...['aws:sourcearn', 'aws:sourceaccount'],
  ...['ses:fromaddress', 'ses:fromdisplayname'],
]);

/** Compiles one key of a `Condition` element. Throws for an operator, a key or a variable that the host does not serve. */
export function compileCondition(operator: string, name: string, values: readonly string[]): Condition {
  const key = name.toLowerCase();
  if (!KNOWN_KEYS.has(key)) throw notServed(`the policy condition key ${name}`);
  const ifExists = operator.endsWith('IfExists');
  const base = ifExists ? operator.slice(0, -'IfExists'.length) : operator;
  if (operator === 'Null') return (context) => values.includes(String(!(key in context)));
  const negated = /^(String|Arn)Not/.test(base);
  const test = comparison(negated ? base.replace('Not', '') : base, operator, values);
  return (context) => {
    const value = context[key];
    // A missing key fails a positive test and passes a negated one.
    if (value === undefined) return ifExists || negated;
    return test(value) !== negated;
  };
}

function comparison(operator: string, asWritten: string, values: readonly string[]): (value: string) => boolean {
  switch (operator) {
    case 'StringEquals':
      return (value) => values.includes(value);
    case 'StringEqualsIgnoreCase':
    case 'Bool':
      return (value) => values.some((one) => one.toLowerCase() === value.toLowerCase());
    case 'StringLike': {
      const patterns = values.map((one) => wildcard(one));
      return (value) => patterns.some((pattern) => pattern.test(value));
    }
    case 'ArnEquals':
    case 'ArnLike': {
      const patterns = values.map(arnPattern);
      return (value) => patterns.some((matches) => matches(value));
    }
    default:
      throw notServed(`the policy condition operator ${asWritten}`);
  }
}
