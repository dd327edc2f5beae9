/** The values that a field may have, and the names for them: `JAN` is 1, `SUN` is 1. */
export interface FieldRange {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}

/** One part of a list: every `step`th value from `from` to `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const PART = /^(\*|[A-Z]{3}|\d+)(?:-([A-Z]{3}|\d+))?(?:\/(\d+))?$/;

/** Reads `*`, `5`, `1-5`, `MON-FRI`, `0/15`: one part of a field's list. Undefined when it is none. */
export function readSpan(part: string, range: FieldRange): Span | undefined {
  const [, first, last, stepText] = PART.exec(part) ?? [];
  if (first === undefined || (first === '*' && last !== undefined)) return undefined;
  const from = first === '*' ? range.least : valueOf(first, range);
  const step = stepText === undefined ? 1 : Number(stepText);
  // A value with a step goes on to the end of the range; alone it is just itself.
  const open = first === '*' || stepText !== undefined;
  const to = last !== undefined ? valueOf(last, range) : open ? range.most : from;
  if (from === undefined || to === undefined || step < 1) return undefined;
  return from >= range.least && to <= range.most && from <= to ? { from, to, step } : undefined;
}

/** A value by number or name. */
export function valueOf(text: string, { names }: FieldRange): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = names?.indexOf(text) ?? -1;
  return index === -1 ? undefined : index + 1;
}

export function isIn({ from, to, step }: Span, value: number): boolean {
  return value >= from && value <= to && (value - from) % step === 0;
}

/** Reads a whole list; undefined when one of its parts is wrong. */
export function readList<Part>(field: string, read: (part: string) => Part | undefined): Part[] | undefined {
  const parts = field.split(',').map(read);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** The values of a field in ascending order. */
export function readValues(field: string, range: FieldRange): number[] | undefined {
  const spans = readList(field, (part) => readSpan(part, range));
  if (!spans) return undefined;
  const all = Array.from({ length: range.most - range.least + 1 }, (_, index) => range.least + index);
  return all.filter((value) => spans.some((span) => isIn(span, value)));
}
