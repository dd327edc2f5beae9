import type { ResourceType } from '../aws-service.ts';

/** Resource types that change nothing about how a stack behaves on one machine; they are checked and otherwise left alone. */
export const WITHOUT_LOCAL_EFFECT: readonly ResourceType[] = [
  {
    // The host keeps no traces, so there is nothing to sample; trace ids are made and passed on all the same.
    type: 'AWS::XRay::SamplingRule',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: { SamplingRule: { type: 'object' }, RuleName: { type: 'string' }, Tags: { type: 'array' } },
    },
    create: ({ generatedName }) => ({ ref: generatedName, attributes: { RuleARN: generatedName } }),
  },
];
