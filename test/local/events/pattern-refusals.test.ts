import fc from 'fast-check';
import { compilePattern, InvalidPattern } from '../../../local/services/events/patterns/compile-pattern.ts';
import { matches } from '../../../local/services/events/patterns/match-event.ts';
import { parseWildcard, wildcardMatcher } from '../../../local/services/events/patterns/wildcard.ts';

function reason(source: string): string {
  try {
    compilePattern(source);
  } catch (error) {
    if (error instanceof InvalidPattern) return error.message.split('\n')[0] ?? '';
    throw error;
  }
  return 'none';
}

const field = (value: unknown) => JSON.stringify({ f: value });

it.each([
  ['["a"]', 'Filter is not an object'],
  ['{}', 'Empty objects are not allowed'],
  ['{"f": {}}', 'Empty objects are not allowed'],
  ['{"f": "a"}', '"f" must be an object or an array'],
  ['{"f": 1}', '"f" must be an object or an array'],
  ['not json', "Unexpected character ('n' (code 110))"],
  ['{"f": ["a"]', 'Unexpected end-of-input'],
  ["{'f': ['a']}", "Unexpected character (''' (code 39))"],
  [field([]), 'Empty arrays are not allowed'],
  [field([['a']]), 'Match value must be String, number, true, false, or null'],
  [field([{}]), 'Match expression name not found'],
  [field([{ regex: 'a' }]), 'Unrecognized match type regex'],
  [field([{ toString: 'a' }]), 'Unrecognized match type toString'],
  [field([{ prefix: 'a', suffix: 'b' }]), 'Only one key allowed in match expression'],
  ['{"f": [{"prefix": "a", "prefix": "b"}]}', 'Only one key allowed in match expression'],
  [field([{ prefix: 1 }]), 'prefix match pattern must be a string'],
  [field([{ prefix: { wildcard: 'a' } }]), 'Unsupported prefix pattern: wildcard'],
  [field([{ suffix: ['a'] }]), 'suffix match pattern must be a string'],
  [field([{ 'equals-ignore-case': ['a'] }]), 'equals-ignore-case match pattern must be a string'],
  [field([{ exists: 'yes' }]), 'exists match pattern must be either true or false.'],
  [field([{ wildcard: 'a**' }]), 'Consecutive wildcard characters at pos 2'],
  [field([{ wildcard: 'a\\b' }]), 'Invalid escape character at pos 2'],
  [field([{ cidr: '10.0.0.0' }]), "Malformed CIDR, one '/' required"],
  [field([{ cidr: '10.0.0.0/x' }]), 'Malformed CIDR, mask bits must be an integer'],
  [field([{ cidr: '10.0.0.0/32' }]), 'IPv4 mask bits must be < 32'],
  [field([{ cidr: '10.0.0.256/8' }]), 'Nonstandard IP address: 10.0.0.256'],
  [field([{ cidr: '::/128' }]), 'IPv6 mask bits must be < 128'],
  [field([{ numeric: '>' }]), 'Value of numeric must be an array.'],
  [field([{ numeric: [] }]), 'Invalid member in numeric match: ]'],
  [field([{ numeric: ['!=', 1] }]), 'Unrecognized numeric range operator: !='],
  [field([{ numeric: ['>', '1'] }]), 'Value of > must be numeric'],
  [field([{ numeric: ['=', 1, '<', 2] }]), 'Too many elements in numeric expression'],
  [field([{ numeric: ['>', 1, '>', 2] }]), 'Bad numeric range operator: >'],
  [field([{ numeric: ['>', 2, '<', 1] }]), 'Bottom must be less than top'],
  [field([{ numeric: ['>', 0, '<', 1, 2] }]), 'Too many terms in numeric range expression'],
  [field([{ numeric: ['>', 5e9 + 1] }]), 'Value must be between -5.0E9 and 5.0E9, inclusive'],
  [field([{ 'anything-but': null }]), 'Value of anything-but must be an array or single string/number value.'],
  [field([{ 'anything-but': ['a', 1] }]), 'Inside anything but list, either all values are number or string, mixed type is not supported'], // prettier-ignore
  [field([{ 'anything-but': [] }]), 'Inside anything but list, either all values are number or string, mixed type is not supported'], // prettier-ignore
  [field([{ 'anything-but': ['a', null] }]), 'Inside anything but list, start|null|boolean is not supported.'],
  [field([{ 'anything-but': { numeric: ['>', 1] } }]), 'Unsupported anything-but pattern: numeric'],
  [field([{ 'anything-but': { prefix: '' } }]), 'Null prefix/suffix not allowed'],
  [field([{ 'anything-but': { suffix: [1] } }]), 'prefix/suffix match pattern must be a string'],
  [field([{ 'anything-but': { wildcard: ['*', '**'] } }]), 'Consecutive wildcard characters at pos 1'],
  ['{"$or": {"a": [1]}}', 'It must be an Array followed with $or.'],
  ['{"$or": [{"a": [1]}]}', 'There must have at least 2 Objects in $or relationship.'],
  ['{"$or": [1, 2]}', 'Only JSON object is allowed in array of $or relationship.'],
  ['{"$or": [{"a": [1]}, {"prefix": ["x"]}]}', 'prefix is Ruler reserved fieldName which cannot be used inside $or.'],
])('%s is refused: %s', (source, expected) => {
  expect(reason(source)).toBe(expected);
});

