import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { allow } from './allow.ts';
import { SagaFunction, type FunctionPlatform } from './saga-function.ts';
import type { Tables } from './tables.ts';

/**
 * Longest run of a step: several times what a slow provider and one round of transaction conflicts take, and 5 s below the
 * Task's TimeoutSeconds in the ASL, so that the function reports its own timeout before the state gives up on it.
 */
const STEP_TIMEOUT = Duration.seconds(10);

/** What the write primitive does with the order: read it, change it, put its event item; all by key, in one transaction. */
const ORDER_CHANGE = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];

/** What the mock providers do with their own ledger. */
const LEDGER = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];

/** The functions that the saga's Task states call; each state, function file and construct has the same name. */
export class SagaSteps extends Construct {
  readonly reserveInventory: SagaFunction;
  readonly releaseInventory: SagaFunction;
  readonly chargePayment: SagaFunction;
  readonly refundPayment: SagaFunction;
  readonly shipOrder: SagaFunction;
  readonly completeOrder: SagaFunction;
  readonly closeOrder: SagaFunction;
  readonly all: readonly SagaFunction[];

  constructor(scope: Construct, id: string, platform: FunctionPlatform, tables: Tables) {
    super(scope, id);
    const { settings } = platform;
    const orders = { [ENVIRONMENT.ordersTable]: tables.orders.tableName };
    const inventory = { ...orders, [ENVIRONMENT.inventoryTable]: tables.inventory.tableName };
    const payments = {
      ...orders,
      [ENVIRONMENT.paymentsTable]: tables.payments.tableName,
      [ENVIRONMENT.paymentProvider]: 'sandbox',
      [ENVIRONMENT.paymentSuccessRate]: String(settings.paymentSuccessRate),
    };
    const bookings = {
      ...orders,
      [ENVIRONMENT.shipmentsTable]: tables.shipments.tableName,
      [ENVIRONMENT.carrier]: 'sandbox',
      [ENVIRONMENT.carrierSuccessRate]: String(settings.carrierSuccessRate),
    };
    const step = (
      entry: string,
      description: string,
      environment: Readonly<Record<string, string>>,
      ...grants: readonly (readonly [readonly string[], Table])[]
    ): SagaFunction =>
      new SagaFunction(this, platform, {
        entry,
        description,
        timeout: STEP_TIMEOUT,
        environment,
        statements: [
          allow(ORDER_CHANGE, tables.orders.tableArn),
          ...grants.map(([actions, table]) => allow(actions, table.tableArn)),
        ],
      });
    const stock = [['dynamodb:UpdateItem'], tables.inventory] as const;
    const ledger = [LEDGER, tables.payments] as const;
    const shipments = [LEDGER, tables.shipments] as const;

    this.reserveInventory = step(
      'inventory/reserve-inventory',
      'Holds the stock of all lines of an order, or of none.',
      inventory,
      stock,
    );
    this.releaseInventory = step(
      'inventory/release-inventory',
      'Gives back the stock that an order holds; nothing to give back is fine.',
      inventory,
      stock,
    );
    this.chargePayment = step('payment/charge-payment', 'Charges an order at the payment provider.', payments, ledger);
    this.refundPayment = step(
      'payment/refund-payment',
      'Cancels the booking of an order, then its payment, or refunds what was charged.',
      { ...payments, ...bookings },
      ledger,
      shipments,
    );
    this.shipOrder = step(
      'shipment/ship-order',
      'Claims an order for shipping, books it at the carrier and commits its stock.',
      { ...inventory, ...bookings },
      stock,
      shipments,
    );
    this.completeOrder = step('order/complete-order', 'Marks an order as completed.', orders);
    this.closeOrder = step('order/close-order', 'Writes the status of an order that could not be fulfilled.', orders);
    this.all = [
      this.reserveInventory,
      this.releaseInventory,
      this.chargePayment,
      this.refundPayment,
      this.shipOrder,
      this.completeOrder,
      this.closeOrder,
    ];
  }
}
