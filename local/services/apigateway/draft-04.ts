/** Keywords whose value is a schema, a map of schemas, or a list of schemas. */
const SCHEMAS = new Set(['additionalItems', 'additionalProperties', 'items', 'not']);
const MAPS = new Set(['definitions', 'dependencies', 'patternProperties', 'properties']);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'items']);

/**
 * Writes a JSON Schema of draft 4, the draft of API Gateway's models, in the words of draft 7, which ajv reads:
 * `id` became `$id`, and `exclusiveMinimum: true` became a number of its own.
 */
export function fromDraft04(schema: unknown): unknown {
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) return schema;
  const { $schema: _draft, id, exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest } = schema as Schema;
  return {
    ...(typeof id === 'string' && { $id: id }),
    ...limit('minimum', 'exclusiveMinimum', minimum, exclusiveMinimum),
    ...limit('maximum', 'exclusiveMaximum', maximum, exclusiveMaximum),
    ...Object.fromEntries(Object.entries(rest).map(([keyword, value]) => [keyword, convert(keyword, value)])),
  };
}

interface Schema extends Record<string, unknown> {
  $schema?: unknown;
  id?: unknown;
  minimum?: unknown;
  maximum?: unknown;
  exclusiveMinimum?: unknown;
  exclusiveMaximum?: unknown;
}

function limit(inclusive: string, exclusive: string, value: unknown, excluded: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  return { [excluded === true ? exclusive : inclusive]: value };
}

function convert(keyword: string, value: unknown): unknown {
  if (LISTS.has(keyword) && Array.isArray(value)) return value.map(fromDraft04);
  if (SCHEMAS.has(keyword)) return fromDraft04(value);
  if (MAPS.has(keyword) && value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, fromDraft04(schema)]));
  }
  return value;
}
