import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { EventDestination } from './feedback/event-destination.ts';

/** Why an address may be on a suppression list. */
export type SuppressionReason = 'BOUNCE' | 'COMPLAINT';

export interface ConfigurationSet {
  readonly name: string;
  readonly sendingEnabled: boolean;
  /** Which entries of the account's suppression list hold mails of this set back; the account's choice when not said. */
  readonly suppressedReasons?: readonly SuppressionReason[];
  readonly destinations: readonly EventDestination[];
}

const PREFIX = 'ses/configuration-set/';
/** https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const MOST_DESTINATIONS = 10;

/** The configuration sets of the template and those made over the wire. */
export class ConfigurationSets {
  private readonly host: Host;
  private readonly sets = new Map<string, ConfigurationSet>();
  /** Destinations of the template come after their set, which a client may also have changed in an earlier run. */
  private readonly ofTemplate = new Set<string>();

  constructor(host: Host) {
    this.host = host;
  }

  /** Takes up the sets that were made over the wire before. */
  async load(): Promise<void> {
    for await (const [key, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      if (!this.ofTemplate.has(key.slice(PREFIX.length))) this.remember(JSON.parse(value) as ConfigurationSet);
    }
  }

  /** A set of the template, or its next destination. */
  declare(set: ConfigurationSet): void {
    this.ofTemplate.add(set.name);
    this.remember(set);
  }

  arnOf(name: string): string {
    return `arn:aws:ses:${this.host.region}:${this.host.accountId}:configuration-set/${name}`;
  }

  get defaultBusArn(): string {
    return `arn:aws:events:${this.host.region}:${this.host.accountId}:event-bus/default`;
  }

  names(): string[] {
    return [...this.sets.keys()].sort();
  }

  get(name: string): ConfigurationSet {
    const set = this.sets.get(name);
    if (set) return set;
    throw new AwsError('ConfigurationSetDoesNotExist', `Configuration set <${name}> does not exist.`);
  }

  destinationsOf(name: string | undefined): readonly EventDestination[] {
    return (name === undefined ? undefined : this.sets.get(name))?.destinations ?? [];
  }

  async create(set: ConfigurationSet): Promise<void> {
    if (!/^[\w-]{1,64}$/.test(set.name)) {
      throw new AwsError('InvalidConfigurationSet', `Configuration set name <${set.name}> is not valid.`);
    }
    if (this.sets.has(set.name)) {
      throw new AwsError('ConfigurationSetAlreadyExists', `Configuration set <${set.name}> already exists.`);
    }
    await this.save(set);
  }

  /** Changes a set; sets of the template are as the template says again at the next start. */
  async save(set: ConfigurationSet): Promise<void> {
    this.remember(set);
    await this.host.store.write([{ key: PREFIX + set.name, value: JSON.stringify(set) }]);
  }

  async remove(name: string): Promise<void> {
    this.get(name);
    this.sets.delete(name);
    await this.host.store.write([{ key: PREFIX + name, value: undefined }]);
  }

  async addDestination(setName: string, destination: EventDestination): Promise<void> {
    await this.save(withDestination(this.get(setName), destination));
  }

  /** Changes a destination, or removes it when there is nothing to put in its place. */
  async replaceDestination(setName: string, name: string, replacement: EventDestination | undefined): Promise<void> {
    const set = this.get(setName);
    if (!set.destinations.some(({ Name }) => Name === name)) {
      const message = `Configuration set <${setName}> does not contain event destination <${name}>.`;
      throw new AwsError('EventDestinationDoesNotExist', message);
    }
    const destinations = set.destinations.flatMap((one) => {
      if (one.Name !== name) return [one];
      return replacement ? [replacement] : [];
    });
    await this.save({ ...set, destinations });
  }

  private remember(set: ConfigurationSet): void {
    this.sets.set(set.name, set);
  }
}

/** The set with one destination more. Throws when it has one of that name, or ten. */
export function withDestination(set: ConfigurationSet, destination: EventDestination): ConfigurationSet {
  if (set.destinations.some(({ Name }) => Name === destination.Name)) {
    const message = `Configuration set <${set.name}> already contains event destination <${destination.Name}>.`;
    throw new AwsError('EventDestinationAlreadyExists', message);
  }
  if (set.destinations.length === MOST_DESTINATIONS) {
    throw new AwsError('LimitExceeded', `A configuration set has at most ${MOST_DESTINATIONS} event destinations.`);
  }
  return { ...set, destinations: [...set.destinations, destination] };
}
