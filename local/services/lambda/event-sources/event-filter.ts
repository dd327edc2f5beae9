import { AwsError } from '../../../aws-error.ts';
import { compilePattern, InvalidPattern } from '../../events/patterns/compile-pattern.ts';
import { matches } from '../../events/patterns/match-event.ts';
import type { MappingProperties } from './mapping.ts';

export type EventFilter = (record: object) => boolean;

/** A record passes if any of the filters matches it; all pass where there is none. */
export function compileFilters(properties: MappingProperties): EventFilter {
  const filters = properties.FilterCriteria?.Filters ?? [];
  if (filters.length === 0) return () => true;
  const patterns = filters.map(({ Pattern }) => compile(Pattern ?? '{}'));
  return (record) => patterns.some((pattern) => matches(pattern, record));
}

function compile(pattern: string): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    throw new AwsError('InvalidParameterValueException', `Invalid filter pattern definition. (${error.message})`);
  }
}
