import type { AnySchemaObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { StockEventEnvelope, StockEventType } from '../../core/stock-events.ts';
import common from '../../schemas/common.json' with { type: 'json' };
import driftDetected from '../../schemas/events/drift-detected.json' with { type: 'json' };
import lowStock from '../../schemas/events/low-stock.json' with { type: 'json' };
import metadata from '../../schemas/events/stock-metadata.json' with { type: 'json' };
import type { FieldError } from './problem.ts';
import { fieldErrors, schemaValidator } from './schema-validator.ts';

/** The schema of each stock event's `detail`, by its type. */
export const STOCK_EVENT_SCHEMAS: Readonly<Record<StockEventType, AnySchemaObject>> = {
  LowStock: lowStock,
  DriftDetected: driftDetected,
};

const validators = new Map<StockEventType, ValidateFunction>();
const ajv = schemaValidator([common, metadata]);

/** What is wrong with a stock event; empty when nothing is. Never quotes a value. */
export function stockEventErrors({ detailType, detail }: StockEventEnvelope): readonly FieldError[] {
  const validate = validators.get(detailType) ?? ajv.compile(STOCK_EVENT_SCHEMAS[detailType]);
  validators.set(detailType, validate);
  return validate(detail) ? [] : fieldErrors(validate, 'detail');
}

/** The event as an entry for the bus. */
export function stockEventEntry(event: StockEventEnvelope, busName: string): PutEventsRequestEntry {
  return {
    EventBusName: busName,
    Source: event.source,
    DetailType: event.detailType,
    Detail: JSON.stringify(event.detail),
    Time: new Date(event.detail.metadata.occurredAt),
  };
}
