import { marshall, setOwn, Uncommon, unmarshall } from './attribute-values.ts';

/** The parts of the SDK's NormalizedSchema (@smithy/core/schema) that are used here. */
export interface SdkSchema {
  getName(withNamespace: boolean): string | undefined;
  isStructSchema(): boolean;
  isUnionSchema(): boolean;
  isListSchema(): boolean;
  isMapSchema(): boolean;
  isStringSchema(): boolean;
  isBooleanSchema(): boolean;
  isNumericSchema(): boolean;
  isBigIntegerSchema(): boolean;
  isBigDecimalSchema(): boolean;
  isTimestampSchema(): boolean;
  isIdempotencyToken(): boolean;
  getValueSchema(): SdkSchema;
  getMergedTraits(): { readonly mediaType?: string; readonly sparse?: unknown; readonly timestampFormat?: unknown };
  structIterator(): Iterable<readonly [string, SdkSchema]>;
}

/**
 * Where attribute values stand in a command of the document client (its `inputKeyNodes` and `outputKeyNodes`): `null` is
 * one, no members at all means that each element is one, `*` goes on with each element.
 */
export type KeyNodes = null | { readonly [member: string]: KeyNodes | undefined };

export type Convert = (value: never) => unknown;

/** How attribute values are converted, and values of other types. */
interface Conversion {
  readonly attributeValue: Convert;
  readonly timestamp: Convert;
  /** Called for an idempotency token that is not given. */
  readonly token?: () => string;
}

const ATTRIBUTE_VALUE = 'com.amazonaws.dynamodb#AttributeValue';

/**
 * Compiles the input of an operation to a function that gives the JSON value for the wire. Members that the SDK does not
 * know are left out, as its own serializer does; what is uncommon is thrown.
 */
export function compileInput(
  schema: SdkSchema,
  keyNodes: KeyNodes | undefined,
  options: { readonly removesUndefined: boolean; readonly token: () => string },
): Convert {
  const attributeValue = (value: unknown): unknown => marshall(value, options.removesUndefined);
  return compile(schema, keyNodes, { attributeValue, timestamp: toEpochSeconds, token: options.token });
}

/** Compiles the output of an operation to a function that gives what the SDK's `send` resolves to, without `$metadata`. */
export function compileOutput(schema: SdkSchema, keyNodes: KeyNodes | undefined): Convert {
  return compile(schema, keyNodes, { attributeValue: unmarshall, timestamp: fromEpochSeconds });
}

function compile(schema: SdkSchema, keyNodes: KeyNodes | undefined, conversion: Conversion): Convert {
  if (schema.getName(true) === ATTRIBUTE_VALUE) return keyNodes === null ? conversion.attributeValue : uncommon;
  const { mediaType, sparse, timestampFormat } = schema.getMergedTraits();
  if (mediaType !== undefined || sparse || schema.isUnionSchema()) return uncommon;
  if (schema.isListSchema()) return listOf(compile(schema.getValueSchema(), below(keyNodes, '*'), conversion));
  if (schema.isMapSchema()) return mapOf(compile(schema.getValueSchema(), below(keyNodes, '*'), conversion));
  if (schema.isStructSchema()) return structOf(schema, keyNodes, conversion);
  if (schema.isTimestampSchema()) return timestampFormat === undefined ? conversion.timestamp : uncommon;
  if (schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return uncommon;
  return schema.isStringSchema() || schema.isBooleanSchema() || schema.isNumericSchema() ? scalar : uncommon;
}

function below(keyNodes: KeyNodes | undefined, member: string): KeyNodes | undefined {
  if (keyNodes === undefined || keyNodes === null) return undefined;
  return Object.keys(keyNodes).length === 0 ? null : keyNodes[member];
}

function structOf(schema: SdkSchema, keyNodes: KeyNodes | undefined, conversion: Conversion): Convert {
  const members = [...schema.structIterator()].map(([name, member]) => ({
    name,
    convert: lazily(() => compile(member, below(keyNodes, name), conversion)),
    token: member.isIdempotencyToken() ? conversion.token : undefined,
  }));
  return (struct: Record<string, unknown>) => {
    if (typeof struct !== 'object' || '__type' in struct) throw new Uncommon('no plain structure');
    const converted: Record<string, unknown> = {};
    for (const { name, convert, token } of members) {
      const value = struct[name];
      if (value !== undefined && value !== null) converted[name] = convert(value as never);
      else if (token) converted[name] = token();
    }
    return converted;
  };
}

/** Shapes may contain themselves: a member is compiled when it first has a value. */
function lazily(make: () => Convert): Convert {
  let convert: Convert | undefined;
  return (value) => (convert ??= make())(value);
}

function listOf(convert: Convert): Convert {
  return (list: readonly unknown[]) => {
    if (!Array.isArray(list)) throw new Uncommon('no list');
    return list.map((item) => {
      if (item === undefined || item === null) throw new Uncommon('an empty element');
      return convert(item as never);
    });
  };
}

function mapOf(convert: Convert): Convert {
  return (map: Readonly<Record<string, unknown>>) => {
    if (typeof map !== 'object' || Array.isArray(map)) throw new Uncommon('no map');
    const converted: Record<string, unknown> = {};
    for (const name of Object.keys(map)) {
      const value = map[name];
      if (value === null) throw new Uncommon('an empty element');
      if (value !== undefined) setOwn(converted, name, convert(value as never));
    }
    return converted;
  };
}

function scalar(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return value;
  throw new Uncommon('no scalar');
}

function fromEpochSeconds(value: unknown): Date {
  if (typeof value !== 'number') throw new Uncommon('no timestamp');
  return new Date(Math.round(value * 1000));
}

function toEpochSeconds(value: unknown): number {
  if (!(value instanceof Date)) throw new Uncommon('no timestamp');
  return value.getTime() / 1000;
}

function uncommon(): never {
  throw new Uncommon('a value of another type');
}
