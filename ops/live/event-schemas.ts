import { readdir, readFile } from 'node:fs/promises';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { EVENT_TYPES } from '../../core/lifecycle.ts';
import { STOCK_EVENT_TYPES } from '../../core/stock-events.ts';

/** Events of orders, and those that belong to none. */
const TYPES: readonly string[] = [...EVENT_TYPES, ...STOCK_EVENT_TYPES];

const SCHEMAS = new URL('../../schemas/', import.meta.url);

/** Tells whether an event may go on the bus: the same schemas that publish-events holds it to. */
export interface EventSchemas {
  /** What is wrong with the detail of an event; empty when nothing is. Never quotes a value. */
  errors(type: string, detail: unknown): readonly string[];
}

/** Reads the schemas of all event types. */
export async function readEventSchemas(): Promise<EventSchemas> {
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  addFormats.default(ajv, ['date', 'date-time', 'email']);
  const files = await readdir(new URL('events/', SCHEMAS));
  for (const file of [
    'common.json',
    ...files.filter((name) => name.endsWith('.json')).map((name) => `events/${name}`),
  ]) {
    const schema = JSON.parse(await readFile(new URL(file, SCHEMAS), 'utf8')) as AnySchemaObject;
    ajv.addSchema(schema, file);
  }
  return {
    errors(type, detail) {
      const validate = TYPES.includes(type) ? ajv.getSchema(`events/${fileName(type)}`) : undefined;
      if (!validate) return ['detail-type is no event type of ours'];
      return validate(detail) ? [] : messages(validate);
    },
  };
}

/** `OrderCreated` is described in order-created.json. */
function fileName(type: string): string {
  return `${type.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase()}.json`;
}

function messages({ errors }: ValidateFunction): string[] {
  return (errors ?? []).map(({ instancePath, message }) => `detail${instancePath.replaceAll('/', '.')} ${message}`);
}
