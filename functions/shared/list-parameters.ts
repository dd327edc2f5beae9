import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { FieldError } from './problem.ts';

/** Entries of a page when the request does not say. */
const DEFAULT_LIMIT = 20;
/** What a page can hold: BatchGetItem takes a hundred keys, and an answer stays far below Lambda's 6 MB. */
const MAX_LIMIT = 100;

/** The query string of a list, read parameter by parameter; what is wrong with it is collected. */
export class ListParameters {
  readonly errors: FieldError[] = [];
  private readonly values: Readonly<Record<string, readonly string[] | undefined>>;

  /** @param known all parameters that the list takes besides `limit` and `cursor` */
  constructor({ multiValueQueryStringParameters: values }: APIGatewayProxyEvent, known: readonly string[]) {
    this.values = values ?? {};
    const all = [...known, 'limit', 'cursor'];
    for (const [name, given] of Object.entries(this.values)) {
      if (!all.includes(name))
        this.refuse(name.slice(0, 64), `is no parameter of this list; it takes ${all.join(', ')}`);
      else if ((given?.length ?? 0) > 1) this.refuse(name, 'is there more than once; give it once');
    }
  }

  refuse(field: string, message: string): undefined {
    this.errors.push({ field, message });
    return undefined;
  }

  /** @param rule goes on after `must be` */
  text(name: string, pattern: RegExp, rule: string): string | undefined {
    const value = this.values[name]?.[0];
    if (value === undefined || pattern.test(value)) return value;
    return this.refuse(name, `must be ${rule}`);
  }

  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  limit(): number {
    const text = this.text('limit', /^([1-9]\d?|100)$/, `a whole number from 1 to ${MAX_LIMIT}`);
    return text === undefined ? DEFAULT_LIMIT : Number(text);
  }

  /** An instant in our own spelling; a date stands for its first moment. */
  instant(name: string): string | undefined {
    const rule =
      'an ISO 8601 date or instant, such as 2026-11-20 or 2026-11-20T13:00:00Z (in a URL, a + is written %2B); a date ' +
      'stands for its first moment in UTC';
    const text = this.text(name, /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/, rule);
    if (text === undefined) return undefined;
    const day = text.slice(0, 10);
    // JavaScript takes the 30th of February for the 2nd of March.
    const isDay = new Date(`${day}T00:00:00Z`);
    const instant = new Date(text);
    const exists =
      !Number.isNaN(instant.getTime()) && !Number.isNaN(isDay.getTime()) && isDay.toISOString().startsWith(day);
    return exists ? instant.toISOString() : this.refuse(name, `must be ${rule}`);
  }
}
