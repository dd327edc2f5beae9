const NAME = { type: 'string', minLength: 1 } as const;

const KEY_SCHEMA = {
  type: 'array',
  minItems: 1,
  maxItems: 2,
  items: {
    type: 'object',
    properties: { AttributeName: NAME, KeyType: { enum: ['HASH', 'RANGE'] } },
    required: ['AttributeName', 'KeyType'],
    additionalProperties: false,
  },
} as const;

const PROJECTION = {
  type: 'object',
  properties: {
    ProjectionType: { enum: ['ALL', 'KEYS_ONLY', 'INCLUDE'] },
    NonKeyAttributes: { type: 'array', items: NAME },
  },
  additionalProperties: false,
} as const;

const THROUGHPUT = {
  $comment: 'Shown by DescribeTable; the host does not throttle tables.',
  type: 'object',
  properties: { ReadCapacityUnits: { type: 'integer' }, WriteCapacityUnits: { type: 'integer' } },
  required: ['ReadCapacityUnits', 'WriteCapacityUnits'],
  additionalProperties: false,
} as const;

const ON_DEMAND_THROUGHPUT = {
  $comment: 'A ceiling on cost; the host does not throttle tables.',
  type: 'object',
  properties: { MaxReadRequestUnits: { type: 'integer' }, MaxWriteRequestUnits: { type: 'integer' } },
  additionalProperties: false,
} as const;

const CONTRIBUTOR_INSIGHTS = {
  $comment: 'A report about hot keys in CloudWatch; there is none here.',
  type: 'object',
  properties: { Enabled: { type: 'boolean' }, Mode: { type: 'string' } },
  required: ['Enabled'],
  additionalProperties: false,
} as const;

const LOCAL_INDEX = {
  type: 'object',
  properties: { IndexName: NAME, KeySchema: KEY_SCHEMA, Projection: PROJECTION },
  required: ['IndexName', 'KeySchema', 'Projection'],
  additionalProperties: false,
} as const;

const GLOBAL_INDEX = {
  ...LOCAL_INDEX,
  properties: {
    ...LOCAL_INDEX.properties,
    ProvisionedThroughput: THROUGHPUT,
    OnDemandThroughput: ON_DEMAND_THROUGHPUT,
    ContributorInsightsSpecification: CONTRIBUTOR_INSIGHTS,
  },
} as const;

/** The properties of `AWS::DynamoDB::Table` that are served. */
export const TABLE_SCHEMA = {
  type: 'object',
  properties: {
    TableName: { type: 'string', pattern: '^[a-zA-Z0-9_.-]{3,255}$' },
    AttributeDefinitions: {
      type: 'array',
      items: {
        type: 'object',
        properties: { AttributeName: NAME, AttributeType: { enum: ['S', 'N', 'B'] } },
        required: ['AttributeName', 'AttributeType'],
        additionalProperties: false,
      },
    },
    KeySchema: KEY_SCHEMA,
    BillingMode: { enum: ['PROVISIONED', 'PAY_PER_REQUEST'] },
    ProvisionedThroughput: THROUGHPUT,
    OnDemandThroughput: ON_DEMAND_THROUGHPUT,
    GlobalSecondaryIndexes: { type: 'array', items: GLOBAL_INDEX },
    LocalSecondaryIndexes: { type: 'array', items: LOCAL_INDEX },
    StreamSpecification: {
      type: 'object',
      properties: { StreamViewType: { enum: ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] } },
      required: ['StreamViewType'],
      additionalProperties: false,
    },
    TimeToLiveSpecification: {
      type: 'object',
      properties: { AttributeName: NAME, Enabled: { type: 'boolean' } },
      required: ['Enabled'],
      additionalProperties: false,
    },
    DeletionProtectionEnabled: { type: 'boolean' },
    ContributorInsightsSpecification: CONTRIBUTOR_INSIGHTS,
    PointInTimeRecoverySpecification: {
      $comment: 'Shown by DescribeContinuousBackups; the host keeps no earlier states.',
      type: 'object',
      properties: { PointInTimeRecoveryEnabled: { type: 'boolean' }, RecoveryPeriodInDays: { type: 'integer' } },
      additionalProperties: false,
    },
    SSESpecification: {
      $comment: 'Encryption at rest is a property of the AWS service; the files of the host are the disk owner’s.',
      type: 'object',
      properties: { SSEEnabled: { type: 'boolean' }, SSEType: { type: 'string' }, KMSMasterKeyId: { type: 'string' } },
      required: ['SSEEnabled'],
      additionalProperties: false,
    },
    TableClass: { $comment: 'A matter of price only.', enum: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'] },
    Tags: {
      type: 'array',
      items: {
        type: 'object',
        properties: { Key: { type: 'string' }, Value: { type: 'string' } },
        required: ['Key', 'Value'],
        additionalProperties: false,
      },
    },
  },
  required: ['KeySchema', 'AttributeDefinitions'],
  additionalProperties: false,
} as const;
