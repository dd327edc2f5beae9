import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';

/** What API Gateway wants to be able to do before it takes a role for its logs. */
const LOGGING = [
  ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams', 'PutLogEvents'],
  ...['GetLogEvents', 'FilterLogEvents'],
];

/** The group in which API Gateway tries the role out. */
const TRIED_IN = '/aws/apigateway/welcome';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html#set-up-access-logging-permissions */
export function checkLogRole(host: Host, roleArn: string): void {
  const resource = `arn:aws:logs:${host.region}:${host.accountId}:log-group:${TRIED_IN}:log-stream:`;
  for (const operation of LOGGING) {
    try {
      const principal = { kind: 'role', roleArn, sessionName: 'BackplaneAssumeRoleSession' } as const;
      host.authorize({ principal, action: `logs:${operation}`, resource });
    } catch (error) {
      const words =
        'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.';
      throw new AwsError('BadRequestException', `${words} (${(error as Error).message})`);
    }
  }
}
