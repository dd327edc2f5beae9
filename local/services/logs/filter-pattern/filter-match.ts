/** One line of a log; as JSON it is parsed once, however many patterns look at it. */
export class LogText {
  readonly message: string;
  private parsed: { readonly document: unknown } | undefined;

  constructor(message: string) {
    this.message = message;
  }

  /** The line as JSON; undefined when it is neither an object nor an array. */
  get document(): unknown {
    this.parsed ??= { document: parse(this.message) };
    return this.parsed.document;
  }
}

function parse(message: string): unknown {
  // Most lines that are not JSON are told apart without the cost of an exception.
  const start = message.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}

/** What a pattern finds in a line: a match, and where fields have names, their values. */
export interface FilterMatch {
  /** The selectors that the pattern names, in its order. */
  readonly selectors: readonly string[];
  /** Value of a selector (`$.latency`, `$bytes`) in the matched line; undefined where the line has none. */
  field(selector: string): unknown;
}

export type FilterPattern = (line: LogText) => FilterMatch | undefined;

/** Why a text is no filter pattern. */
export class InvalidFilterPattern extends Error {}
