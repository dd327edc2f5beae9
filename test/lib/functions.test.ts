import { existsSync } from 'node:fs';
import { ENVIRONMENT } from '../../core/environment.ts';
import { refersTo, synthesized, target } from './synthesized.ts';

const stack = synthesized();
const functions = stack.ofType('AWS::Lambda::Function');

/** The contract of names: function file, and how long it may take, in seconds. */
const FUNCTIONS = [
  ['inventory/reserve-inventory', 'ReserveInventory', 10],
  ['inventory/release-inventory', 'ReleaseInventory', 10],
  ['payment/charge-payment', 'ChargePayment', 10],
  ['payment/refund-payment', 'RefundPayment', 10],
  ['shipment/ship-order', 'ShipOrder', 10],
  ['order/complete-order', 'CompleteOrder', 10],
  ['order/close-order', 'CloseOrder', 10],
  ['order/submit-order', 'SubmitOrder', 10],
  ['order/get-order', 'GetOrder', 10],
  ['order/cancel-order', 'CancelOrder', 10],
  ['intervention/list-interventions', 'ListInterventions', 10],
  ['intervention/get-intervention', 'GetIntervention', 10],
  ['intervention/decide-intervention', 'DecideIntervention', 10],
  ['intervention/deliver-decision', 'DeliverDecision', 30],
  ['order/list-orders', 'ListOrders', 10],
  ['shipment/get-tracking', 'GetTracking', 10],
  ['shipment/update-fulfilment', 'UpdateFulfilment', 10],
  ['inventory/list-inventory', 'ListInventory', 10],
  ['inventory/get-stock', 'GetStock', 10],
  ['inventory/change-stock', 'ChangeStock', 10],
  ['inventory/watch-stock-level', 'WatchStockLevel', 30],
  ['intervention/close-intervention', 'CloseIntervention', 10],
  ['intervention/open-intervention', 'OpenIntervention', 10],
  ['payment/resolve-payment', 'ResolvePayment', 10],
  ['recovery/compare-books', 'CompareBooks', 900],
  ['recovery/reconcile-orders', 'ReconcileOrders', 120],
  ['recovery/record-failed-execution', 'RecordFailedExecution', 10],
  ['shipment/resolve-shipment', 'ResolveShipment', 10],
  ['auth/authorize-request', 'AuthorizeRequest', 5],
  ['outbox/publish-events', 'PublishEvents', 30],
  ['notification/notify-customer', 'NotifyCustomer', 15],
] as const;

describe('the functions', () => {
  test('are the files under functions/, and no more', () => {
    expect(functions).toHaveLength(FUNCTIONS.length);
    for (const [entry, name] of FUNCTIONS) {
      expect(() => stack.functionNamed(name)).not.toThrow();
      expect({ entry, exists: existsSync(new URL(`../../functions/${entry}.ts`, import.meta.url)) }).toEqual({
        entry,
        exists: true,
      });
    }
  });

  test.each(FUNCTIONS)('%s: %s ends after its %i seconds', (_, name, seconds) => {
    expect(stack.functionNamed(name)[1].Properties.Timeout).toBe(seconds);
  });

  test.each(functions)('%s runs on the newest Node.js on arm64, and is traced', (_, { Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
  });

  test.each(functions)('%s has a role that no other function has', (id, { Properties }) => {
    const role = target(Properties.Role);
    const users = functions.filter(([, other]) => target(other.Properties.Role) === role).map(([user]) => user);
    expect(users).toEqual([id]);
  });

  test.each(functions)('%s has a log group of its own, which forgets', (id, { Properties }) => {
    const logGroup = target(Properties.LoggingConfig.LogGroup);
    const users = functions.filter(([, other]) => refersTo(other.Properties.LoggingConfig, logGroup));
    expect(users.map(([user]) => user)).toEqual([id]);
    expect(stack.resources[logGroup]?.Properties.RetentionInDays).toBe(14);
  });

  test.each(functions)('%s is given no variable that the code does not know', (_, { Properties }) => {
    const known = [...Object.values(ENVIRONMENT), 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL', 'NODE_OPTIONS'];
    const unknown = Object.keys(Properties.Environment.Variables as object).filter((name) => !known.includes(name));
    expect(unknown).toEqual([]);
  });

  test('every log group of the stack is kept as long as the stage says: 14 days, the audit log 30', () => {
    // CDK would keep a group without a word for two years.
    const days = stack.ofType('AWS::Logs::LogGroup').map(([id, { Properties }]) => [id, Properties.RetentionInDays]);
    expect(days).toEqual(days.map(([id]) => [id, String(id).includes('AuditLog') ? 30 : 14]));
  });
});
