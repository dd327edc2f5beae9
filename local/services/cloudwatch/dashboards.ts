import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';

interface Dashboard {
  readonly body: string;
  readonly modifiedMs: number;
}

/** Dashboards that clients made; those of the template are made again at every start. */
const CLIENT_DASHBOARDS = 'cloudwatch/client-dashboard/';

/** Dashboards, for whoever draws them. */
export class Dashboards {
  private readonly host: Host;
  private readonly dashboards = new Map<string, Dashboard>();

  constructor(host: Host) {
    this.host = host;
  }

  async load(): Promise<void> {
    const range = { gte: CLIENT_DASHBOARDS, lt: `${CLIENT_DASHBOARDS}~` };
    for await (const [key, value] of this.host.store.range(range)) {
      this.dashboards.set(key.slice(CLIENT_DASHBOARDS.length), JSON.parse(value) as Dashboard);
    }
  }

  /** One of the template. */
  put(name: string, body: string): void {
    this.dashboards.set(name, { body, modifiedMs: this.host.clock.now() });
  }

  /** PutDashboard. Widgets are not looked at: nothing is drawn here. */
  async putByClient(name: string | undefined, body: string | undefined): Promise<object> {
    if (name === undefined || !/^[\w-]{1,255}$/.test(name)) {
      throw invalid('DashboardName must have 1 to 255 letters, digits, hyphens and underscores.');
    }
    if (body === undefined || !isObject(body)) throw invalid('The field DashboardBody must be a valid JSON object.');
    this.put(name, body);
    const value = JSON.stringify(this.dashboards.get(name));
    await this.host.store.write([{ key: CLIENT_DASHBOARDS + name, value }]);
    return { DashboardValidationMessages: [] };
  }

  /** All of them or none. */
  async delete(names: readonly string[]): Promise<object> {
    for (const name of names) this.get(name);
    for (const name of names) this.dashboards.delete(name);
    await this.host.store.write(names.map((name) => ({ key: CLIENT_DASHBOARDS + name, value: undefined })));
    return {};
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

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterInput', message);
}
