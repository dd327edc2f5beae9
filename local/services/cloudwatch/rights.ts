import type { Host, Principal } from '../../aws-service.ts';

interface Named {
  readonly AlarmName?: string;
  readonly AlarmNames?: readonly string[];
  readonly DashboardName?: string;
}

/**
 * Asks IAM whether the caller may do this: to the alarms or the dashboard that the request names, or, for metrics, at all.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function authorize(host: Host, principal: Principal, operation: string, request: Named): void {
  for (const resource of resourcesOf(host, operation, request)) {
    host.authorize({ principal, action: `cloudwatch:${operation}`, resource });
  }
}

function resourcesOf({ region, accountId }: Host, operation: string, request: Named): string[] {
  const { AlarmName, AlarmNames = AlarmName === undefined ? ['*'] : [AlarmName], DashboardName = '*' } = request;
  if (operation.includes('Alarm'))
    return AlarmNames.map((name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`);
  // Dashboards belong to no region.
  if (operation.includes('Dashboard')) return [`arn:aws:cloudwatch::${accountId}:dashboard/${DashboardName}`];
  return ['*'];
}
