import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';

/** The dashboards of the template, for whoever draws them. */
export class Dashboards {
  private readonly host: Host;
  private readonly dashboards = new Map<string, { body: string; modifiedMs: number }>();

  constructor(host: Host) {
    this.host = host;
  }

  put(name: string, body: string): void {
    this.dashboards.set(name, { body, modifiedMs: this.host.clock.now() });
  }

  get(name: string): object {
    const found = this.dashboards.get(name);
    if (!found) throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, { status: 404 });
    return { DashboardArn: this.arnOf(name), DashboardBody: found.body, DashboardName: name };
  }

  list(prefix = ''): object {
    const names = [...this.dashboards].filter(([name]) => name.startsWith(prefix));
    return {
      DashboardEntries: names.map(([name, { body, modifiedMs }]) => ({
        DashboardName: name,
        DashboardArn: this.arnOf(name),
        LastModified: modifiedMs / 1000,
        Size: Buffer.byteLength(body),
      })),
    };
  }

  private arnOf(name: string): string {
    return `arn:aws:cloudwatch::${this.host.accountId}:dashboard/${name}`;
  }
}
