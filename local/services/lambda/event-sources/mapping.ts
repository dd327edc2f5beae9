import type { LambdaFunction } from '../lambda-function.ts';

/** An event source mapping as the template defines it (property names are CloudFormation's). */
export interface MappingProperties {
  readonly FunctionName: string;
  readonly EventSourceArn: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly StartingPosition?: 'TRIM_HORIZON' | 'LATEST';
  readonly ParallelizationFactor?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

export interface Mapping {
  readonly uuid: string;
  readonly arn: string;
  readonly definition: LambdaFunction;
  readonly properties: MappingProperties;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly reportsItemFailures: boolean;
  readonly modifiedMs: number;
}

/** What a source tells of itself in the description of its mapping. */
export interface SourceState {
  readonly lastResult: string;
}

/** As ListEventSourceMappings and GetEventSourceMapping describe it. */
export function describeMapping(mapping: Mapping, { lastResult }: SourceState): Record<string, unknown> {
  const { FunctionName: _, Enabled, ...properties } = mapping.properties;
  return {
    ...properties,
    UUID: mapping.uuid,
    EventSourceMappingArn: mapping.arn,
    FunctionArn: mapping.definition.arn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowMs / 1000,
    State: Enabled === false ? 'Disabled' : 'Enabled',
    StateTransitionReason: 'USER_INITIATED',
    LastModified: mapping.modifiedMs / 1000,
    LastProcessingResult: lastResult,
  };
}
