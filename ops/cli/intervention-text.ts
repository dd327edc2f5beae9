import type { Decider, Intervention } from '../../core/intervention.ts';
import { instantText } from './instant-text.ts';

/** An intervention for people, in a paragraph. */
export function interventionText(intervention: Intervention): string {
  const { number, status, reason, failedStep, error, attempts, decided } = intervention;
  const rows = [
    ['intervention', `${number}, ${status}`],
    ['reason', `${reason} in ${failedStep} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`],
    ['error', [error.name, error.message].filter(Boolean).join(': ')],
    ['opened', instantText(intervention.openedAt)],
    ['deadline', instantText(intervention.deadline) + escalated(intervention.escalations)],
    ...(decided
      ? [
          ['decided', `${decided.decision} by ${deciderText(decided.decidedBy)}, ${instantText(decided.decidedAt)}`],
          ...(decided.note === undefined ? [] : [['note', decided.note]]),
        ]
      : [['decide', intervention.allowedDecisions.join(', ')]]),
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(12)} ${value}`).join('\n');
}

/** Who decided, without personal data: the subject of a token is a number. */
export function deciderText(decider: Decider): string {
  switch (decider.kind) {
    case 'person':
      return `${decider.role} ${decider.subject}`;
    case 'client':
      return `client ${decider.subject}`;
    case 'deadline':
      return 'the deadline';
  }
}

function escalated(escalations: number): string {
  return escalations === 0 ? '' : ` (extended ${escalations} times)`;
}
