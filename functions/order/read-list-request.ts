import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ORDER_STATUSES, type OrderStatus } from '../../core/lifecycle.ts';
import type { OrderFilters } from '../../core/order-list.ts';
import { isCursor, positionIn } from '../../core/page-cursor.ts';
import { principalOf } from '../shared/api-handler.ts';
import { ListParameters } from '../shared/list-parameters.ts';
import { invalidRequest } from '../shared/problem.ts';

export interface OrderListRequest {
  readonly filters: OrderFilters;
  readonly limit: number;
  /** Everything from here on was on the pages before. */
  readonly after?: string;
}

/** A sort key of the indexes: when the order was created, and its id. */
const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f-]{36}$/;

/**
 * Reads the query string of `GET /orders`. A client application is shown its own orders, whatever it asks for.
 * @throws Problem 400 naming every wrong parameter
 */
export function readListRequest(event: APIGatewayProxyEvent): OrderListRequest {
  const parameters = new ListParameters(event, ['status', 'clientId', 'customerId', 'from', 'to']);
  const clientId = clientIdIn(event, parameters);
  const customerId = parameters.text(
    'customerId',
    /^[!-~]{1,64}$/,
    '1 to 64 printable ASCII characters without spaces',
  );
  const status = parameters.text('status', anyOf(ORDER_STATUSES), `one of ${ORDER_STATUSES.join(', ')}`);
  const from = parameters.instant('from');
  const to = parameters.instant('to');
  if (from !== undefined && to !== undefined && from >= to) parameters.refuse('to', 'must be later than from');
  if (customerId !== undefined && clientId === undefined && !parameters.has('clientId')) {
    parameters.refuse('clientId', 'is missing; customers belong to a client application: name it beside customerId');
  }
  const filters: OrderFilters = {
    ...(clientId !== undefined && { clientId }),
    ...(customerId !== undefined && { customerId }),
    ...(status !== undefined && { status: status as OrderStatus }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const limit = parameters.limit();
  const after = positionAfter(parameters, filters);
  if (parameters.errors.length > 0) throw invalidRequest(parameters.errors);
  return { filters, limit, ...(after !== undefined && { after }) };
}

/** What a cursor of this list belongs to. */
export const listOf = (filters: OrderFilters) => ({ list: 'orders', ...filters });

function clientIdIn(event: APIGatewayProxyEvent, parameters: ListParameters): string | undefined {
  const principal = principalOf(event);
  if (principal.kind === 'person')
    return parameters.text('clientId', /^[\w+-]{1,128}$/, 'the id of a client application');
  if (parameters.has('clientId'))
    parameters.refuse('clientId', 'is for staff; leave it out: the list is of your orders');
  return principal.clientId;
}

function positionAfter(parameters: ListParameters, filters: OrderFilters): string | undefined {
  const cursor = parameters.text('cursor', /^[\w-]{1,1024}$/, 'the nextCursor of a page of this list');
  if (cursor === undefined) return undefined;
  const position = positionIn(cursor, listOf(filters));
  if (position !== undefined && POSITION.test(position)) return position;
  // Where another parameter is wrong, the filters that were read are not those that were meant: it may be theirs.
  if (isCursor(cursor) && parameters.errors.length > 0) return undefined;
  return parameters.refuse(
    'cursor',
    'is no cursor of this list; send the nextCursor of the page before with the same filters, or leave it out',
  );
}

function anyOf(words: readonly string[]): RegExp {
  return new RegExp(`^(${words.join('|')})$`);
}
