import type { ErrorObject } from 'ajv';

/** How API Gateway's own validator puts each failure in `$context.error.validationErrorString`. */
const MESSAGES: Readonly<Record<string, (error: ErrorObject) => string>> = {
  additionalProperties: ({ params }) =>
    `object instance has properties which are not allowed by the schema: ["${params['additionalProperty']}"]`,
  enum: ({ data, params }) =>
    `instance value (${JSON.stringify(data)}) not found in enum (possible values: ${JSON.stringify(params['allowedValues'])})`,
  exclusiveMaximum: ({ data, params }) =>
    `numeric instance is not strictly lower than the required maximum ${params['limit']} (found: ${String(data)})`,
  exclusiveMinimum: ({ data, params }) =>
    `numeric instance is not strictly greater than the required minimum ${params['limit']} (found: ${String(data)})`,
  maxItems: ({ data, params }) =>
    `array is too long: must have at most ${params['limit']} elements but instance has ${(data as unknown[]).length} elements`,
  maxLength: ({ data, params }) =>
    `string ${JSON.stringify(data)} is too long (length: ${(data as string).length}, maximum allowed: ${params['limit']})`,
  maximum: ({ data, params }) =>
    `numeric instance is greater than the required maximum (maximum: ${params['limit']}, found: ${String(data)})`,
  minItems: ({ data, params }) =>
    `array is too short: must have at least ${params['limit']} elements but instance has ${(data as unknown[]).length} elements`,
  minLength: ({ data, params }) =>
    `string ${JSON.stringify(data)} is too short (length: ${(data as string).length}, required minimum: ${params['limit']})`,
  minimum: ({ data, params }) =>
    `numeric instance is lower than the required minimum (minimum: ${params['limit']}, found: ${String(data)})`,
  pattern: ({ data, params }) =>
    `ECMA 262 regex ${JSON.stringify(params['pattern'])} does not match input string ${JSON.stringify(data)}`,
  required: ({ params }) => `object has missing required properties (["${params['missingProperty']}"])`,
  type: ({ data, params }) =>
    `instance type (${typeName(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify([params['type']].flat())})`,
};

/** All failures in one text: `[first, second]`. */
export function validationErrorString(errors: readonly ErrorObject[]): string {
  return `[${errors.map((error) => MESSAGES[error.keyword]?.(error) ?? error.message ?? error.keyword).join(', ')}]`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
