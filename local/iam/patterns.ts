/** `*` stands for any characters, also none, and `?` for one: in actions, resources and `StringLike`. */
export function wildcard(pattern: string, { ignoreCase = false } = {}): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

/** `arn:partition:service:region:account:resource`, of which the last may hold further colons. */
const ARN_PARTS = 6;

/**
 * An ARN in a condition, whose six parts are compared one by one: a `*` does not reach over a colon into the next part.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function arnPattern(pattern: string): (arn: string) => boolean {
  if (pattern === '*') return () => true;
  const parts = partsOf(pattern).map((part) => wildcard(part));
  return (arn) => {
    const found = partsOf(arn);
    return found.length === parts.length && parts.every((part, index) => part.test(found[index] ?? ''));
  };
}

function partsOf(arn: string): string[] {
  const all = arn.split(':');
  return [...all.slice(0, ARN_PARTS - 1), ...(all.length < ARN_PARTS ? [] : [all.slice(ARN_PARTS - 1).join(':')])];
}
