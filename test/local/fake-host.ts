import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsService, Host, Measurement, Principal, ServiceName } from '../../local/aws-service.ts';
import { VirtualClock } from '../../local/virtual-clock.ts';
import { Outages } from '../../local/outages.ts';
import { Store } from '../../local/store.ts';

/** 2026-01-15T10:00:00Z, a literal instant so that fixtures never follow the code. */
export const START_MS = Date.UTC(2026, 0, 15, 10, 0, 0);

export interface RecordedCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: unknown;
  readonly principal: Principal;
}

export interface FakeHost extends Host {
  readonly clock: VirtualClock;
  readonly measurements: Measurement[];
  readonly calls: RecordedCall[];
  readonly reports: string[];
  /** ARNs of the roles that the template would have. */
  readonly roles: Set<string>;
  /** Services that `call` reaches; add real ones or stand-ins. */
  readonly services: Map<ServiceName, Pick<AwsService, 'call'>>;
  /** Closes the store and removes its directory. */
  close(): Promise<void>;
}

/** A host for the test of one service: real store and virtual clock, everything else recorded. */
export async function fakeHost(options: { directory?: string; startMs?: number } = {}): Promise<FakeHost> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'order-saga-')));
  const store = await Store.open(directory);
  const clock = new VirtualClock(options.startMs ?? START_MS);
  const outages = new Outages(store, clock);
  outages.begin();
  const listeners = new Map<string, (() => void)[]>();
  const services = new Map<ServiceName, Pick<AwsService, 'call'>>();
  const calls: RecordedCall[] = [];
  const measurements: Measurement[] = [];
  const reports: string[] = [];
  const roles = new Set<string>();
  let ids = 0;
  return {
    clock,
    store,
    outages,
    region: 'us-east-1',
    accountId: '000000000000',
    services,
    calls,
    measurements,
    reports,
    roles,
    async call(service, operation, input, principal) {
      calls.push({ service, operation, input, principal });
      const target = services.get(service);
      if (!target) throw new Error(`No stand-in for ${service}.${operation} in this test.`);
      return clock.work(() => target.call(operation, input, principal));
    },
    authorize() {},
    knowsRole: (roleArn) => roles.has(roleArn),
    measure: (measurement) => measurements.push(measurement),
    announce: (arn) => listeners.get(arn)?.forEach((listener) => listener()),
    onAnnounced: (arn, listener) => listeners.set(arn, [...(listeners.get(arn) ?? []), listener]),
    uuid: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    random: () => 0.5,
    report: (line) => reports.push(line),
    async close() {
      clock.stop();
      await outages.end();
      await store.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}
