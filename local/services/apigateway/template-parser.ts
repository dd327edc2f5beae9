import { notServed } from '../../aws-error.ts';
import type { TemplateRun } from './mapping-template.ts';
import { compileExpression, type Expression } from './template-expression.ts';
import { compileReference, REFERENCE, type Value } from './template-reference.ts';

/** A template in parts. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'set'; readonly assign: (run: TemplateRun, value: Value) => void; readonly value: Expression }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly TemplateNode[] };

interface Branch {
  readonly condition: Expression;
  readonly nodes: readonly TemplateNode[];
}

const DIRECTIVE =
  /#\{?(set|if|elseif|else|end|foreach|macro|parse|include|stop|break|define|evaluate)\b\}?|##[^\n]*|#\*/g;
const SERVED = ['set', 'if', 'elseif', 'else', 'end'];

/** Reads a template. Throws, naming it and `where` it stands, for what is not served. */
export function readTemplate(text: string, where: string): TemplateNode[] {
  const parser = new TemplateParser(text, where);
  const nodes = parser.block();
  if (!parser.ended) throw notServed(`an #end, #else or #elseif without #if in ${where}`);
  return nodes;
}

class TemplateParser {
  private readonly text: string;
  private readonly where: string;
  /** What the template sets: other variables have no value, which is a mistake in the template. */
  private readonly variables: ReadonlySet<string>;
  private at = 0;

  constructor(text: string, where: string) {
    this.text = text;
    this.where = where;
    this.variables = new Set(
      [...text.matchAll(/#set\s*\(\s*\$\{?([A-Za-z]\w*)\}?\s*=/g)].map(([, name]) => name ?? ''),
    );
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  /** Up to the directive that ends the block, which is left for who began it. */
  block(): TemplateNode[] {
    const nodes: TemplateNode[] = [];
    while (!this.ended) {
      DIRECTIVE.lastIndex = this.at;
      const found = DIRECTIVE.exec(this.text);
      nodes.push(...this.literal(this.text.slice(this.at, found?.index), found !== null));
      this.at = found?.index ?? this.text.length;
      const name = found?.[1];
      if (name === 'end' || name === 'else' || name === 'elseif') return nodes;
      if (!found) break;
      this.at += found[0].length;
      if (found[0].startsWith('##')) this.skipLineEnd();
      else nodes.push(this.directive(found[0], name));
    }
    return nodes;
  }

  private directive(written: string, name: string | undefined): TemplateNode {
    if (name === undefined || !SERVED.includes(name)) throw notServed(`the directive ${written} in ${this.where}`);
    return name === 'set' ? this.assignment() : this.condition();
  }

  private assignment(): TemplateNode {
    const written = this.argument();
    const [, target = '', source = ''] = /^\s*\$!?\{?([\w.-]+)\}?\s*=(?!=)([\s\S]*)$/.exec(written) ?? [];
    const value = compileExpression(source, this.where, this.variables);
    return { kind: 'set', assign: this.target(target, written), value };
  }

  private target(name: string, written: string): (run: TemplateRun, value: Value) => void {
    const [, header] = /^context\.responseOverride\.header\.([\w-]+)$/.exec(name) ?? [];
    if (header !== undefined)
      return ({ scope }, value) => void (overrides(scope).headers[header] = String(value ?? ''));
    if (name === 'context.responseOverride.status') {
      return ({ scope }, value) => void (overrides(scope).status = Number(value));
    }
    if (!/^[A-Za-z]\w*$/.test(name)) throw notServed(`#set(${written}) in ${this.where}`);
    return ({ variables }, value) => void variables.set(name, value);
  }

  private condition(): TemplateNode {
    const branches: Branch[] = [];
    let otherwise: TemplateNode[] = [];
    for (let name = 'if'; name !== 'end'; name = this.next()) {
      if (name === 'else') otherwise = this.after();
      else {
        const condition = compileExpression(this.argument(), this.where, this.variables);
        branches.push({ condition, nodes: this.block() });
      }
    }
    this.skipLineEnd();
    return { kind: 'if', branches, otherwise };
  }

  private after(): TemplateNode[] {
    this.skipLineEnd();
    return this.block();
  }

  /** The directive at which a block has ended. */
  private next(): string {
    DIRECTIVE.lastIndex = this.at;
    const found = DIRECTIVE.exec(this.text);
    if (!found) throw notServed(`an #if without #end in ${this.where}`);
    this.at = found.index + found[0].length;
    return found[1] ?? '';
  }

  /** What stands in the parentheses behind a directive, which is over then. */
  private argument(): string {
    const opening = /\s*\(/y;
    opening.lastIndex = this.at;
    if (!opening.test(this.text)) throw notServed(`a directive without parentheses in ${this.where}`);
    const from = opening.lastIndex;
    const pieces = /"[^"]*"|'[^']*'|[()]/g;
    pieces.lastIndex = from;
    for (let depth = 1, piece = pieces.exec(this.text); piece; piece = pieces.exec(this.text)) {
      if (piece[0] === '(') depth += 1;
      if (piece[0] === ')') depth -= 1;
      if (depth > 0) continue;
      this.at = pieces.lastIndex;
      this.skipLineEnd();
      return this.text.slice(from, piece.index);
    }
    throw notServed(`a directive without ) in ${this.where}`);
  }

  /** A directive takes the rest of its line with it, if there is nothing else on it. */
  private skipLineEnd(): void {
    const rest = /[ \t]*\r?\n/y;
    rest.lastIndex = this.at;
    if (rest.test(this.text)) this.at = rest.lastIndex;
  }

  private literal(text: string, beforeDirective: boolean): TemplateNode[] {
    const shown = beforeDirective ? text.replace(/(^|\n)[ \t]+$/, '$1') : text;
    const nodes: TemplateNode[] = [];
    let read = 0;
    for (const match of shown.matchAll(new RegExp(REFERENCE, 'g'))) {
      nodes.push({ kind: 'text', text: shown.slice(read, match.index) });
      nodes.push({ kind: 'value', value: compileReference(match, this.where, this.variables) });
      read = match.index + match[0].length;
    }
    return [...nodes, { kind: 'text', text: shown.slice(read) }];
  }
}

function overrides(scope: TemplateRun['scope']): NonNullable<TemplateRun['scope']['override']> {
  scope.override ??= { headers: {} };
  return scope.override;
}
