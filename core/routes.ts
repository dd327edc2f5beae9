import { ROLES, type Role } from './role.ts';

/**
 * The HTTP routes that need a token: the API construct, the authorizer and the API description all read this table. A token
 * opens a route by its scope or by one of its roles; a route with neither is closed to everyone.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** The OAuth scope that a client application needs (RFC 6749 §3.3; Cognito writes `<resource server>/<scope>`). */
  readonly scope?: string;
  /** The roles of which a person needs one. */
  readonly roles?: readonly Role[];
  /** Name of the file under `functions/` and of the construct: `submit-order` is SubmitOrder. */
  readonly functionName: string;
  /** A request without a body is no mistake. */
  readonly bodyOptional?: boolean;
}

export const RESOURCE_SERVER = 'orders';
export const SCOPES = { write: `${RESOURCE_SERVER}/write`, read: `${RESOURCE_SERVER}/read` } as const;

/** Two ways to say the same. */
const CANCELLING = { scope: SCOPES.write, roles: ROLES, functionName: 'cancel-order', bodyOptional: true } as const;

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/orders', scope: SCOPES.write, functionName: 'submit-order' },
  { method: 'GET', path: '/orders', scope: SCOPES.read, roles: ROLES, functionName: 'list-orders' },
  { method: 'GET', path: '/orders/{orderId}', scope: SCOPES.read, roles: ROLES, functionName: 'get-order' },
  { method: 'DELETE', path: '/orders/{orderId}', ...CANCELLING },
  { method: 'GET', path: '/orders/{orderId}/tracking', scope: SCOPES.read, roles: ROLES, functionName: 'get-tracking' },
  { method: 'PATCH', path: '/orders/{orderId}/fulfilment', roles: ROLES, functionName: 'update-fulfilment' },
  { method: 'POST', path: '/orders/{orderId}/cancel', ...CANCELLING },
  { method: 'GET', path: '/interventions', roles: ROLES, functionName: 'list-interventions' },
  { method: 'GET', path: '/interventions/{orderId}', roles: ROLES, functionName: 'get-intervention' },
  { method: 'POST', path: '/interventions/{orderId}/decision', roles: ROLES, functionName: 'decide-intervention' },
  { method: 'GET', path: '/inventory', roles: ROLES, functionName: 'list-inventory' },
  { method: 'GET', path: '/inventory/{sku}', roles: ROLES, functionName: 'get-stock' },
  { method: 'PUT', path: '/inventory/{sku}', roles: ROLES, functionName: 'change-stock' },
];
