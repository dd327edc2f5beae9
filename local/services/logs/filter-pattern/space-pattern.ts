import { compileComparison, literalOf, OPERATORS, type Operator } from './comparison.ts';
import { type FilterPattern, InvalidFilterPattern } from './filter-match.ts';

interface Column {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
}

const CONDITION =
  /^(?<name>[\w-]+)\s*(?<operator>!=|<=|>=|=|<|>)\s*(?:"(?<quoted>[^"]*)"|%(?<regex>[^%]+)%|(?<word>.+))$/;

/**
 * `[ip, user, ..., status = 4*, bytes > 1000]` on lines of fields split by spaces, where `"…"` and `[…]` are one field each.
 * `...` stands for any number of fields.
 */
export function compileSpacePattern(source: string): FilterPattern {
  if (!source.endsWith(']')) throw new InvalidFilterPattern('A space-delimited filter pattern ends with ]');
  const entries = splitOutside(source.slice(1, -1), ',');
  const ellipsis = entries.indexOf('...');
  if (ellipsis !== entries.lastIndexOf('...'))
    throw new InvalidFilterPattern('A filter pattern has one ellipsis at most');
  const before = (ellipsis === -1 ? entries : entries.slice(0, ellipsis)).map(compileColumn);
  const after = ellipsis === -1 ? [] : entries.slice(ellipsis + 1).map(compileColumn);
  const named = [...before, ...after].filter(({ name }) => name !== '');
  const selectors = named.map(({ name }) => `$${name}`);
  return ({ message }) => {
    const fields = splitFields(message);
    const columns = place(before, after, fields.length, ellipsis !== -1);
    if (!columns?.every(({ column, index }) => column.holds(fields[index]))) return undefined;
    const values = new Map(columns.map(({ column, index }) => [column.name, fields[index]]));
    return { selectors, field: (selector) => values.get(selector.replace(/^\$\.?/, '')) };
  };
}

function compileColumn(entry: string): Column {
  const conditions = splitOutside(entry, '||').map((alternative) =>
    splitOutside(alternative, '&&').map(compileCondition),
  );
  const [first] = conditions[0] as [Column, ...Column[]];
  const holds = (value: unknown): boolean => conditions.some((all) => all.every((one) => one.holds(value)));
  return { name: first.name, holds };
}

/** The parts between separators that stand neither in quotation marks nor in a regular expression. */
function splitOutside(text: string, separator: string): string[] {
  const pieces = text.match(/"[^"]*"|%[^%]*%|&&|\|\||[\s\S]/g) ?? [];
  const parts = [''];
  for (const piece of pieces) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts.map((part) => part.trim());
}

function compileCondition(text: string): Column {
  if (/^[\w-]*$/.test(text)) return { name: text, holds: () => true };
  const groups = CONDITION.exec(text)?.groups;
  if (!groups || !OPERATORS.includes(groups['operator'] as Operator)) {
    throw new InvalidFilterPattern(`Invalid field '${text}' in a space-delimited filter pattern`);
  }
  const { name = '', operator, quoted, regex, word = '' } = groups;
  const literal =
    quoted !== undefined
      ? ({ kind: 'text', text: quoted } as const)
      : regex !== undefined
        ? ({ kind: 'regex', text: regex } as const)
        : literalOf(word.trim());
  return { name, holds: compileComparison(operator as Operator, literal) };
}

/** Which field each column stands for; undefined when the line has another number of fields. */
function place(
  before: readonly Column[],
  after: readonly Column[],
  count: number,
  isOpen: boolean,
): { column: Column; index: number }[] | undefined {
  const named = before.length + after.length;
  if (isOpen ? count < named : count !== named) return undefined;
  return [
    ...before.map((column, index) => ({ column, index })),
    ...after.map((column, index) => ({ column, index: count - after.length + index })),
  ];
}

function splitFields(message: string): string[] {
  const fields = message.matchAll(/"([^"]*)"|\[([^\]]*)\]|(\S+)/g);
  return [...fields].map(([, quoted, bracketed, plain]) => quoted ?? bracketed ?? plain ?? '');
}
