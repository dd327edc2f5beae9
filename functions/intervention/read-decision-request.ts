import type { APIGatewayProxyEvent } from 'aws-lambda';
import { fingerprintOf } from '../../core/fingerprint.ts';
import { type Decider, DECISIONS, type DecisionRecord } from '../../core/intervention.ts';
import type { Money } from '../../core/money.ts';
import requestSchema from '../../schemas/decide-intervention-request.json' with { type: 'json' };
import { principalOf } from '../shared/api-handler.ts';
import { invalidRequest, type Problem } from '../shared/problem.ts';
import { readIdempotencyKey, readJsonBody } from '../shared/read-request.ts';
import { schemaValidator } from '../shared/schema-validator.ts';
import { decider } from './decider.ts';
import { roleRequired } from './intervention-problems.ts';

/** Body of the request as schemas/decide-intervention-request.json lets it pass. */
type DecisionBody = Omit<DecisionRecord, 'decidedBy' | 'decidedAt' | 'request'>;

/** A decision as it will be recorded, if it is the first. */
export type DecisionRequest = DecisionRecord & Required<Pick<DecisionRecord, 'request'>>;

/** All texts together have near 2,000 characters; eight times that leaves room for escapes. */
const LIMIT = { maxBytes: 16_384, because: 'a decision with all its fields needs far less' };

const isDecision = schemaValidator().compile<DecisionBody>(requestSchema);

/**
 * Reads and checks a decision.
 * @throws Problem 400 naming every wrong field, header and body alike; 403 when it takes another role
 */
export function readDecisionRequest(event: APIGatewayProxyEvent, decidedAt: string): DecisionRequest {
  const body = readJsonBody(event, isDecision, LIMIT);
  const key = readIdempotencyKey(event);
  const errors = [...key.errors, ...body.errors];
  if (errors.length > 0 || body.value === undefined || key.value === undefined) throw invalidRequest(errors);

  const principal = principalOf(event);
  const decidedBy = decider(principal);
  const { decision } = body.value;
  if (DECISIONS[decision].disposesOfMoney && !isAdmin(decidedBy)) throw roleRequired(decision, 'admin');
  // Whoever chooses the same key as somebody else does not get the other's answer.
  const sender = principal.kind === 'person' ? principal.subject : principal.clientId;
  const request = { key: fingerprintOf([sender, key.value]), body: fingerprintOf({ ...body.value }) };
  return { ...body.value, decidedBy, decidedAt, request };
}

/** An amount that is more than there can be. */
export function amountTooLarge({ amountMinor, currency }: Money): Problem {
  const message = `must be a whole number from 0 to ${amountMinor}, the order's total in ${currency}`;
  return invalidRequest([{ field: 'amountMinor', message }]);
}

function isAdmin(decidedBy: Decider): boolean {
  return decidedBy.kind === 'person' && decidedBy.role === 'admin';
}
