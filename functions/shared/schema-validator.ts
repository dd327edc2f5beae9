import { Ajv2020, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FieldError } from './problem.ts';

/**
 * A validator with our settings: all errors at once, and nothing of the data changed, so that what was checked is what
 * is used. `strict` refuses a schema with a keyword that ajv does not know, which would otherwise check nothing.
 * @param schemas those that others refer to by their $id
 */
export function schemaValidator(schemas: readonly AnySchemaObject[] = []): Ajv2020 {
  // verbose: errors carry the schema that failed, whose description tells the client what is expected.
  const ajv = new Ajv2020({ allErrors: true, strict: true, verbose: true });
  addFormats.default(ajv, ['date', 'date-time', 'email']);
  for (const schema of schemas) ajv.addSchema(schema);
  return ajv;
}

/** The errors of the last validation, one per field, worded for whoever sent the data; no value is repeated. */
export function fieldErrors(validate: ValidateFunction, wholeName: string): FieldError[] {
  const messages = new Map<string, string>();
  for (const error of validate.errors ?? []) {
    // It only says that something below `then` failed, which has an error of its own.
    if (error.keyword === 'if') continue;
    const field = fieldOf(error) || wholeName;
    // A short string can break its length, its pattern and its format at once: the description says it all in one.
    if (!messages.has(field)) messages.set(field, messageOf(error));
  }
  return [...messages].map(([field, message]) => ({ field, message }));
}

/** `/items/0` and a missing `sku` is `items[0].sku`. */
function fieldOf({ instancePath, params }: ErrorObject): string {
  const segments = instancePath.split('/').slice(1).map(unescapePointer);
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  const property = missingProperty ?? additionalProperty;
  if (property !== undefined) segments.push(shortened(property));
  return segments.reduce((path, name) => path + (/^\d+$/.test(name) ? `[${name}]` : path ? `.${name}` : name), '');
}

function messageOf({ instancePath, keyword, parentSchema, params, message }: ErrorObject): string {
  const schema = parentSchema as DescribedSchema | undefined;
  // The description of the whole says what it is for, in a sentence of its own.
  if (instancePath === '' && keyword === 'type') return 'must be one JSON object';
  if (instancePath === '' && keyword === 'minProperties')
    return `is empty; send at least one of ${Object.keys(schema?.properties ?? {}).join(', ')}`;
  if (keyword === 'additionalProperties') return 'is not a known property; remove it';
  if (keyword === 'required') {
    const missing = schema?.properties?.[(params as { missingProperty: string }).missingProperty];
    return missing?.description ? `is missing; it must be ${missing.description}` : 'is missing; add it';
  }
  return schema?.description ? `must be ${schema.description}` : (message ?? 'is invalid');
}

interface DescribedSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

/** RFC 6901 §4. */
function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A client's own property name is repeated to it, but not at any length. */
function shortened(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
