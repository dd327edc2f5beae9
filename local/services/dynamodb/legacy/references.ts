import type { Placeholders } from '../expressions/placeholders.ts';
import type { Path, ValueReference } from '../expressions/syntax.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { acceptValue } from '../values/validation.ts';

/**
 * Makes the references of expressions for parameters that have none: attribute names and values stand in those themselves. All
 * parameters of one request share one, as its expressions share their placeholders.
 */
export class References {
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, AttributeValue> = {};
  private count = 0;

  /** A whole attribute: a dot in its name is part of the name. */
  attribute(name: string): Path {
    const placeholder = `#${String(this.count++)}`;
    this.names[placeholder] = name;
    return { kind: 'path', steps: [placeholder] };
  }

  value(given: unknown): ValueReference {
    const placeholder = `:${String(this.count++)}`;
    this.values[placeholder] = acceptValue(given);
    return { kind: 'value', name: placeholder };
  }

  valueOf({ name }: ValueReference): AttributeValue {
    return this.values[name] as AttributeValue;
  }

  placeholders(): Placeholders {
    return { names: this.names, values: this.values };
  }
}
