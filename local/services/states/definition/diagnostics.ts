/** One thing that is wrong with a definition, as ValidateStateMachineDefinition lists it. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  readonly location: string;
}

export type DiagnosticCode =
  | 'DUPLICATE_LABEL_NAME'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSON_DESCRIPTION'
  | 'INVALID_LABEL_NAME'
  | 'INVALID_RESOURCE'
  | 'INVALID_STATE_NAME'
  | 'MISSING_END_STATE'
  | 'MISSING_TRANSITION_TARGET'
  | 'SCHEMA_VALIDATION_FAILED';

/** Collects what is wrong, so that one refusal names everything. */
export class Diagnostics {
  readonly found: Diagnostic[] = [];

  add(code: DiagnosticCode, location: string, message: string): void {
    this.found.push({ severity: 'ERROR', code, message, location: location === '' ? '/' : location });
  }

  schema(location: string, message: string): void {
    this.add('SCHEMA_VALIDATION_FAILED', location, message);
  }
}

/** The text with which CreateStateMachine refuses. */
export function refusal(diagnostics: readonly Diagnostic[]): string {
  const reasons = diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location}`);
  return `Invalid State Machine Definition: '${reasons.join(', ')}'`;
}
