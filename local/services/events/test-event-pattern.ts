import { validationError } from './events-errors.ts';
import { parseObject } from './event-entry.ts';
import { matches } from './patterns/match-event.ts';
import { compileOrRefuse } from './rule.ts';

/** What an event must have for TestEventPattern to look at it. */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** TestEventPattern. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export function testEventPattern(eventPattern: string, event: string): { Result: boolean } {
  const pattern = compileOrRefuse(eventPattern);
  const parsed = parseObject(event);
  if (!parsed) throw validationError('Parameter Event is not valid. Reason: Event must be a JSON object.');
  const missing = REQUIRED.find((name) => !Object.hasOwn(parsed, name));
  if (missing !== undefined) {
    throw validationError(`Parameter Event is not valid. Reason: ${missing} is a required field of an event.`);
  }
  return { Result: matches(pattern, parsed) };
}
