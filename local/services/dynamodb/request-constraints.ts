import { isAbsent } from './absent.ts';
import { validationError } from './errors.ts';

const TABLE_NAME = /^[a-zA-Z0-9_.-]+$/;
/** Data operations take shorter names than CreateTable and then do not find the table. */
const MAX_TABLE_NAME = 255;

const TABLE_ARN = /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([a-zA-Z0-9_.-]+)$/;

/** The name in `TableName`, which may also be the table's ARN; complains before anything else does. */
export function tableName(given: unknown, shortest = 1): string {
  const constraint = tableNameConstraint(given, shortest);
  if (constraint) throw failed([describe(given, 'tableName', constraint)]);
  const name = given as string;
  return TABLE_ARN.exec(name)?.[1] ?? name;
}

function tableNameConstraint(given: unknown, shortest: number): string | undefined {
  if (typeof given !== 'string') return 'Member must not be null';
  if (given.startsWith('arn:')) return TABLE_ARN.test(given) ? undefined : 'Member must be the ARN of a table';
  if (given.length < shortest) return `Member must have length greater than or equal to ${String(shortest)}`;
  if (given.length > MAX_TABLE_NAME) return `Member must have length less than or equal to ${String(MAX_TABLE_NAME)}`;
  return TABLE_NAME.test(given) ? undefined : 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';
}

/** Collects what is wrong with the simple parameters of a request; DynamoDB reports up to ten at once. */
export class Constraints {
  private readonly errors: string[] = [];

  /** `path` as messages write it, such as `returnValues` or `transactItems.1.member.update.key`. */
  notNull(value: unknown, path: string): this {
    if (isAbsent(value)) this.add(value, path, 'Member must not be null');
    return this;
  }

  oneOf(value: unknown, path: string, allowed: readonly string[]): this {
    if (!isAbsent(value) && !allowed.includes(value as string)) {
      this.add(value, path, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
    }
    return this;
  }

  atLeast(value: unknown, path: string, least: number): this {
    if (typeof value === 'number' && value < least) {
      this.add(value, path, `Member must have value greater than or equal to ${String(least)}`);
    }
    return this;
  }

  atMost(value: unknown, path: string, most: number): this {
    if (typeof value === 'number' && value > most) {
      this.add(value, path, `Member must have value less than or equal to ${String(most)}`);
    }
    return this;
  }

  length(value: string | readonly unknown[] | undefined, path: string, least: number, most: number): this {
    if (isAbsent(value)) return this;
    if (value.length < least) {
      this.add(value, path, `Member must have length greater than or equal to ${String(least)}`);
    }
    if (value.length > most) this.add(value, path, `Member must have length less than or equal to ${String(most)}`);
    return this;
  }

  /** A constraint that DynamoDB checks itself, not its protocol layer: it spells the member as the API does and shows no value. */
  own(holds: boolean, path: string, constraint: string): this {
    if (!holds) this.errors.push(`Value at '${path}' failed to satisfy constraint: ${constraint}`);
    return this;
  }

  add(value: unknown, path: string, constraint: string): void {
    this.errors.push(describe(value, path, constraint));
  }

  /** Throws what was collected. */
  check(): void {
    if (this.errors.length > 0) throw failed(this.errors);
  }
}

function failed(errors: readonly string[]): Error {
  const reported = errors.slice(0, 10);
  const count = String(reported.length);
  return validationError(`${count} validation error${reported.length > 1 ? 's' : ''} detected: ${reported.join('; ')}`);
}

function describe(value: unknown, path: string, constraint: string): string {
  return `Value ${isAbsent(value) ? 'null' : `'${show(value)}'`} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** Values as the service prints them: Java's way, in which structures have their name. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    if ('AttributeName' in value && 'KeyType' in value) {
      return `KeySchemaElement(attributeName=${String(value.AttributeName)}, keyType=${String(value.KeyType)})`;
    }
    const members = Object.entries(value).map(([name, member]) => `${name}=${show(member)}`);
    return `{${members.join(', ')}}`;
  }
  return String(value);
}

export const BILLING_MODES = ['PROVISIONED', 'PAY_PER_REQUEST'];
export const TABLE_CLASSES = ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'];
export const RETURN_CONSUMED_CAPACITY = ['INDEXES', 'TOTAL', 'NONE'];
export const RETURN_ITEM_COLLECTION_METRICS = ['SIZE', 'NONE'];
export const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];
export const RETURN_ON_FAILURE = ['ALL_OLD', 'NONE'];
export const SELECT = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];
