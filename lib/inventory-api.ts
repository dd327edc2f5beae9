import type { Construct } from 'constructs';
import { ENVIRONMENT } from '../core/environment.ts';
import { STOCK_BY_SKU } from '../core/item-keys.ts';
import { allow } from './allow.ts';
import { API_TIMEOUT } from './api-timeout.ts';
import type { OrderApiProps } from './order-api.ts';
import { SagaFunction } from './saga-function.ts';

/** The functions of the API with which staff look after stock and catalogue. */
export function inventoryFunctions(scope: Construct, { platform, tables }: OrderApiProps): readonly SagaFunction[] {
  const { tableArn, tableName } = tables.inventory;
  const common = { timeout: API_TIMEOUT, environment: { [ENVIRONMENT.inventoryTable]: tableName } };
  return [
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'inventory/list-inventory',
      description: 'GET /inventory: the stock of all SKUs.',
      statements: [
        allow(['dynamodb:Query'], `${tableArn}/index/${STOCK_BY_SKU.name}`),
        allow(['dynamodb:BatchGetItem'], tableArn),
      ],
    }),
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'inventory/get-stock',
      description: 'GET /inventory/{sku}: the stock of a SKU.',
      statements: [allow(['dynamodb:GetItem'], tableArn)],
    }),
    new SagaFunction(scope, platform, {
      ...common,
      entry: 'inventory/change-stock',
      description: 'PUT /inventory/{sku}: sets, receives or corrects the stock of a SKU, once per Idempotency-Key.',
      statements: [allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], tableArn)],
    }),
  ];
}
