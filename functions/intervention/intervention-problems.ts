import type { Decider, Decision, DecisionRecord, InterventionRecord } from '../../core/intervention.ts';
import type { Role } from '../../core/role.ts';
import { Problem } from '../shared/problem.ts';

export function interventionNotFound(): Problem {
  const detail = 'There is no order with this id that staff were ever called to.';
  return new Problem(404, 'intervention-not-found', 'Intervention not found', detail);
}

/** Somebody else was first: who, what and when. */
export function alreadyDecided({ number }: InterventionRecord, decided: DecisionRecord): Problem {
  const { decision, decidedBy, decidedAt } = decided;
  const detail = `Intervention ${number} was decided by ${nameOf(decidedBy)} at ${decidedAt}: ${decision}.`;
  const members = { decided: { decision, decidedBy, decidedAt } };
  return new Problem(409, 'intervention-decided', 'The intervention is decided', detail, { members });
}

function nameOf(decider: Decider): string {
  switch (decider.kind) {
    case 'person':
      return `${decider.subject} (${decider.role})`;
    case 'client':
      return `the client ${decider.subject}, which cancelled the order,`;
    case 'deadline':
      return 'its deadline';
  }
}

/** What cannot be done about the step that failed. */
export function decisionNotAllowed({ failedStep, allowedDecisions }: InterventionRecord, decision: Decision): Problem {
  const allowed = allowedDecisions.join(', ');
  const detail = `${decision} is not possible behind ${failedStep}. Decide one of: ${allowed}.`;
  return new Problem(409, 'decision-not-allowed', 'Decision not allowed', detail, {
    errors: [{ field: 'decision', message: `must be one of ${allowed}` }],
    members: { allowedDecisions },
  });
}

export function roleRequired(decision: Decision, requiredRole: Role): Problem {
  const detail = `${decision} disposes of money and takes the role ${requiredRole}.`;
  return new Problem(403, 'forbidden', 'Forbidden', detail, { members: { requiredRole } });
}

/** One key makes one decision. */
export function keyReused(): Problem {
  return new Problem(
    422,
    'idempotency-key-reused',
    'Idempotency-Key used for another decision',
    'This Idempotency-Key came with another body before. Send the same body again, or take a new key.',
    { errors: [{ field: 'Idempotency-Key', message: 'was used with another body; take a new key' }] },
  );
}