it('$or that multiplies to over 1000 combinations is refused, up to that it is taken', () => {
  const or = (ways: number) => ({ $or: Array.from({ length: ways }, (_, way) => ({ [`x${String(way)}`]: [1] })) });
  expect(reason(JSON.stringify({ a: or(10), b: or(10), c: or(10) }))).toBe('none');
  expect(reason(JSON.stringify({ a: or(10), b: or(10), c: or(11) }))).toBe(
    '$or must not give over 1000 rule combinations',
  );
});

it('the reason says where, as Jackson does', () => {
  expect(() => compilePattern('{\n  "f": []}')).toThrow('\n at [Source: (String)"{\n  "f": []}"; line: 2, column: 10]');
});

describe('wildcards that could match too many ways', () => {
  const TOO_COMPLEX =
    'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';
  it('are refused', () => {
    expect(reason(field([{ wildcard: '*:*:*:*:*:event-bus/*' }]))).toBe(TOO_COMPLEX);
    expect(reason(field(['bif', 'tif', 'tiff', 'svs'].map((end) => ({ wildcard: `*/sync/*.${end}` }))))).toBe(
      TOO_COMPLEX,
    );
  });
  it('are taken while they are few', () => {
    expect(reason(field([{ wildcard: '/home/*/dir/dir/dir/doc.txt' }]))).toBe('none');
    expect(reason(field(['bif', 'tif', 'tiff', 'svs'].map((end) => ({ wildcard: `*.${end}` }))))).toBe('none');
    expect(reason(field(['bif', 'tif'].map((end) => ({ wildcard: `*/sync/*.${end}` }))))).toBe('none');
  });
});

describe('for any input', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));

  it('a wildcard matches what a regular expression of the same meaning matches', () => {
    const text = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab]{0,8}$/), (raw, candidate) => {
        const pattern = raw.replace(/\*+/g, '*');
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(candidate);
        expect(wildcardMatcher(parseWildcard(pattern))(candidate)).toBe(expected);
      }),
    );
  });

  it('an event that is turned into a pattern of its own values matches it', () => {
    const event = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), leaf, { minKeys: 1 });
    fc.assert(
      fc.property(event, (fields) => {
        const pattern = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
        expect(matches(compilePattern(JSON.stringify(pattern)), fields)).toBe(true);
      }),
    );
  });

  it('anything-but a text is the opposite of the text, on a field that is there', () => {
    fc.assert(
      fc.property(fc.string(), leaf, (text, value) => {
        const but = compilePattern(field([{ 'anything-but': text }]));
        expect(matches(but, { f: value })).toBe(value !== text);
      }),
    );
  });
});
