import { eventErrors, EVENT_SCHEMAS } from '../../functions/shared/event-schemas.ts';
import { EVENT_SCHEMA_VERSION, envelopeOf, type OrderEvent } from '../../core/events.ts';
import { DECISIONS, FAILED_STEPS } from '../../core/intervention.ts';
import { CHANGES, EVENT_TYPES, ORDER_STATUSES, type EventType } from '../../core/lifecycle.ts';
import common from '../../schemas/common.json' with { type: 'json' };
import metadata from '../../schemas/events/metadata.json' with { type: 'json' };
import { everyEvent } from '../every-event.ts';

interface DataSchema {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly unknown[]; readonly type?: string }>>;
}
const dataSchema = (type: EventType) =>
  (EVENT_SCHEMAS[type] as { properties: { data: DataSchema } }).properties.data.properties;

const errorsOf = (event: OrderEvent) => {
  // As it comes out of the table and goes over the bus: JSON, without undefined.
  const { detailType, detail } = JSON.parse(JSON.stringify(envelopeOf(event))) as ReturnType<typeof envelopeOf>;
  return eventErrors(detailType, detail);
};

describe('the events that the core makes', () => {
  test('are of every type there is', () => {
    expect([...new Set(everyEvent().map(({ type }) => type))].sort()).toEqual([...EVENT_TYPES].sort());
  });

  test.each(everyEvent().map((event) => [event.type, event.data.statusBefore, event] as const))(
    '%s in %s satisfies its schema',
    (_type, _status, event) => {
      expect(errorsOf(event)).toEqual([]);
    },
  );
});

describe.each(EVENT_TYPES)('the schema of %s', (type) => {
  const sample = everyEvent().find((event) => event.type === type) as OrderEvent;

  test('is named after its type and version', () => {
    expect(EVENT_SCHEMAS[type]['title']).toBe(type);
    expect(metadata.properties.schemaVersion.const).toBe(EVENT_SCHEMA_VERSION);
  });

  test('knows the statuses that the lifecycle allows', () => {
    const { from, to } = CHANGES[type];
    const { statusBefore, statusAfter } = dataSchema(type);

    expect(statusBefore).toEqual(from.length === 0 ? { type: 'null' } : { enum: from });
    expect(statusAfter).toEqual({ enum: to === 'SAME' ? from : to });
  });

  test('refuses what it does not know, so that no personal data slips onto the bus', () => {
    const event = { ...sample, data: { ...sample.data, customer: { email: 'ada@example.com' } } };

    expect(errorsOf(event)).toEqual([{ field: 'data.customer', message: 'is not a known property; remove it' }]);
  });

  test('refuses an event that lacks its order', () => {
    const { orderId: _orderId, ...data } = sample.data;

    expect(errorsOf({ ...sample, data: data as OrderEvent['data'] })).toMatchObject([{ field: 'data.orderId' }]);
  });
});

test('an event of a type that nobody knows is refused', () => {
  expect(eventErrors('toString', {})).toMatchObject([{ field: 'detail-type' }]);
});

test('an event whose metadata is of another schema version is refused', () => {
  const [event] = everyEvent();

  expect(errorsOf({ ...(event as OrderEvent), schemaVersion: 2 })).toMatchObject([{ field: 'metadata.schemaVersion' }]);
});

test('the lists in the schemas are those of the core', () => {
  expect(common.$defs.status.enum).toEqual(ORDER_STATUSES);
  expect(common.$defs.eventType.enum).toEqual(EVENT_TYPES);
  expect(dataSchema('ManualInterventionRequired')['failedStep']?.enum).toEqual(FAILED_STEPS);
  expect(dataSchema('ManualInterventionResolved')['decision']?.enum).toEqual(Object.keys(DECISIONS));
});
