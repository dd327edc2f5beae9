import jsonata from 'jsonata';
import { EvaluationFault } from '../engine/errors.ts';
import { addAwsFunctions, type FunctionSources, OUT_OF_MEMORY } from './aws-functions.ts';
import { NOT_PLAIN, type PlainPath, plainPath, readPlainPath } from './plain-path.ts';

/** What an expression sees: `states` and the variables in scope, by name without `$`. */
export type Bindings = Readonly<Record<string, unknown>>;

/**
 * Bounds of one evaluation. Depth and length are where AWS was seen to draw them: it takes `1+1+…+1` of 100 terms and
 * `[1..873782]`, and nothing more. Its time is not known; five seconds are far above what a definition needs.
 */
const BOUNDS = { timeout: 5000, stack: 100, sequence: 873_782 } as const;

/** One JSONata expression, parsed once and evaluated many times. */
export class Expression {
  readonly text: string;
  /** Whether the text mentions the context object, which costs something to build. */
  readonly usesContext: boolean;
  private readonly plain: PlainPath | undefined;
  private readonly compiled: jsonata.Expression;

  constructor(text: string, compiled: jsonata.Expression) {
    this.text = text;
    this.compiled = compiled;
    this.plain = plainPath(text);
    // `$states` as a whole, however it is written, may show the context too.
    this.usesContext = this.plain
      ? this.plain.variable === 'states' && (this.plain.steps[0] ?? 'context') === 'context'
      : /context|\$states(?!\.(input|result|errorOutput)\b)|`|\*/.test(text);
  }

  get ast(): jsonata.ExprNode {
    return this.compiled.ast();
  }

  /** The value as JSON, or an EvaluationFault that says why there is none. */
  async evaluate(bindings: Bindings, location: string): Promise<unknown> {
    if (this.plain) {
      const value = readPlainPath(this.plain, bindings);
      if (value !== NOT_PLAIN) return this.defined(value, location);
    }
    let result: unknown;
    try {
      result = await this.compiled.evaluate(undefined, bindings);
    } catch (error) {
      throw this.fault(location, `threw an error during evaluation${described(error)}`);
    }
    if (typeof result === 'object' && result !== null) return this.asJson(result, location);
    return this.scalar(this.defined(result, location), location);
  }

  /** A fault of this expression in AWS's words. */
  fault(location: string, problem: string): EvaluationFault {
    return new EvaluationFault(
      `The JSONata expression '${this.text}' specified for the field '${location}' ${problem}`,
      location,
    );
  }

  private defined(value: unknown, location: string): unknown {
    if (value === undefined) throw this.fault(location, 'returned nothing (undefined).');
    return value;
  }

  private scalar(value: unknown, location: string): unknown {
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value === 'function') throw this.unsupported(location);
    return value;
  }

  /**
   * Results hold nothing but JSON: a function among them is refused, an infinite number becomes its name, and JSONata's
   * sequences, which are lists with members of their own, become plain lists (as variables they would be unwrapped again).
   */
  private asJson(value: object, location: string): unknown {
    if ('_jsonata_function' in value || '_jsonata_lambda' in value) throw this.unsupported(location);
    const json = Array.isArray(value) ? plainList(value) : value;
    for (const [key, item] of Object.entries(json) as [string, unknown][]) {
      const clean =
        typeof item === 'object' && item !== null ? this.asJson(item, location) : this.scalar(item, location);
      if (clean !== item) (json as Record<string, unknown>)[key] = clean;
    }
    return json;
  }

  private unsupported(location: string): EvaluationFault {
    return this.fault(location, 'returned an unsupported result type.');
  }
}

/** Compiles expressions, each text once. */
export class ExpressionCompiler {
  private readonly cache = new Map<string, Expression>();
  private readonly sources: FunctionSources;
  private readonly formatter = jsonata('$fromMillis($ms, $picture, $zone)');

  constructor(sources: FunctionSources) {
    this.sources = sources;
  }

  /** Throws what JSONata says about a text it cannot parse. */
  compile(text: string): Expression {
    const known = this.cache.get(text);
    if (known) return known;
    const compiled = jsonata(text, BOUNDS);
    addAwsFunctions(compiled, this.sources, (ms, picture, zone) =>
      this.formatter.evaluate(undefined, { ms, picture, zone }),
    );
    const expression = new Expression(text, compiled);
    this.cache.set(text, expression);
    return expression;
  }
}

/** The list without the marks that JSONata puts on a sequence (`sequence`, `push`, `keepSingleton`…). */
function plainList(list: readonly unknown[]): readonly unknown[] {
  return Object.keys(list).length === list.length ? list : Array.from(list);
}

/** JSONata's codes of a bound that was passed, and what AWS says then, without a code. */
const BOUND_PASSED: Readonly<Record<string, string>> = {
  D1011: `Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive. Depth=${BOUNDS.stack + 1} max=${BOUNDS.stack}`,
  D1012: 'Expression evaluation timeout: Check for infinite loop',
  D2014: OUT_OF_MEMORY,
  D2015: OUT_OF_MEMORY,
};

function described(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const bound = code === undefined ? message : BOUND_PASSED[code];
  return bound === undefined ? `. ${code}: ${message}` : `: ${bound}`;
}
