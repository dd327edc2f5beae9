import type { PolicyDocument } from '../aws-service.ts';

/** AWS's own policies that the host knows, by the end of their ARN. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const MANAGED_POLICIES: Readonly<Record<string, PolicyDocument>> = {
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': {
    Statement: {
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
        'logs:GetLogEvents',
        'logs:FilterLogEvents',
      ],
      Resource: '*',
    },
  },
};

/** The document behind `arn:aws:iam::aws:policy/<name>`. Throws for a policy that the host does not know. */
export function managedPolicy(arn: string): PolicyDocument {
  const found = MANAGED_POLICIES[arn.split(':policy/')[1] ?? ''];
  if (!found)
    throw new Error(`The local host does not know the managed policy ${arn}: write its statements into the role.`);
  return found;
}
