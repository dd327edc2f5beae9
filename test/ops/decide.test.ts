import { DECISIONS, type Decision } from '../../core/intervention.ts';
import command, { readDecision } from '../../ops/cli/commands/decide.ts';
import { readArguments } from '../../ops/cli/read-arguments.ts';

const ID = '8f14e45f-ceea-5467-9575-3f1c2f0e9b11';

function decide(decision: Decision, ...options: string[]) {
  return readDecision(decision, readArguments(command, [ID, decision, ...options]));
}

it.each<[Decision, string[], object]>([
  ['RETRY', [], {}],
  ['REFUND_AND_CANCEL', [], {}],
  ['SHIPPED_MANUALLY', ['--carrier', 'DHL', '--tracking-number', 'JD01'], { carrier: 'DHL', trackingNumber: 'JD01' }],
  ['MARK_REFUNDED', ['--reference', 'SEPA 1', '--amount-minor', '1290'], { reference: 'SEPA 1', amountMinor: 1290 }],
  ['WRITE_OFF', ['--reason', 'insolvent'], { reason: 'insolvent' }],
])('%s becomes the body of a request', (decision, options, particulars) => {
  expect(decide(decision, '--note', 'why', ...options)).toEqual({ decision, note: 'why', ...particulars });
});

it('knows every decision that there is', () => {
  expect(command.positionals?.[1]?.choices).toEqual(Object.keys(DECISIONS));
});

it.each<[Decision, string[], string]>([
  ['RETRY', [], '--note is missing'],
  [
    'SHIPPED_MANUALLY',
    ['--note', 'why', '--carrier', 'DHL'],
    '--tracking-number is missing: SHIPPED_MANUALLY needs it.',
  ],
  ['MARK_REFUNDED', ['--note', 'why'], '--reference is missing'],
  ['WRITE_OFF', ['--note', 'why'], '--reason is missing'],
  ['RETRY', ['--note', 'why', '--carrier', 'DHL'], '--carrier does not belong to RETRY: leave it out.'],
  ['WRITE_OFF', ['--note', 'why', '--reason', 'x', '--amount-minor', '12.90'], '--amount-minor takes a whole number'],
])('%s with %j is refused before anything is sent', (decision, options, message) => {
  expect(() => decide(decision, ...options)).toThrow(message);
});
