/** What a client submits; the key of its request is the order's id. */
export interface OrderRequest {
  readonly customer: object;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly shippingAddress: object;
  readonly payment: { readonly token: string };
}

export const TERMINAL_STATUSES = ['COMPLETED', 'REJECTED', 'PAYMENT_FAILED'] as const;

export type Status =
  'PENDING' | 'INVENTORY_RESERVED' | 'PAYMENT_CONFIRMED' | 'SHIPPED' | (typeof TERMINAL_STATUSES)[number];

/** One change of an order: its new status and the event that tells of it. `version` is that of the order before. */
export interface Change {
  readonly version: number;
  readonly status: Status;
  readonly event: string;
  readonly data?: object;
}
