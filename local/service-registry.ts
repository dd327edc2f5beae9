import { randomUUID } from 'node:crypto';
import type { AwsService, Host, ServiceName } from './aws-service.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import { faultyCall } from './faults/faulty-host.ts';
import type { AccessKeys } from './iam/credentials.ts';
import type { IamService } from './iam/iam-service.ts';
import { Meter } from './meter.ts';
import { Outages } from './outages.ts';
import type { CloudWatchService } from './services/cloudwatch/cloudwatch-service.ts';
import type { Store } from './store.ts';

/** Where a standalone template has no say, the host is a fixed account and region, as other local AWS are. */
export const ACCOUNT_ID = '000000000000';
export const REGION = process.env['AWS_REGION'] ?? 'us-east-1';

/** How the services reach one another: see {@link Host}. */
export class ServiceRegistry implements Host {
  readonly region = REGION;
  readonly accountId = ACCOUNT_ID;
  readonly clock: Clock;
  readonly store: Store;
  readonly outages: Outages;
  readonly report: (line: string) => void;
  readonly meter = new Meter();
  /** The plan in force, if one is. */
  faults: Faults | undefined;
  private readonly keys: AccessKeys;
  private readonly services = new Map<ServiceName, AwsService>();
  private readonly listeners = new Map<string, (() => void)[]>();
  private iam: IamService | undefined;
  private metrics: CloudWatchService | undefined;

  constructor(clock: Clock, store: Store, keys: AccessKeys, report: (line: string) => void) {
    this.clock = clock;
    this.store = store;
    this.outages = new Outages(store, clock);
    this.keys = keys;
    this.report = report;
  }

  adopt(services: { readonly iam: IamService; readonly cloudwatch: CloudWatchService }): void {
    for (const service of Object.values(services) as AwsService[]) {
      for (const name of service.names) this.services.set(name, service);
    }
    this.iam = services.iam;
    this.metrics = services.cloudwatch;
  }

  call(...call: Parameters<Host['call']>): Promise<unknown> {
    if (this.faults === undefined) return this.perform(...call);
    const [service, operation, , principal] = call;
    const perform = (input: unknown): Promise<unknown> => this.perform(service, operation, input, principal);
    return faultyCall(this.faults, (caller) => this.keys.functionOf(caller), call, perform);
  }

  private async perform(...[name, operation, input, principal]: Parameters<Host['call']>): Promise<unknown> {
    const service = this.services.get(name);
    if (!service) throw new Error(`The local host has no service ${name}.`);
    this.meter.count(name, operation);
    const done = this.clock.busy();
    try {
      return await service.call(operation, input, principal);
    } finally {
      done();
    }
  }

  authorize(request: Parameters<Host['authorize']>[0]): void {
    this.iam?.authorize(request);
  }

  knowsRole(roleArn: string): boolean {
    return this.iam?.knowsRole(roleArn) ?? false;
  }

  measure(measurement: Parameters<Host['measure']>[0]): void {
    this.metrics?.record(measurement);
  }

  announce(sourceArn: string): void {
    for (const listener of this.listeners.get(sourceArn) ?? []) listener();
  }

  onAnnounced(sourceArn: string, listener: () => void): void {
    this.listeners.set(sourceArn, [...(this.listeners.get(sourceArn) ?? []), listener]);
  }

  uuid(): string {
    return randomUUID();
  }

  random(): number {
    return Math.random();
  }
}
