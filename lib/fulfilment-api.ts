import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { ORDERS_BY_CLIENT, ORDERS_BY_CUSTOMER, ORDERS_BY_STATUS } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import { API_TIMEOUT } from './api-timeout.ts';
import type { OrderApiProps } from './order-api.ts';
import { SagaFunction } from './saga-function.ts';

/** The functions of the API that find orders and follow their parcels. */
export function fulfilmentFunctions(scope: Construct, props: OrderApiProps): readonly SagaFunction[] {
  const { platform, tables } = props;
  const { tableArn, tableName } = tables.orders;
  const common = { timeout: API_TIMEOUT, environment: { [ENVIRONMENT.ordersTable]: tableName } };
  const indexes = [ORDERS_BY_STATUS, ORDERS_BY_CUSTOMER, ORDERS_BY_CLIENT].map(
    ({ name }) => `${tableArn}/index/${name}`,
  );
  return [
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'order/list-orders',
      description: 'GET /orders: orders by client, customer, status and time.',
      statements: [allow(['dynamodb:Query'], ...indexes)],
    }),
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'shipment/get-tracking',
      description: 'GET /orders/{orderId}/tracking: where the parcel of an order is.',
      statements: [allow(['dynamodb:GetItem'], tableArn)],
    }),
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'shipment/update-fulfilment',
      description: 'PATCH /orders/{orderId}/fulfilment: news of a parcel from its carrier.',
      statements: [allow(['dynamodb:GetItem', 'dynamodb:PutItem'], tableArn)],
    }),
  ];
}
