import type { Host } from '../../../aws-service.ts';
import { resourceNotFound } from '../errors.ts';
import { type Table, type TableDefinition, tableOf } from './table.ts';

const DEFINITIONS = 'ddb/table/';
const LAST_NUMBER = 'ddb/last-table-number';

/** The tables that there are: on disk, and in memory for every operation to look up. */
export class Tables {
  /** Resolves when the tables of the last run are known. */
  readonly loaded: Promise<void>;
  isLoaded = false;
  private readonly host: Host;
  private readonly byName = new Map<string, Table>();

  constructor(host: Host) {
    this.host = host;
    this.loaded = this.load();
    // Whoever needs a table waits for `loaded` and sees the error; nobody may be waiting yet.
    this.loaded.catch(() => {});
  }

  private async load(): Promise<void> {
    for await (const [, value] of this.host.store.range({ gte: DEFINITIONS, lt: `${DEFINITIONS}~` })) {
      this.remember(JSON.parse(value) as TableDefinition);
    }
    this.isLoaded = true;
  }

  find(name: string): Table | undefined {
    return this.byName.get(name);
  }

  /** The table, or the error that data operations answer. */
  get(name: string): Table {
    const table = this.byName.get(name);
    if (!table) throw resourceNotFound();
    return table;
  }

  /** The table, or the error that operations on tables answer, which names it. */
  describe(name: string): Table {
    const table = this.byName.get(name);
    if (!table) throw resourceNotFound(`Requested resource not found: Table: ${name} not found`);
    return table;
  }

  /** By name, as ListTables gives them. */
  names(): string[] {
    return [...this.byName.keys()].sort();
  }

  all(): readonly Table[] {
    return [...this.byName.values()];
  }

  arnOf(name: string): string {
    return `arn:aws:dynamodb:${this.host.region}:${this.host.accountId}:table/${name}`;
  }

  /** A number that no table has had. */
  nextNumber(): number {
    return Number(this.host.store.get(LAST_NUMBER) ?? 0) + 1;
  }

  /** Makes a table known, or gives a known one another definition. */
  async save(definition: TableDefinition): Promise<Table> {
    const table = this.remember(definition);
    await this.host.store.write([
      { key: DEFINITIONS + definition.name, value: JSON.stringify(definition) },
      ...(definition.number >= this.nextNumber() ? [{ key: LAST_NUMBER, value: String(definition.number) }] : []),
    ]);
    return table;
  }

  async remove(table: Table): Promise<void> {
    this.byName.delete(table.name);
    await this.host.store.write([{ key: DEFINITIONS + table.name, value: undefined }]);
  }

  private remember(definition: TableDefinition): Table {
    const table = tableOf(definition, this.arnOf(definition.name));
    this.byName.set(definition.name, table);
    return table;
  }
}
