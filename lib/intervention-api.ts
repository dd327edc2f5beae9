import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { ORDERS_BY_STATUS } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import { API_TIMEOUT } from './api-timeout.ts';
import type { OrderApiProps } from './order-api.ts';
import { SagaFunction } from './saga-function.ts';
import { revivingFunction } from './saga-revival.ts';

/** The functions of the API that bring orders off their course: cancellation, and the interventions of staff. */
export function interventionFunctions(scope: Construct, props: OrderApiProps): readonly SagaFunction[] {
  return [
    cancelOrder(scope, props),
    listInterventions(scope, props),
    getIntervention(scope, props),
    decideIntervention(scope, props),
  ];
}

function cancelOrder(scope: Construct, { platform, tables, saga }: OrderApiProps): SagaFunction {
  return revivingFunction(scope, {
    platform,
    tables,
    saga,
    entry: 'order/cancel-order',
    description: 'POST /orders/{orderId}/cancel, DELETE /orders/{orderId}: asks for the cancellation of an order.',
    timeout: API_TIMEOUT,
    statements: [
      // The update is the decision of an open intervention, or the end of one whose execution is replaced.
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], tables.orders.tableArn),
    ],
  });
}

function listInterventions(scope: Construct, { platform, tables }: OrderApiProps): SagaFunction {
  const { tableArn, tableName } = tables.orders;
  return new SagaFunction(scope, platform, {
    entry: 'intervention/list-interventions',
    description: 'GET /interventions: the orders that wait for people.',
    timeout: API_TIMEOUT,
    environment: { [ENVIRONMENT.ordersTable]: tableName },
    statements: [
      allow(['dynamodb:Query'], `${tableArn}/index/${ORDERS_BY_STATUS.name}`),
      allow(['dynamodb:BatchGetItem'], tableArn),
    ],
  });
}

function getIntervention(scope: Construct, { platform, tables }: OrderApiProps): SagaFunction {
  return new SagaFunction(scope, platform, {
    entry: 'intervention/get-intervention',
    description: 'GET /interventions/{orderId}: the latest intervention of an order, and the earlier ones.',
    timeout: API_TIMEOUT,
    environment: { [ENVIRONMENT.ordersTable]: tables.orders.tableName },
    statements: [allow(['dynamodb:Query'], tables.orders.tableArn)],
  });
}

function decideIntervention(scope: Construct, { platform, tables, saga }: OrderApiProps): SagaFunction {
  return revivingFunction(scope, {
    platform,
    tables,
    saga,
    entry: 'intervention/decide-intervention',
    description: 'POST /interventions/{orderId}/decision: records what staff decide about an order.',
    timeout: API_TIMEOUT,
    statements: [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], tables.orders.tableArn),
    ],
  });
}
