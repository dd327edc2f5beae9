import type { AnySchemaObject, ValidateFunction } from 'ajv/dist/2020.js';
import common from '../../schemas/common.json' with { type: 'json' };
import cancellationRequested from '../../schemas/events/cancellation-requested.json' with { type: 'json' };
import fulfillmentStarted from '../../schemas/events/fulfillment-started.json' with { type: 'json' };
import inventoryReleased from '../../schemas/events/inventory-released.json' with { type: 'json' };
import inventoryReserved from '../../schemas/events/inventory-reserved.json' with { type: 'json' };
import manualInterventionRequired from '../../schemas/events/manual-intervention-required.json' with { type: 'json' };
import manualInterventionResolved from '../../schemas/events/manual-intervention-resolved.json' with { type: 'json' };
import orderCancelled from '../../schemas/events/order-cancelled.json' with { type: 'json' };
import orderCompleted from '../../schemas/events/order-completed.json' with { type: 'json' };
import orderCreated from '../../schemas/events/order-created.json' with { type: 'json' };
import orderRejected from '../../schemas/events/order-rejected.json' with { type: 'json' };
import orderShipped from '../../schemas/events/order-shipped.json' with { type: 'json' };
import paymentConfirmed from '../../schemas/events/payment-confirmed.json' with { type: 'json' };
import paymentFailed from '../../schemas/events/payment-failed.json' with { type: 'json' };
import paymentRefunded from '../../schemas/events/payment-refunded.json' with { type: 'json' };
import manualInterventionEscalated from '../../schemas/events/manual-intervention-escalated.json' with { type: 'json' };
import paymentWrittenOff from '../../schemas/events/payment-written-off.json' with { type: 'json' };
import sagaRestarted from '../../schemas/events/saga-restarted.json' with { type: 'json' };
import shipmentUpdated from '../../schemas/events/shipment-updated.json' with { type: 'json' };
import metadata from '../../schemas/events/metadata.json' with { type: 'json' };
import type { EventEnvelope } from '../../core/events.ts';
import type { EventType } from '../../core/lifecycle.ts';
import { fieldErrors, schemaValidator } from './schema-validator.ts';
import type { FieldError } from './problem.ts';

/** The schema of each event's `detail`, by its type. */
export const EVENT_SCHEMAS: Readonly<Record<EventType, AnySchemaObject>> = {
  OrderCreated: orderCreated,
  InventoryReserved: inventoryReserved,
  PaymentConfirmed: paymentConfirmed,
  FulfillmentStarted: fulfillmentStarted,
  OrderShipped: orderShipped,
  OrderCompleted: orderCompleted,
  OrderRejected: orderRejected,
  PaymentFailed: paymentFailed,
  OrderCancelled: orderCancelled,
  PaymentRefunded: paymentRefunded,
  InventoryReleased: inventoryReleased,
  CancellationRequested: cancellationRequested,
  ManualInterventionRequired: manualInterventionRequired,
  ManualInterventionResolved: manualInterventionResolved,
  ManualInterventionEscalated: manualInterventionEscalated,
  PaymentWrittenOff: paymentWrittenOff,
  SagaRestarted: sagaRestarted,
  ShipmentUpdated: shipmentUpdated,
};

/** Compiled at the first event of a type, then kept: most functions see few of the types. */
const validators = new Map<EventType, ValidateFunction>();
const ajv = schemaValidator([common, metadata]);

/** What is wrong with an event that says it is of this type; empty when nothing is. Never quotes a value. */
export function eventErrors(type: string, detail: unknown): readonly FieldError[] {
  if (!isEventType(type)) return [{ field: 'detail-type', message: 'is no event type of ours' }];
  const validate = validators.get(type) ?? ajv.compile<EventEnvelope['detail']>(EVENT_SCHEMAS[type]);
  validators.set(type, validate);
  return validate(detail) ? [] : fieldErrors(validate, 'detail');
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_SCHEMAS, type);
}
