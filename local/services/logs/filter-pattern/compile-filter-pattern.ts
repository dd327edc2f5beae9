import { type FilterMatch, type FilterPattern } from './filter-match.ts';
import { compileJsonPattern } from './json-pattern.ts';
import { compileSpacePattern } from './space-pattern.ts';
import { compileTermPattern } from './term-pattern.ts';

const WITHOUT_FIELDS: FilterMatch = { field: () => undefined };

/**
 * Compiles a filter pattern of CloudWatch Logs: terms, `{ JSON conditions }` or `[space, delimited, fields]`; an empty one
 * matches every line. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(source: string): FilterPattern {
  const text = source.trim();
  if (text === '') return () => WITHOUT_FIELDS;
  if (text.startsWith('{')) return compileJsonPattern(text);
  if (text.startsWith('[')) return compileSpacePattern(text);
  const holds = compileTermPattern(text);
  return (line) => (holds(line.message) ? WITHOUT_FIELDS : undefined);
}
