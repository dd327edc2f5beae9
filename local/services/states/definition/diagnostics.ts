/** One thing that is wrong with a definition, as ValidateStateMachineDefinition lists it. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** Left out where the fault is that of a whole workflow or text. */
  readonly location?: string;
}

export type DiagnosticCode =
  | 'DUPLICATE_LABEL_NAME'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSON_DESCRIPTION'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'INVALID_LABEL_NAME'
  | 'INVALID_RESOURCE'
  | 'INVALID_STATE_NAME'
  | 'MISSING_END_STATE'
  | 'MISSING_TRANSITION_TARGET'
  | 'POSSIBLY_UNDEFINED_VARIABLE'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

/** Collects what is wrong, so that one refusal names everything. */
export class Diagnostics {
  readonly found: Diagnostic[] = [];

  add(code: DiagnosticCode, location: string | undefined, message: string): void {
    const place = location === undefined ? {} : { location: location === '' ? '/' : location };
    this.found.push({ severity: 'ERROR', code, message, ...place });
  }

  /** What does not keep a definition from being created. */
  warn(code: DiagnosticCode, location: string, message: string): void {
    this.found.push({ severity: 'WARNING', code, message, location });
  }

  schema(location: string, message: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', location, message);
  }
}

/** The text with which CreateStateMachine refuses. */
export function refusal(diagnostics: readonly Diagnostic[]): string {
  const reasons = diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`);
  return `Invalid State Machine Definition: '${reasons.join(', ')}'`;
}
