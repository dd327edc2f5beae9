import { isOrderId, type OrderId } from '../../core/ids.ts';
import { UsageError } from './command-error.ts';
import { DURATION_EXAMPLES, readDuration } from './duration.ts';
import { readRate } from './pace.ts';

/** The command line of one command, checked against its options. What cannot be read names the option and the fix. */
export class Arguments {
  private readonly values: ReadonlyMap<string, string | true>;
  private readonly positionals: readonly string[];

  constructor(values: ReadonlyMap<string, string | true>, positionals: readonly string[] = []) {
    this.values = values;
    this.positionals = positionals;
  }

  flag(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return value === true ? undefined : value;
  }

  positional(index: number): string | undefined {
    return this.positionals[index];
  }

  /** The order ids among the positionals from an index on. */
  orderIds(from = 0): OrderId[] {
    return this.positionals.slice(from).map(readOrderId);
  }

  /** The order id that comes first. */
  orderId(): OrderId {
    return readOrderId(this.positionals[0] ?? '');
  }

  /** A span in milliseconds. */
  duration(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const ms = readDuration(text);
    if (ms === undefined)
      throw new UsageError(`--${name} takes a duration such as ${DURATION_EXAMPLES}, not "${text}".`);
    return ms;
  }

  /** A number per second. */
  rate(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const perSecond = readRate(text);
    if (perSecond === undefined) throw new UsageError(`--${name} takes a rate such as 10/s or 300/m, not "${text}".`);
    return perSecond;
  }

  /** A whole number within bounds. */
  whole(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
    }
    return number;
  }

  /** An instant, written in ISO 8601 or as a duration before now, in epoch milliseconds. */
  instant(name: string, nowMs: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const before = readDuration(text);
    if (before !== undefined) return nowMs - before;
    if (text === 'now') return nowMs;
    const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(ms)) {
      throw new UsageError(
        `--${name} takes a time such as 2026-05-01T08:00:00Z, or how long ago (${DURATION_EXAMPLES}), not "${text}".`,
      );
    }
    return ms;
  }
}

function readOrderId(text: string): OrderId {
  const id = text.toLowerCase();
  if (!isOrderId(id)) {
    throw new UsageError(`"${text}" is no order id: write it as POST /orders answered it (a UUID, 36 characters).`);
  }
  return id;
}
