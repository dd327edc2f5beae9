import { AwsError } from '../../aws-error.ts';
import type { User } from './user.ts';
import type { UserPool } from './user-pool.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const STANDARD = new Set(
  (
    'address birthdate email email_verified family_name gender given_name locale middle_name name nickname ' +
    'phone_number phone_number_verified picture preferred_username profile updated_at website zoneinfo'
  ).split(' '),
);

const FORMS: Readonly<Record<string, { readonly pattern: RegExp; readonly noun: string }>> = {
  email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, noun: 'an email' },
  phone_number: { pattern: /^\+\d{5,15}$/, noun: 'a phone number' },
};

export interface AttributeType {
  readonly Name: string;
  readonly Value?: string;
}

/** The attributes that people of the pool sign in with in place of a user name. */
export function signInAttributes({ properties }: UserPool): string[] {
  return (properties['UsernameAttributes'] as string[] | undefined) ?? [];
}

/** The sign-in attribute that a name is a value of. Throws InvalidParameterException where the pool takes no such name. */
export function signInAttributeOf(pool: UserPool, name: string): string | undefined {
  const names = signInAttributes(pool);
  const found = names.find((attribute) => FORMS[attribute]?.pattern.test(name));
  if (found === undefined && names.length > 0) {
    const nouns = names.map((attribute) => FORMS[attribute]?.noun ?? attribute).join(' or ');
    throw new AwsError('InvalidParameterException', `Username should be ${nouns}.`);
  }
  return found;
}

/** Reads attributes of a request. Throws InvalidParameterException for names that the pool does not know. */
export function readAttributes(pool: UserPool, given: readonly AttributeType[] = []): Record<string, string> {
  const custom = ((pool.properties['Schema'] ?? []) as { Name?: string }[]).map(({ Name }) => `custom:${Name}`);
  const unknown = given.find(({ Name }) => !STANDARD.has(Name) && !custom.includes(Name));
  if (unknown) {
    throw new AwsError(
      'InvalidParameterException',
      `Attributes did not conform to the schema: Type for attribute {${unknown.Name}} could not be determined`,
    );
  }
  const wrong = given.find(({ Name, Value = '' }) => Value !== '' && FORMS[Name]?.pattern.test(Value) === false);
  if (wrong) throw new AwsError('InvalidParameterException', `Invalid ${wrong.Name} format.`);
  return Object.fromEntries(given.map(({ Name, Value = '' }) => [Name, Value]));
}

export function attributeList({ sub, attributes }: User): AttributeType[] {
  return Object.entries({ ...attributes, sub }).map(([Name, Value]) => ({ Name, Value }));
}

/** A user as lists show one. */
export function describeUser(user: User) {
  return {
    Username: user.username,
    Attributes: attributeList(user),
    UserCreateDate: user.createdMs / 1000,
    UserLastModifiedDate: user.modifiedMs / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}
