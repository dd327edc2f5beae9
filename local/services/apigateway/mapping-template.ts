import { notServed } from '../../aws-error.ts';
import { contextVariable } from './context-variables.ts';
import type { TemplateScope } from './template-scope.ts';

/** A compiled template: the text for one request. */
export type MappingTemplate = (scope: TemplateScope) => string;

type Part = (scope: TemplateScope) => string | number | null | undefined;

const PATH = String.raw`([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(\(\s*(?:'[^']*'|"[^"]*")?\s*\))?`;

/** `$name.path`, with an optional argument in quotes, also in the forms `${…}` and `$!…`. */
const REFERENCE = new RegExp(String.raw`\$!?(?:\{${PATH}\}|${PATH})`, 'g');

/**
 * Compiles the part of VTL that the host serves: text with `$context.…`, `$stageVariables.…`, `$input.body`,
 * `$input.json('$.a.b')` and `$input.params('name')`. Everything else (directives, `$util`, …) is refused by name, since a
 * template that runs differently here than on AWS is worse than one that does not run.
 *
 * @param missing what a variable without a value becomes: nothing in templates, `-` in access logs.
 */
export function compileTemplate(text: string, where: string, missing = ''): MappingTemplate {
  const directive = /#(?:set|if|elseif|else|end|foreach|macro|parse|include|stop|break|define|evaluate)\b|##|#\*/.exec(
    text,
  );
  if (directive) throw notServed(`the directive ${directive[0]} in ${where}`);
  const parts: Part[] = [];
  let read = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const literal = text.slice(read, match.index);
    parts.push(() => literal, compileReference(match, where));
    read = match.index + match[0].length;
  }
  const rest = text.slice(read);
  parts.push(() => rest);
  return (scope) => parts.map((part) => part(scope) ?? missing).join('');
}

/** A header mapping: `'a literal'` in single quotes, or `context.requestId` without a dollar. */
export function compileHeaderSource(text: string, where: string): MappingTemplate {
  const [, literal] = /^'(.*)'$/s.exec(text) ?? [];
  if (literal !== undefined) return () => literal;
  const [, name] = /^context\.(.+)$/.exec(text) ?? [];
  const variable = name === undefined ? undefined : contextVariable(name);
  if (!variable) throw notServed(`the mapping expression ${text} in ${where}`);
  return (scope) => String(variable(scope) ?? '');
}

function compileReference([written, braced, bracedCall, bare, bareCall]: RegExpExecArray, where: string): Part {
  const [root, ...rest] = (braced ?? bare ?? '').split('.');
  const name = rest.join('.');
  const call = bracedCall ?? bareCall;
  const called = call !== undefined;
  const [, argument] = /^\(\s*['"](.*)['"]\s*\)$/s.exec(call ?? '') ?? [];
  if (root === 'context' && !called) {
    const variable = contextVariable(name);
    if (variable) return variable;
  }
  if (root === 'stageVariables' && !called) return ({ stage }) => stage.variables?.[name];
  if (root === 'input' && name === 'body' && !called) return ({ body }) => body.toString('utf8');
  if (root === 'input' && name === 'json' && argument !== undefined) return inputJson(argument, where);
  if (root === 'input' && name === 'params' && argument !== undefined) return inputParameter(argument);
  throw notServed(`the expression ${written} in ${where}`);
}

/** `$input.json('$')` and plain member paths below it, as JSON text. */
function inputJson(path: string, where: string): Part {
  if (!/^\$(\.[A-Za-z0-9_-]+)*$/.test(path)) throw notServed(`the JSON path ${path} in ${where}`);
  const members = path.split('.').slice(1);
  return ({ body }) => {
    let value = parse(body.toString('utf8'));
    for (const member of members) {
      const owner = value as Record<string, unknown> | null | undefined;
      value = owner !== null && typeof owner === 'object' && Object.hasOwn(owner, member) ? owner[member] : undefined;
    }
    return value === undefined ? '""' : JSON.stringify(value);
  };
}

/** Path, query string, header: the order in which API Gateway looks a parameter up. */
function inputParameter(name: string): Part {
  return ({ pathParameters, request }) => pathParameters?.[name] ?? request.query?.[name] ?? request.header(name);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A body that is no JSON has no members; API Gateway then gives empty strings.
    return undefined;
  }
}
