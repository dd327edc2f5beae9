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
        Qualifier: { const: '$LATEST' },
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
      const { FunctionName, ...config } = properties as EventInvokeConfig & { FunctionName: string };
      invocations.configure(functions.find(FunctionName).name, config);
      return { ref: generatedName };
    },
  };
}
