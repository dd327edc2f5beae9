const DOCUMENT = { type: 'object', required: ['Statement'] };
const TEXT = { type: 'string' };

export const ROLE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['AssumeRolePolicyDocument'],
  properties: {
    RoleName: TEXT,
    Description: { ...TEXT, $comment: 'shown to people only' },
    Path: { const: '/' },
    MaxSessionDuration: { type: 'number', $comment: 'credentials live as long as the host' },
    AssumeRolePolicyDocument: {
      ...DOCUMENT,
      $comment: 'only the service that the template gives the role to takes it on',
    },
    Policies: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['PolicyDocument'],
        properties: { PolicyName: TEXT, PolicyDocument: DOCUMENT },
      },
    },
    ManagedPolicyArns: { type: 'array', items: TEXT, $comment: 'those that local/iam/managed-policies.ts knows' },
    Tags: { type: 'array', $comment: 'no effect locally' },
  },
};

export const POLICY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['PolicyDocument'],
  properties: { PolicyName: TEXT, PolicyDocument: DOCUMENT, Roles: { type: 'array', items: TEXT } },
};
