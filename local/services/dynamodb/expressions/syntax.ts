/*
 * Expressions as they are after parsing: still with their placeholders, so that one parsed text serves every request that has
 * the same text, whatever names and values it brings.
 */

/** One step of a document path: an attribute name, a placeholder for one (`#name`), or an index into a list. */
export type Step = string | number;

export interface Path {
  readonly kind: 'path';
  readonly steps: readonly Step[];
}

/** A placeholder for a value, such as `:price`. */
export interface ValueReference {
  readonly kind: 'value';
  readonly name: string;
}

export interface SizeOf {
  readonly kind: 'size';
  readonly of: Path | ValueReference;
}

export type Operand = Path | ValueReference | SizeOf;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: Path }
  | { readonly kind: 'attribute_type' | 'begins_with' | 'contains'; readonly left: Operand; readonly right: Operand };

export type SetOperand =
  | Path
  | ValueReference
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: SetOperand }
  | { readonly kind: 'list_append'; readonly left: SetOperand; readonly right: SetOperand };

export type SetValue = SetOperand | { readonly kind: '+' | '-'; readonly left: SetOperand; readonly right: SetOperand };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly value: SetValue }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: ValueReference }[];
  readonly delete: readonly { readonly path: Path; readonly value: ValueReference }[];
}

export interface Projection {
  readonly paths: readonly Path[];
}

/** A parsed expression with the placeholders that it uses. */
export interface Compiled<Syntax> {
  readonly syntax: Syntax;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}
