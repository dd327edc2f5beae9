import { notServed } from '../../aws-error.ts';
import { contextVariable } from './context-variables.ts';
import type { TemplateRun } from './mapping-template.ts';
import type { TemplateScope } from './template-scope.ts';

export type Value = string | number | boolean | null | undefined;

const PATH = String.raw`([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(\(\s*(?:'[^']*'|"[^"]*")?\s*\))?`;
const ALL_PARAMETERS = String.raw`input\.params\(\s*\)\.(header|querystring|path)\.get\(\s*(?:'([^']*)'|"([^"]*)")\s*\)`;

/** `$name.path`, with an optional argument in quotes, also in the forms `${…}` and `$!…`. */
export const REFERENCE = String.raw`\$!?(?:\{?${ALL_PARAMETERS}\}?|\{${PATH}\}|${PATH})`;

/** Reads a reference; one to a variable only where the template sets it. Throws, naming it, for what is not served. */
export function compileReference(
  [written, place, single, double, braced, bracedCall, bare, bareCall]: RegExpExecArray,
  where: string,
  variables: ReadonlySet<string>,
): (run: TemplateRun) => Value {
  if (place !== undefined) {
    const read = oneParameter(place, single ?? double ?? '');
    return ({ scope }) => read(scope);
  }
  const path = braced ?? bare ?? '';
  const call = bracedCall ?? bareCall;
  if (call === undefined && variables.has(path)) return (run) => run.variables.get(path);
  const read = scopeReference(path, call, where);
  if (!read) throw notServed(`the expression ${written} in ${where}`);
  return ({ scope }) => read(scope);
}

function scopeReference(
  path: string,
  call: string | undefined,
  where: string,
): ((scope: TemplateScope) => Value) | undefined {
  const [root, ...rest] = path.split('.');
  const name = rest.join('.');
  const [, argument] = /^\(\s*['"](.*)['"]\s*\)$/s.exec(call ?? '') ?? [];
  if (call === undefined) {
    if (root === 'context') return contextVariable(name);
    if (root === 'stageVariables') return ({ stage }) => stage.variables?.[name];
    return root === 'input' && name === 'body' ? ({ body }) => body.toString('utf8') : undefined;
  }
  if (root !== 'input' || argument === undefined) return undefined;
  if (name === 'json') return inputJson(argument, where);
  return name === 'params' ? inputParameter(argument) : undefined;
}

/** `$input.params().header.get('Origin')`: names are as the client wrote them. */
function oneParameter(place: string, name: string): (scope: TemplateScope) => Value {
  const own = (values: Readonly<Record<string, string>> | null): string =>
    values && Object.hasOwn(values, name) ? (values[name] ?? '') : '';
  if (place === 'header') return ({ request }) => own(request.headers);
  return place === 'querystring' ? ({ request }) => own(request.query) : ({ pathParameters }) => own(pathParameters);
}

/** `$input.json('$')` and plain member paths below it, as JSON text. */
function inputJson(path: string, where: string): (scope: TemplateScope) => Value {
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
function inputParameter(name: string): (scope: TemplateScope) => Value {
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
