import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { LiveStack } from './live-stack.ts';

export interface RingingAlarm {
  readonly name: string;
  /** What it means, and where the runbook tells what to do. */
  readonly description: string;
  readonly since: string;
}

/** The alarms of the stack that are going off; their names begin with the stack's. */
export async function ringingAlarms(stack: LiveStack): Promise<RingingAlarm[]> {
  const ringing: RingingAlarm[] = [];
  const query = { AlarmNamePrefix: `${stack.name}-`, StateValue: 'ALARM' as const };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: stack.cloudWatch }, query)) {
    for (const { AlarmName = '', AlarmDescription = '', StateUpdatedTimestamp } of MetricAlarms) {
      const since = (StateUpdatedTimestamp ?? new Date(0)).toISOString();
      ringing.push({ name: AlarmName, description: AlarmDescription, since });
    }
  }
  return ringing;
}
