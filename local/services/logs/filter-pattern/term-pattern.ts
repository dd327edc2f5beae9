import { InvalidFilterPattern } from './filter-match.ts';

interface Term {
  readonly kind: 'required' | 'optional' | 'excluded';
  readonly holds: (message: string) => boolean;
}

const TERM = /\s*(?<sign>[?-]?)(?:"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]+)%|(?<word>[^\s"%]+))/y;

/**
 * `ERROR timeout`: all terms, as substrings, case-sensitive. `?ERROR ?WARN`: any of them. `-DEBUG`: not this one.
 * `"two words"` and `%regular expression%` are terms too. Beside required terms, optional ones have no effect.
 */
export function compileTermPattern(source: string): (message: string) => boolean {
  const terms = readTerms(source);
  const of = (kind: Term['kind']): Term[] => terms.filter((term) => term.kind === kind);
  const required = of('required');
  const optional = of('optional');
  const excluded = of('excluded');
  return (message) =>
    excluded.every(({ holds }) => !holds(message)) &&
    required.every(({ holds }) => holds(message)) &&
    (required.length > 0 || optional.length === 0 || optional.some(({ holds }) => holds(message)));
}

/** What may stand in a term without quotation marks, by AWS's documentation: everything else is to be quoted. */
const PLAIN = /^[\p{L}\p{N}_]+$/u;

function readTerms(source: string): Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < source.trimEnd().length) {
    const groups = TERM.exec(source)?.groups;
    const word = groups?.['word'];
    if (!groups || (word !== undefined && !PLAIN.test(word))) {
      throw new InvalidFilterPattern(`Invalid character(s) in term '${word ?? source}'`);
    }
    const kind = groups['sign'] === '?' ? 'optional' : groups['sign'] === '-' ? 'excluded' : 'required';
    terms.push({ kind, holds: compileTerm(groups) });
  }
  return terms;
}

function compileTerm(groups: Record<string, string | undefined>): (message: string) => boolean {
  const { quoted, regex, word } = groups;
  if (regex !== undefined) {
    const expression = compileRegex(regex);
    return (message) => expression.test(message);
  }
  const text = quoted === undefined ? (word ?? '') : quoted.replaceAll(/\\(.)/g, '$1');
  return (message) => message.includes(text);
}

/** The regular expressions of CloudWatch Logs are a subset of JavaScript's. */
export function compileRegex(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new InvalidFilterPattern(`Invalid regular expression '${source}': ${(error as Error).message}`);
  }
}
