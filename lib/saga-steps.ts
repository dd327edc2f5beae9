import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
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

/** Every step reads the order by its key, and puts it with its event in one transaction. */
const ORDER_AND_EVENT = ['dynamodb:GetItem', 'dynamodb:PutItem'];

/** The functions that the saga's Task states call; each state, function file and construct has the same name. */
export class SagaSteps extends Construct {
  readonly reserveInventory: SagaFunction;
  readonly releaseInventory: SagaFunction;
  readonly chargePayment: SagaFunction;
  readonly refundPayment: SagaFunction;
  readonly resolvePayment: SagaFunction;
  readonly shipOrder: SagaFunction;
  readonly resolveShipment: SagaFunction;
  readonly openIntervention: SagaFunction;
  readonly closeIntervention: SagaFunction;
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
      ...statements: readonly PolicyStatement[]
    ): SagaFunction =>
      new SagaFunction(this, platform, {
        entry,
        description,
        timeout: STEP_TIMEOUT,
        environment,
        statements: [allow(ORDER_AND_EVENT, tables.orders.tableArn), ...statements],
      });
    const endHold = allow(['dynamodb:UpdateItem'], tables.orders.tableArn);
    const moveStock = allow(['dynamodb:UpdateItem'], tables.inventory.tableArn);
    const bookParcel = allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], tables.shipments.tableArn);

    this.reserveInventory = step(
      'inventory/reserve-inventory',
      'Holds the stock of all lines of an order, or of none.',
      inventory,
      moveStock,
    );
    this.releaseInventory = step(
      'inventory/release-inventory',
      'Gives back the stock that an order holds; nothing to give back is fine.',
      inventory,
      moveStock,
      endHold,
    );
    this.chargePayment = step(
      'payment/charge-payment',
      'Charges an order at the payment provider.',
      payments,
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], tables.payments.tableArn),
    );
    this.resolvePayment = step(
      'payment/resolve-payment',
      'Finds out whether an order was charged, and closes the payment if not.',
      payments,
      // An intent that was never heard of is made by the update that closes it.
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], tables.payments.tableArn),
    );
    this.refundPayment = step(
      'payment/refund-payment',
      'Cancels the booking of an order, then its payment, or refunds what was charged.',
      { ...payments, ...bookings },
      // An intent that was never heard of is made by the update that cancels it.
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], tables.payments.tableArn),
      bookParcel,
      // Freezes the hold, so that no goods go out once the money goes back.
      endHold,
    );
    this.shipOrder = step(
      'shipment/ship-order',
      'Claims an order for shipping, books it at the carrier and commits its stock.',
      { ...inventory, ...bookings },
      moveStock,
      endHold,
      bookParcel,
    );
    this.resolveShipment = step(
      'shipment/resolve-shipment',
      'Finds out whether a parcel was booked, and closes the booking if not.',
      { ...inventory, ...bookings },
      moveStock,
      endHold,
      bookParcel,
    );
    this.openIntervention = step(
      'intervention/open-intervention',
      'Calls people to an order, and keeps the token of the execution that waits.',
      orders,
      // The token of an execution that comes again goes on the record that is there.
      allow(['dynamodb:UpdateItem'], tables.orders.tableArn),
    );
    this.closeIntervention = step(
      'intervention/close-intervention',
      'Looks at the record of an intervention at its deadline, and decides or gives more time.',
      orders,
      allow(['dynamodb:UpdateItem'], tables.orders.tableArn),
    );
    this.completeOrder = step('order/complete-order', 'Marks an order as completed.', orders);
    this.closeOrder = step('order/close-order', 'Writes the status of an order that could not be fulfilled.', orders);
    this.all = [
      this.reserveInventory,
      this.releaseInventory,
      this.chargePayment,
      this.resolvePayment,
      this.refundPayment,
      this.shipOrder,
      this.resolveShipment,
      this.completeOrder,
      this.closeOrder,
      this.openIntervention,
      this.closeIntervention,
    ];
  }
}
