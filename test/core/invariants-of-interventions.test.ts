import type { Snapshot } from '../../core/invariants/snapshot.ts';
import type { Order } from '../../core/order.ts';
import { ORDER_ID } from '../orders.ts';
import {
  cancelled,
  completed,
  edit,
  failed,
  FAILED_RUN,
  held,
  ids,
  INTERVENTION,
  lived,
  NOTHING,
  rules,
} from './snapshots.ts';

describe('an order that is not at rest', () => {
  const paid = () => {
    const { orders, events } = lived(['InventoryReserved', 'PaymentConfirmed']);
    const { stock, holds } = held();
    return { ...completed(), orders, events, stock, holds, bookings: [] };
  };
  const withExecution = (status: Snapshot['executions'][number]['status']) => ({
    ...paid(),
    executions: [{ name: `${ORDER_ID}-1`, status }],
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'is known of when its execution is %s and on the failed list',
    (status) => {
      expect(rules({ ...withExecution(status), failedRuns: [FAILED_RUN] })).toEqual([]);
      expect(rules(withExecution(status))).toEqual(['failed-run-listed']);
    },
  );

  test('is known of when the list remembers an execution that Step Functions has forgotten', () => {
    expect(rules({ ...paid(), executions: [], failedRuns: [FAILED_RUN] })).toEqual([]);
  });

  test('is lost when its execution succeeded, or never was', () => {
    expect(rules(withExecution('SUCCEEDED'))).toEqual(['order-at-rest']);
    expect(rules({ ...paid(), executions: [] })).toEqual(['order-at-rest']);
  });

  test('is under way while its execution runs, so the house is not quiet', () => {
    expect(rules(withExecution('RUNNING'))).toEqual(['nothing-running']);
  });

  describe('but in an intervention', () => {
    const waiting = (): Snapshot => {
      const { orders, events } = lived(['InventoryReserved', 'PaymentConfirmed', 'ManualInterventionRequired']);
      const interventions = [INTERVENTION];
      return { ...withExecution('RUNNING'), orders, events, publishedEventIds: ids(events), interventions };
    };

    test('is in good hands, with its execution running', () => {
      expect(rules(waiting())).toEqual([]);
    });

    test('is in nobody’s hands when the record is missing, or no longer open', () => {
      expect(rules({ ...waiting(), interventions: [] })).toEqual(['intervention-fits-order']);
      const { taskToken: _used, ...record } = INTERVENTION;
      expect(rules({ ...waiting(), interventions: [{ ...record, status: 'CLOSED' }] })).toEqual([
        'intervention-fits-order',
      ]);
    });

    test('is asked for twice when an earlier intervention is open too', () => {
      const interventions = [{ ...INTERVENTION, number: 0 }, INTERVENTION];
      expect(rules({ ...waiting(), interventions })).toEqual(['intervention-fits-order']);
    });

    test('keeps its token to the record and to the history of the execution', () => {
      const history = String.raw`[{"parameters":"{\"Payload\":{\"taskToken\":\"TOKEN-1\"}}"}]`;
      const [execution] = withExecution('RUNNING').executions;
      const inHistory = { ...waiting(), executions: [{ ...execution!, history }] };
      expect(rules(inHistory)).toEqual([]);
      const inOutput = { ...waiting(), executions: [{ ...execution!, text: '{"token":"TOKEN-1"}' }] };
      expect(rules(inOutput)).toEqual(['task-token-in-place']);
      const inList = { ...waiting(), failedRuns: [{ ...FAILED_RUN, cause: 'no TOKEN-1' }] };
      expect(rules(inList)).toEqual(['task-token-in-place']);
      const inEvent = waiting().events.map((event) => ({ ...event, causationId: 'TOKEN-1' }));
      expect(new Set(rules({ ...waiting(), events: inEvent }))).toEqual(new Set(['task-token-in-place']));
    });
  });
});

describe('an intervention that is over', () => {
  const closed = { ...INTERVENTION, status: 'CLOSED' as const };
  const { taskToken: _used, ...forgotten } = closed;

  test('has no token any more', () => {
    expect(rules({ ...completed(), interventions: [forgotten] })).toEqual([]);
    expect(rules({ ...completed(), interventions: [closed] })).toEqual(['task-token-in-place']);
  });

  test('has no token that only a history remembers', () => {
    const history = String.raw`{\"taskToken\":\"TOKEN-9\"}`;
    const executions = [{ ...completed().executions[0]!, history }];
    const note = { ...forgotten, note: 'TOKEN-9' };
    expect(rules({ ...completed(), executions, interventions: [forgotten] })).toEqual([]);
    expect(rules({ ...completed(), executions, interventions: [note] })).toEqual(['task-token-in-place']);
  });

  test('is not open for an order that went on, nor for one that does not exist', () => {
    expect(rules({ ...completed(), interventions: [INTERVENTION] })).toEqual(['intervention-fits-order']);
    expect(rules({ ...NOTHING, interventions: [INTERVENTION] })).toEqual(['intervention-fits-order']);
  });

  test('was heard of, unless its execution died and operators know', () => {
    const decided = { ...completed(), interventions: [{ ...INTERVENTION, status: 'DECIDED' as const }] };
    expect(rules(decided)).toEqual(['decision-delivered']);
    const died = { ...decided, executions: [failed()] };
    expect(rules(died)).toEqual(['decision-delivered']);
    expect(rules({ ...died, failedRuns: [FAILED_RUN] })).toEqual([]);
  });
});

describe('what staff settled', () => {
  const settled = (payment: Partial<Order['payment']>): Snapshot => {
    const { orders, intents, ...rest } = cancelled();
    const [order] = orders;
    return {
      ...rest,
      orders: [{ ...order!, payment: { ...order!.payment, refundedMinor: 0, ...payment } }],
      intents: edit(intents, 0, { status: 'SUCCEEDED', refundedMinor: 0 }),
    };
  };

  test('counts as money that went back, or was given up', () => {
    expect(rules(settled({ refundedOutsideMinor: 3480 }))).toEqual([]);
    expect(rules(settled({ writtenOffMinor: 3480 }))).toEqual([]);
    expect(rules(settled({ refundedOutsideMinor: 480, writtenOffMinor: 3000 }))).toEqual([]);
  });

  test('is missed when it is less than what was charged', () => {
    expect(rules(settled({ refundedOutsideMinor: 3479 }))).toEqual(['money-conserved']);
    expect(rules(settled({}))).toEqual(['money-conserved']);
  });

  test('a parcel that they sent by hand has no booking of ours', () => {
    const { orders, bookings, ...rest } = completed();
    const byHand = { orders: edit(orders, 0, { shipment: { ...orders[0]!.shipment!, manual: true } }) };
    expect(rules({ ...rest, ...byHand, bookings: [] })).toEqual([]);
    expect(rules({ ...rest, ...byHand, bookings: edit(bookings, 0, { status: 'CANCELLED' }) })).toEqual([]);
    expect(rules({ ...rest, ...byHand, bookings })).toEqual(['parcel-fits-order']);
  });
});
