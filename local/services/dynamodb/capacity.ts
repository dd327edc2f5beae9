import type { Index } from './tables/table.ts';

/** Bytes that one unit reads (strongly consistent; twice as many otherwise) and writes. */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

export type ReturnConsumedCapacity = 'TOTAL' | 'INDEXES' | 'NONE';

/** Units that a read of so many bytes takes; reading nothing takes the least. */
export function readUnits(bytes: number, consistent: boolean): number {
  const units = Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));
  return consistent ? units : units / 2;
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** What one request consumes in one table. Made only for requests that ask for it, since sizes cost time. */
export class Capacity {
  private readonly tableName: string;
  /** Transactions count everything twice, and say what was reading and what was writing. */
  private readonly transaction: 'ReadCapacityUnits' | 'WriteCapacityUnits' | undefined;
  private table = 0;
  private readonly local = new Map<string, number>();
  private readonly global = new Map<string, number>();

  constructor(tableName: string, transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits') {
    this.tableName = tableName;
    this.transaction = transaction;
  }

  /** A write of an item; the larger of the item before and after counts. */
  wrote(bytes: number): void {
    this.table += writeUnits(bytes) * this.factor;
  }

  wroteIndex(index: Index, bytes: number): void {
    this.add(index, writeUnits(bytes) * this.factor);
  }

  read(units: number, index?: Index): void {
    if (index) this.add(index, units * this.factor);
    else this.table += units * this.factor;
  }

  private get factor(): number {
    return this.transaction ? 2 : 1;
  }

  private add(index: Index, units: number): void {
    const counted = index.global ? this.global : this.local;
    counted.set(index.name, (counted.get(index.name) ?? 0) + units);
  }

  /** The `ConsumedCapacity` of the response. */
  report(detail: 'TOTAL' | 'INDEXES'): object {
    const indexes = [...this.local.values(), ...this.global.values()];
    const total = indexes.reduce((sum, units) => sum + units, this.table);
    return {
      TableName: this.tableName,
      ...this.units(total),
      ...(detail === 'INDEXES'
        ? {
            Table: this.units(this.table),
            ...(this.local.size > 0 ? { LocalSecondaryIndexes: this.perIndex(this.local) } : {}),
            ...(this.global.size > 0 ? { GlobalSecondaryIndexes: this.perIndex(this.global) } : {}),
          }
        : {}),
    };
  }

  private units(units: number): object {
    return { CapacityUnits: units, ...(this.transaction ? { [this.transaction]: units } : {}) };
  }

  private perIndex(units: ReadonlyMap<string, number>): object {
    return Object.fromEntries([...units].map(([name, count]) => [name, this.units(count)]));
  }
}

/** What a request that may touch several tables consumes, table by table. */
export class CapacityPerTable {
  private readonly detail: 'TOTAL' | 'INDEXES';
  private readonly transaction: 'ReadCapacityUnits' | 'WriteCapacityUnits' | undefined;
  private readonly tables = new Map<string, Capacity>();

  constructor(detail: 'TOTAL' | 'INDEXES', transaction?: 'ReadCapacityUnits' | 'WriteCapacityUnits') {
    this.detail = detail;
    this.transaction = transaction;
  }

  of(tableName: string): Capacity {
    const known = this.tables.get(tableName);
    if (known) return known;
    const capacity = new Capacity(tableName, this.transaction);
    this.tables.set(tableName, capacity);
    return capacity;
  }

  report(): object[] {
    return [...this.tables.values()].map((capacity) => capacity.report(this.detail));
  }
}

/** The level of detail that was asked for, or nothing. */
export function wantedCapacity(asked: ReturnConsumedCapacity | undefined): 'TOTAL' | 'INDEXES' | undefined {
  return asked === 'TOTAL' || asked === 'INDEXES' ? asked : undefined;
}
