import type { ResourceType } from '../../aws-service.ts';
import type { AsyncInvocations, EventInvokeConfig } from './async-invocations.ts';
import type { FunctionRegistry } from './lambda-function.ts';

const destination = {
  type: 'object',
  additionalProperties: false,
  required: ['Destination'],
  properties: { Destination: { type: 'string' } },
};

/** `AWS::Lambda::EventInvokeConfig`: retries and destinations of asynchronous invocations. */
export function eventInvokeConfigResource(functions: FunctionRegistry, invocations: AsyncInvocations): ResourceType {
  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['FunctionName', 'Qualifier'],
      properties: {
        FunctionName: { type: 'string' },
        Qualifier: { type: 'string' },
        MaximumRetryAttempts: { type: 'integer', minimum: 0, maximum: 2 },
        MaximumEventAgeInSeconds: { type: 'integer', minimum: 60, maximum: 21_600 },
        DestinationConfig: {
          type: 'object',
          additionalProperties: false,
          properties: { OnFailure: destination, OnSuccess: destination },
        },
      },
    },
    create({ properties, generatedName }) {
      const { FunctionName, Qualifier, ...config } = properties as EventInvokeConfig & Record<'FunctionName' | 'Qualifier', string>; // prettier-ignore
      invocations.configure(functions.find(FunctionName, Qualifier).arn, config);
      return { ref: generatedName };
    },
  };
}
