const text = { type: 'string' };

/** Properties of `AWS::Lambda::EventSourceMapping` for streams of DynamoDB and queues. */
export const MAPPING_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['FunctionName', 'EventSourceArn'],
  properties: {
    FunctionName: text,
    EventSourceArn: text,
    Enabled: { type: 'boolean' },
    BatchSize: { type: 'integer', minimum: 1, maximum: 10_000 },
    MaximumBatchingWindowInSeconds: { type: 'integer', minimum: 0, maximum: 300 },
    StartingPosition: { enum: ['TRIM_HORIZON', 'LATEST'] },
    ParallelizationFactor: {
      type: 'integer',
      minimum: 1,
      maximum: 10,
      $comment:
        'A shard is read in order by one invocation at a time, which keeps every order that a factor above 1 keeps.',
    },
    BisectBatchOnFunctionError: { type: 'boolean' },
    MaximumRetryAttempts: { type: 'integer', minimum: -1, maximum: 10_000 },
    MaximumRecordAgeInSeconds: { type: 'integer', minimum: -1, maximum: 604_800 },
    FunctionResponseTypes: { type: 'array', items: { const: 'ReportBatchItemFailures' } },
    FilterCriteria: {
      type: 'object',
      additionalProperties: false,
      properties: {
        Filters: {
          type: 'array',
          items: { type: 'object', additionalProperties: false, properties: { Pattern: text } },
        },
      },
    },
    DestinationConfig: {
      type: 'object',
      additionalProperties: false,
      properties: {
        OnFailure: { type: 'object', additionalProperties: false, properties: { Destination: text } },
      },
    },
    ScalingConfig: {
      type: 'object',
      additionalProperties: false,
      properties: { MaximumConcurrency: { type: 'integer', minimum: 2, maximum: 1000 } },
    },
    Tags: { type: 'array', $comment: 'Tags of a mapping are not shown anywhere.' },
  },
};
