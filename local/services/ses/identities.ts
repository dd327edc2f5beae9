import type { Store } from '../../store.ts';

const PREFIX = 'ses/identity/';

/** The addresses and domains from which mails may be sent. What is asked to be verified is verified: there is no owner to ask. */
export class Identities {
  private readonly store: Store;
  /** As written, by their lowercase form. */
  private readonly names = new Map<string, string>();

  constructor(store: Store) {
    this.store = store;
  }

  /** Takes up the identities that were made over the wire before. */
  async load(): Promise<void> {
    for await (const [key] of this.store.range({ gte: PREFIX, lt: `${PREFIX}\uffff` })) {
      this.declare(key.slice(PREFIX.length));
    }
  }

  /** An identity of the template. */
  declare(name: string): void {
    this.names.set(normalized(name), name);
  }

  async verify(name: string): Promise<void> {
    this.declare(name);
    await this.store.write([{ key: PREFIX + normalized(name), value: '' }]);
  }

  async remove(name: string): Promise<void> {
    this.names.delete(normalized(name));
    await this.store.write([{ key: PREFIX + normalized(name), value: undefined }]);
  }

  list(): string[] {
    return [...this.names.values()].sort();
  }

  has(name: string): boolean {
    return this.names.has(normalized(name));
  }

  /** The identity under which an address may send: itself, its domain, or a domain above that. */
  coveringOf(address: string): string | undefined {
    const lower = normalized(address);
    const labels = lower.slice(lower.lastIndexOf('@') + 1).split('.');
    const candidates = [lower, ...labels.map((_, index) => labels.slice(index).join('.'))];
    return this.names.get(candidates.find((name) => this.names.has(name)) ?? '');
  }
}

/** Domains know no case, and SES treats addresses alike. */
function normalized(name: string): string {
  return name.toLowerCase();
}
