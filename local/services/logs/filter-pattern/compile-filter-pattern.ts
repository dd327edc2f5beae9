import { type FilterMatch, type FilterPattern, InvalidFilterPattern } from './filter-match.ts';
import { compileJsonPattern } from './json-pattern.ts';
import { compileSpacePattern } from './space-pattern.ts';
import { compileTermPattern } from './term-pattern.ts';

const WITHOUT_FIELDS: FilterMatch = { selectors: [], field: () => undefined };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
const LONGEST_PATTERN = 1024;
const MOST_EXPRESSIONS = 2;

/**
 * Compiles a filter pattern of CloudWatch Logs: terms, `{ JSON conditions }` or `[space, delimited, fields]`; an empty one
 * matches every line. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(source: string): FilterPattern {
  const text = source.trim();
  check(text);
  if (text === '') return () => WITHOUT_FIELDS;
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpacePattern(text);
  const holds = compileTermPattern(text);
  return (line) => (holds(line.message) ? WITHOUT_FIELDS : undefined);
}

function check(text: string): void {
  if (text.length > LONGEST_PATTERN) {
    throw new InvalidFilterPattern(`A filter pattern has at most ${LONGEST_PATTERN} characters`);
  }
  const unquoted = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  if ((unquoted.match(/%[^%]+%/g) ?? []).length > MOST_EXPRESSIONS) {
    throw new InvalidFilterPattern(`A filter pattern has at most ${MOST_EXPRESSIONS} regular expressions`);
  }
}
