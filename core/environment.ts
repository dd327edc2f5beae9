/**
 * The contract between `lib/`, which sets these variables, and `functions/`, which read them: one name in one place, so
 * that a misspelt variable does not compile.
 */
export const ENVIRONMENT = {
  ordersTable: 'ORDERS_TABLE',
  inventoryTable: 'INVENTORY_TABLE',
  paymentsTable: 'PAYMENTS_TABLE',
  shipmentsTable: 'SHIPMENTS_TABLE',
  notificationsTable: 'NOTIFICATIONS_TABLE',
  stateMachineArn: 'STATE_MACHINE_ARN',
  eventBusName: 'EVENT_BUS_NAME',
  /** Where publish-events puts, whole, a record that can never be published. */
  failureQueueUrl: 'FAILURE_QUEUE_URL',
  /** Sender of the mails; an SES identity. */
  mailFrom: 'MAIL_FROM',
  /** Prefix of the SES template names: `<prefix>-order-confirmed`. */
  mailTemplatePrefix: 'MAIL_TEMPLATE_PREFIX',
  /** Issuer of the tokens: the user pool's provider URL. */
  userPoolIssuer: 'USER_POOL_ISSUER',
  /** `sandbox`: the mock provider with its own ledger. The name chooses the adapter of the port. */
  paymentProvider: 'PAYMENT_PROVIDER',
  carrier: 'CARRIER',
  /** 0..1, share of orders that the mock provider lets pass, decided by a hash of the order id. */
  paymentSuccessRate: 'PAYMENT_SUCCESS_RATE',
  carrierSuccessRate: 'CARRIER_SUCCESS_RATE',
} as const;

export type EnvironmentVariable = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];
