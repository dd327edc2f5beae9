import { notServed } from '../../aws-error.ts';
import { contextVariable } from './context-variables.ts';
import type { Value } from './template-reference.ts';
import { readTemplate, type TemplateNode } from './template-parser.ts';
import type { TemplateScope } from './template-scope.ts';

/** A compiled template: the text for one request. */
export type MappingTemplate = (scope: TemplateScope) => string;

/** One run of a template: the request, and what `#set` has set so far. */
export interface TemplateRun {
  readonly scope: TemplateScope;
  readonly variables: Map<string, Value>;
}

/**
 * Compiles the part of VTL that the host serves: text with `$context.…`, `$stageVariables.…`, `$input.body`,
 * `$input.json('$.a.b')`, `$input.params('name')` and `$input.params().header.get('Name')`, `#set` of variables and of
 * `$context.responseOverride`, `#if` with comparisons, and comments. Everything else (loops, `$util`, …) is refused by name,
 * since a template that runs differently here than on AWS is worse than one that does not run.
 *
 * @param missing what a variable without a value becomes: nothing in templates, `-` in access logs.
 */
export function compileTemplate(text: string, where: string, missing = ''): MappingTemplate {
  const nodes = readTemplate(text, where);
  return (scope) => write(nodes, { scope, variables: new Map() }, missing);
}

function write(nodes: readonly TemplateNode[], run: TemplateRun, missing: string): string {
  return nodes.map((node) => writeNode(node, run, missing)).join('');
}

function writeNode(node: TemplateNode, run: TemplateRun, missing: string): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'value':
      return String(node.value(run) ?? missing);
    case 'set':
      node.assign(run, node.value(run));
      return '';
    case 'if': {
      const branch = node.branches.find(({ condition }) => isTrue(condition(run)));
      return write(branch?.nodes ?? node.otherwise, run, missing);
    }
    default:
      return node satisfies never;
  }
}

/** As in Velocity 1, an empty text is something. */
function isTrue(value: Value): boolean {
  return value !== false && value !== null && value !== undefined;
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
