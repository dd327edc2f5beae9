interface Variable {
  readonly value: unknown;
  readonly eventId: number;
  /** Length as JSON, once somebody has asked. */
  bytes?: number;
}

/**
 * The variables of one workflow: the machine, a branch or an iteration. Inner workflows read those of outer ones and lose
 * their own when they end.
 */
export class Scope {
  private readonly outer: Scope | undefined;
  private readonly own = new Map<string, Variable>();
  private flat: Readonly<Record<string, unknown>> | undefined;

  constructor(outer?: Scope) {
    this.outer = outer;
  }

  /** All variables in sight, by name without `$`. */
  get variables(): Readonly<Record<string, unknown>> {
    if (this.own.size === 0) return this.outer ? this.outer.variables : {};
    // Outer variables cannot change while an inner workflow runs, so the flat form lives until the next assignment here.
    this.flat ??= {
      ...this.outer?.variables,
      ...Object.fromEntries([...this.own].map(([name, { value }]) => [name, value])),
    };
    return this.flat;
  }

  /** Bytes of the variables of this workflow alone as JSON, those with other names than these. */
  bytesBeside(names: Readonly<Record<string, unknown>>): number {
    let sum = 0;
    for (const [name, variable] of this.own)
      if (!Object.hasOwn(names, name)) sum += variable.bytes ??= jsonBytes(variable.value);
    return sum;
  }

  /** Assigns what the event with this id shows as assigned. */
  assign(variables: Readonly<Record<string, unknown>>, eventId: number): void {
    for (const [name, value] of Object.entries(variables)) this.own.set(name, { value, eventId });
    this.flat = undefined;
  }

  /** For each variable of this workflow the event that assigned it: all that must be kept. */
  get origins(): Record<string, number> | undefined {
    if (this.own.size === 0) return undefined;
    return Object.fromEntries([...this.own].map(([name, { eventId }]) => [name, eventId]));
  }
}

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
