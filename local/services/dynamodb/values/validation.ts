import { AwsError } from '../../../aws-error.ts';
import { invalidParameter, validationError } from '../errors.ts';
import type { AttributeType, AttributeValue, Item } from './attribute-value.ts';
import { normalizeNumber } from './decimal.ts';

/** A document has at most this many levels; the attribute itself is the first. */
const MAX_LEVELS = 32;

/**
 * Checks a value as it came from a client and gives it back as it is stored: numbers in canonical text.
 * What comes back shares nothing with the request, so a caller in the same process may go on using its object.
 */
export function acceptValue(given: unknown, depth = 0): AttributeValue {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw serializationError();
  if (depth >= MAX_LEVELS) {
    throw validationError(
      'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  }
  let type: AttributeType | undefined;
  for (const member in given) {
    if (!(member in ACCEPT) || (given as Record<string, unknown>)[member] === undefined) continue;
    if (type !== undefined) {
      throw validationError(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    type = member as AttributeType;
  }
  if (type === undefined) {
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  return ACCEPT[type]((given as Record<string, unknown>)[type], depth);
}

/** Checks the attributes of an item or a key; see {@link acceptValue}. */
export function acceptItem(given: unknown): Item {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw serializationError();
  const item: Record<string, AttributeValue> = {};
  for (const name in given) {
    if (name === '') throw invalidParameter('Attribute names can not be empty');
    item[name] = acceptValue((given as Record<string, unknown>)[name]);
  }
  return item;
}

type Accept = (given: unknown, depth: number) => AttributeValue;

const ACCEPT: Readonly<Record<AttributeType, Accept>> = {
  S: (given) => ({ S: text(given) }),
  N: (given) => ({ N: normalizeNumber(text(given)) }),
  B: (given) => ({ B: base64(given) }),
  BOOL: (given) => {
    if (typeof given !== 'boolean') throw serializationError();
    return { BOOL: given };
  },
  NULL: (given) => {
    if (typeof given !== 'boolean') throw serializationError();
    if (!given) throw invalidParameter('Null attribute value types must have the value of true');
    return { NULL: true };
  },
  SS: (given) => {
    const members = list(given).map(text);
    if (members.length === 0) throw invalidParameter('An string set  may not be empty');
    if (hasDuplicates(members)) throw invalidParameter(`Input collection [${members.join(', ')}] contains duplicates.`);
    return { SS: members };
  },
  NS: (given) => {
    const members = list(given).map((member) => normalizeNumber(text(member)));
    if (members.length === 0) throw invalidParameter('An number set  may not be empty');
    if (hasDuplicates(members)) throw validationError('Input collection contains duplicates');
    return { NS: members };
  },
  BS: (given) => {
    const members = list(given).map(base64);
    if (members.length === 0) throw invalidParameter('Binary sets should not be empty');
    if (hasDuplicates(members)) {
      throw invalidParameter(`Input collection [${members.join(', ')}]of type BS contains duplicates.`);
    }
    return { BS: members };
  },
  L: (given, depth) => ({ L: list(given).map((element) => acceptValue(element, depth + 1)) }),
  M: (given, depth) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) throw serializationError();
    const members: Record<string, AttributeValue> = {};
    for (const name in given) members[name] = acceptValue((given as Record<string, unknown>)[name], depth + 1);
    return { M: members };
  },
};

function text(given: unknown): string {
  if (typeof given !== 'string') throw serializationError();
  return given;
}

/** Standard base64 with padding; anything else could not be told apart from other spellings of the same bytes. */
function base64(given: unknown): string {
  if (given instanceof Uint8Array) return Buffer.from(given).toString('base64');
  const encoded = text(given);
  if (Buffer.from(encoded, 'base64').toString('base64') !== encoded) {
    throw new AwsError('SerializationException', 'Invalid base64 in a binary value');
  }
  return encoded;
}

function list(given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) throw serializationError();
  return given;
}

function hasDuplicates(members: readonly string[]): boolean {
  return new Set(members).size < members.length;
}

/** What the service's protocol layer answers to a value of the wrong JSON type. */
function serializationError(): AwsError {
  return new AwsError('SerializationException', 'Unexpected value type in payload');
}
