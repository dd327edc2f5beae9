import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  ORDER_LIST_ATTRIBUTES,
  ORDERS_BY_CLIENT,
  ORDERS_BY_CUSTOMER,
  ORDERS_BY_STATUS,
  STOCK_BY_SKU,
} from '../core/item-keys.ts';
import type { StageSettings } from './stage.ts';

type OrdersIndex = typeof ORDERS_BY_STATUS | typeof ORDERS_BY_CUSTOMER | typeof ORDERS_BY_CLIENT;

/**
 * The five tables. Each has the keys `pk` and `sk`, bills by request, recovers to any second of the last 35 days, and is
 * kept when the stack is deleted: orders outlive deployments.
 */
export class Tables extends Construct {
  readonly orders: Table;
  readonly inventory: Table;
  readonly payments: Table;
  readonly shipments: Table;
  readonly notifications: Table;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    const table = (tableId: string, stream?: StreamViewType): Table =>
      new Table(this, tableId, {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        // The key that AWS manages for DynamoDB: its uses are in CloudTrail, and roles need no rights on it.
        encryption: TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: settings.deletionProtection,
        removalPolicy: RemovalPolicy.RETAIN,
        ...(stream !== undefined && { stream }),
      });

    // The outbox needs an event item as it was written; event items never change, so the old image would be empty.
    this.orders = table('Orders', StreamViewType.NEW_IMAGE);
    this.addIndex(ORDERS_BY_STATUS);
    this.addIndex(ORDERS_BY_CUSTOMER);
    this.addIndex(ORDERS_BY_CLIENT);
    // Whether a threshold was crossed shows in what was before.
    this.inventory = table('Inventory', StreamViewType.NEW_AND_OLD_IMAGES);
    this.inventory.addGlobalSecondaryIndex({
      indexName: STOCK_BY_SKU.name,
      partitionKey: { name: STOCK_BY_SKU.partition, type: AttributeType.STRING },
      sortKey: { name: STOCK_BY_SKU.sort, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.payments = table('Payments');
    this.shipments = table('Shipments');
    this.notifications = table('Notifications');
  }

  private addIndex({ name, partition, sort }: OrdersIndex): void {
    this.orders.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: { name: partition, type: AttributeType.STRING },
      sortKey: { name: sort, type: AttributeType.STRING },
      // Every write of an order writes its indexes too: the smaller the projection, the cheaper.
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...ORDER_LIST_ATTRIBUTES],
    });
  }
}
