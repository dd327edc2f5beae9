import { AwsError } from '../../aws-error.ts';

/** A text that an operation cannot do without. Throws InvalidParameterException in Cognito's words when it is missing. */
export function required<Name extends string>(input: Readonly<Partial<Record<Name, string>>>, name: Name): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value ${value === undefined ? 'null' : "''"} at '${member}' failed to satisfy constraint: ` +
      (value === undefined ? 'Member must not be null' : 'Member must have length greater than or equal to 1'),
  );
}
