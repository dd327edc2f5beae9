import { contextVariable } from '../../../local/services/apigateway/context-variables.ts';
import type { Exchange } from '../../../local/services/apigateway/exchange.ts';
import { compileHeaderSource, compileTemplate } from '../../../local/services/apigateway/mapping-template.ts';

const EXCHANGE = {
  requestId: 'r1',
  stage: { name: 'dev', variables: { color: 'blue' } },
  pathParameters: { id: '7' },
  request: {
    httpMethod: 'POST',
    query: { id: 'query', page: '2' },
    headers: { 'X-A': 'A' },
    header: (name: string) => (name === 'x-a' ? 'A' : undefined),
  },
  authorization: { principalId: 'p', context: { clientId: 'c' } },
  body: Buffer.from('{"a":{"b":[1]},"text":"t"}'),
} as unknown as Exchange;

const fill = (text: string, missing?: string) => compileTemplate(text, 'the test', missing)(EXCHANGE);

describe('a mapping template', () => {
  it.each([
    ['plain text, $5 and a # alone', 'plain text, $5 and a # alone'],
    ['{"id":"$context.requestId"}', '{"id":"r1"}'],
    ['$context.httpMethod/${context.stage}x', 'POST/devx'],
    ['$context.authorizer.clientId $context.authorizer.principalId', 'c p'],
    ['$stageVariables.color', 'blue'],
    ["$input.json('$')", '{"a":{"b":[1]},"text":"t"}'],
    ["$input.json('$.a.b') $input.json('$.text')", '[1] "t"'],
    ["$input.json('$.constructor')", '""'],
    ["$input.params('id') $input.params('page') $input.params('x-a') $input.params('none')", '7 2 A '],
    ['$input.body', '{"a":{"b":[1]},"text":"t"}'],
    ['#set($who = $input.params("page"))<$who|${who}>', '<2|2>'],
    ['$input.params().querystring.get("page") $input.params().header.get("X-A")|', '2 A|'],
    ['#if($input.params("page") == "2")two#else other#end', 'two'],
    ['#if($context.httpMethod == "GET")get#elseif($context.httpMethod == "POST")post#{else}none#end!', 'post!'],
    ['#if(($context.stage == "x" || $context.stage == \'dev\') && !false)yes#end', 'yes'],
    ['#if($context.authorizer.unknown)known#{else}unknown#end', 'unknown'],
    ['#if($input.params().header.get("none") == "")empty#end', 'empty'],
    // A directive that has a line to itself leaves none behind.
    ['a\n  #if(true)\nb ## why\n  #end\nc', 'a\nb c'],
    ['#set($a = 7)\n#if($a != 8)$a#end', '7'],
  ])('turns %s into %s', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it('writes what a log asks for where a value is missing', () => {
    expect(fill('$context.authorizer.unknown $context.status', '-')).toBe('- -');
  });

  it.each([
    ['#foreach($a in $b)#end', 'the directive #foreach'],
    ['#* block *#', 'the directive #*'],
    ['#set($a = $input.path("$.a"))', 'the expression $input.path("$.a")'],
    ['#set($a.b = 1)', '#set($a.b = 1)'],
    ['#set($a = 1 + 1)', 'the expression 1 + 1'],
    ['#set($a = "x$b")', 'the expression "x$b"'],
    ['#if($a == 1)x#end', 'the expression $a'],
    ['#if(true)x', 'an #if without #end'],
    ['x#end', 'an #end, #else or #elseif without #if'],
    ['#if true', 'a directive without parentheses'],
    ['$util.escapeJavaScript("x")', 'the expression $util.escapeJavaScript("x")'],
    ['$inputRoot', 'the expression $inputRoot'],
    ["$input.path('$.a')", "the expression $input.path('$.a')"],
    ["$input.json('$.a[0]')", 'the JSON path $.a[0]'],
    ['$context.identity.clientCert.clientCertPem', 'the expression $context.identity.clientCert.clientCertPem'],
  ])('refuses %s by name', (text, what) => {
    expect(() => compileTemplate(text, 'the test')).toThrow(`The local host does not serve ${what} in the test`);
  });

  it('maps headers from literals and context variables only', () => {
    expect(compileHeaderSource("'a, b'", 'the test')(EXCHANGE)).toBe('a, b');
    expect(compileHeaderSource('context.requestId', 'the test')(EXCHANGE)).toBe('r1');
    expect(() => compileHeaderSource('integration.response.header.X', 'the test')).toThrow(
      'does not serve the mapping expression integration.response.header.X in the test',
    );
  });

  it('knows no variable that every object has', () => {
    expect(contextVariable('constructor')).toBeUndefined();
  });
});
