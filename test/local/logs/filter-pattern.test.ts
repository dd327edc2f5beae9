import { compileFilterPattern } from '../../../local/services/logs/filter-pattern/compile-filter-pattern.ts';
import { InvalidFilterPattern, LogText } from '../../../local/services/logs/filter-pattern/filter-match.ts';

const event = JSON.stringify({
  'detail-type': 'OrderRejected',
  eventType: 'UpdateTrail',
  amount: 120,
  ok: true,
  nothing: null,
  users: [{ id: 'ann' }, { id: 'bob' }],
  nested: { path: '/v1/orders' },
});

function matching(pattern: string, line: string): boolean {
  return compileFilterPattern(pattern)(new LogText(line)) !== undefined;
}

describe('A filter pattern of terms', () => {
  test.each([
    ['', 'anything', true],
    ['ERROR', '[ERROR] 401', true],
    ['ERROR', 'error', false],
    ['ERROR 401', 'ERROR 402', false],
    ['?ERROR ?WARN', 'WARN here', true],
    ['?ERROR ?WARN', 'INFO here', false],
    ['ERROR -EXITING', 'ERROR EXITING', false],
    ['ERROR -EXITING', 'ERROR running', true],
    ['"two words"', 'one two words', true],
    ['"two words"', 'two other words', false],
    ['%4[0-9]{2}%', 'status 404', true],
    ['%4[0-9]{2}%', 'status 504', false],
    ['"[ERROR]" ünïcode_1', '[ERROR] ünïcode_1', true],
    ['-"two words"', 'one two words', false],
    ['ERROR ?WARN', 'ERROR', true],
    ['"a \\"b\\""', 'x a "b" y', true],
  ])('%s on "%s" is %s', (pattern, line, expected) => {
    expect(matching(pattern, line)).toBe(expected);
  });
});

describe('A filter pattern for JSON', () => {
  test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = "Update*" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.eventType != "UpdateTrail" }', false],
    ['{ $.missing != "x" }', false],
    ['{ $.detail-type = "OrderRejected" }', true],
    ['{ $["detail-type"] = "OrderRejected" }', true],
    ['{ $.amount > 100 }', true],
    ['{ $.amount <= 1.19e2 }', false],
    ['{ $.ok IS TRUE }', true],
    ['{ $.ok IS FALSE }', false],
    ['{ $.nothing IS NULL }', true],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.amount NOT EXISTS }', false],
    ['{ $.users[1].id = "bob" }', true],
    ['{ $.users[2].id = "bob" }', false],
    ['{ $.nested.path = %^/v1/% }', true],
    ['{ ($.amount > 500 || $.ok IS TRUE) && ($.eventType = "Update*") }', true],
    ['{ $.amount > 500 || $.ok IS TRUE && $.eventType = "Other" }', false],
  ])('%s is %s', (pattern, expected) => {
    expect(matching(pattern, event)).toBe(expected);
  });

  test('does not match a line that is no JSON', () => {
    expect(matching('{ $.a NOT EXISTS }', 'plain text')).toBe(false);
    expect(matching('{ $.a NOT EXISTS }', '{ broken')).toBe(false);
  });

  test('gives the values of its fields', () => {
    const found = compileFilterPattern('{ $.amount > 1 }')(new LogText(event));
    expect(found?.field('$.amount')).toBe(120);
    expect(found?.field('$.users[0].id')).toBe('ann');
    expect(found?.field('$.missing')).toBeUndefined();
  });
});

describe('A filter pattern for fields split by spaces', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  test.each([
    ['[ip, id, user, time, request, status, bytes]', true],
    ['[ip, id, user, time, request, status]', false],
    ['[ip, id, user, time, request, status = 4*, bytes > 1000]', true],
    ['[ip, id, user, time, request, status = 5*, bytes]', false],
    ['[..., status = 404 || status = 410, bytes]', true],
    ['[ip = %127\\.0\\.0\\.%, ..., bytes >= 1534]', true],
    ['[ip, id, user, time, request = "GET /index.html*", ...]', true],
    ['[ip, ..., request != "GET*", status, bytes]', false],
    ['[ip, ..., request = "a, b" || request = "GET *", status, bytes]', true],
    ['[ip = %^[0-9]{1,3}[.]0%, ..., status != 5* && status != 3*, bytes]', true],
    ['[ip, ..., status != 5* && status != 404, bytes]', false],
    ['[..., request = %index[.]html|main%, , ]', true],
  ])('%s is %s', (pattern, expected) => {
    expect(matching(pattern, line)).toBe(expected);
  });

  test('gives the values of its columns', () => {
    expect(compileFilterPattern('[..., bytes]')(new LogText(line))?.field('$bytes')).toBe('1534');
  });
});

test.each([
  '{ $.a = }',
  '{ $.a = 1',
  '{ a = 1 }',
  '{ $.a IS MAYBE }',
  '{ ($.a = 1 }',
  '[a',
  '[a, ..., b, ...]',
  '{ $.a > "x" }',
  'two-words',
  '[ERROR',
  '%a% %b% %c%',
  `"${'a'.repeat(1024)}"`,
])('%s is no filter pattern', (pattern) => {
  expect(() => compileFilterPattern(pattern)).toThrow(InvalidFilterPattern);
});
