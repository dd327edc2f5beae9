import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { MachineStore } from './machine-store.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
const LOG_DELIVERY = [
  ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries'],
  ...['PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'],
];

/** Step Functions does not create a machine with a log whose role may not set up its delivery: neither does the host start with one. */
export function checkLogRights(host: Host, machines: MachineStore): void {
  for (const { name, revisionId, logging, fromTemplate } of machines.all) {
    const logs = logging?.level !== undefined && logging.level !== 'OFF' && (logging.destinations?.length ?? 0) > 0;
    if (!logs || !fromTemplate) continue;
    const { roleArn } = machines.revision(name, revisionId);
    for (const operation of LOG_DELIVERY) {
      try {
        host.authorize({
          principal: { kind: 'role', roleArn, sessionName: name },
          action: `logs:${operation}`,
          resource: '*',
        });
      } catch (error) {
        const words = 'The state machine IAM Role is not authorized to access the Log Destination';
        throw new AwsError('AccessDeniedException', `${name}: ${words} (${(error as Error).message})`);
      }
    }
  }
}
