import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import type { SuppressionReason } from './configuration-sets.ts';

const PREFIX = 'ses/suppressed/';
const REASONS = 'ses/suppressed-reasons';
/** What accounts begin with. https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html */
const DEFAULT_REASONS: readonly SuppressionReason[] = ['BOUNCE', 'COMPLAINT'];

export interface SuppressedAddress {
  readonly EmailAddress: string;
  readonly Reason: SuppressionReason;
  /** Epoch seconds. */
  readonly LastUpdateTime: number;
}

/** The account's suppression list: mails to its addresses are accepted, and bounce. Addresses of the simulator never get on it. */
export class SuppressionList {
  private readonly host: Host;
  private readonly addresses = new Map<string, SuppressedAddress>();
  private accountReasons = DEFAULT_REASONS;

  constructor(host: Host) {
    this.host = host;
  }

  async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      const entry = JSON.parse(value) as SuppressedAddress;
      this.addresses.set(entry.EmailAddress.toLowerCase(), entry);
    }
    const reasons = this.host.store.get(REASONS);
    if (reasons !== undefined) this.accountReasons = JSON.parse(reasons) as SuppressionReason[];
  }

  get reasons(): readonly SuppressionReason[] {
    return this.accountReasons;
  }

  async setReasons(reasons: readonly SuppressionReason[]): Promise<void> {
    this.accountReasons = reasons;
    await this.host.store.write([{ key: REASONS, value: JSON.stringify(reasons) }]);
  }

  /** Whether a mail to an address is held back, by the configuration set's choice of reasons or the account's. */
  holdsBack(address: string, reasons: readonly SuppressionReason[] = this.accountReasons): boolean {
    if (this.addresses.size === 0) return false;
    const entry = this.addresses.get(address.toLowerCase());
    return entry !== undefined && reasons.includes(entry.Reason);
  }

  async put(address: string, reason: SuppressionReason): Promise<void> {
    const entry = { EmailAddress: address, Reason: reason, LastUpdateTime: this.host.clock.now() / 1000 };
    this.addresses.set(address.toLowerCase(), entry);
    await this.host.store.write([{ key: PREFIX + address.toLowerCase(), value: JSON.stringify(entry) }]);
  }

  get(address: string): SuppressedAddress {
    const entry = this.addresses.get(address.toLowerCase());
    if (entry) return entry;
    const message = `Email address ${address} does not exist on your suppression list.`;
    throw new AwsError('NotFoundException', message, { status: 404 });
  }

  async remove(address: string): Promise<void> {
    this.get(address);
    this.addresses.delete(address.toLowerCase());
    await this.host.store.write([{ key: PREFIX + address.toLowerCase(), value: undefined }]);
  }

  /** By address. */
  all(): SuppressedAddress[] {
    return [...this.addresses.values()].sort((left, right) => (left.EmailAddress < right.EmailAddress ? -1 : 1));
  }
}
