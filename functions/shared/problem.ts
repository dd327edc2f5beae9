import type { Decision, DecisionRecord } from '../../core/intervention.ts';
import type { OrderStatus } from '../../core/lifecycle.ts';
import type { Role } from '../../core/role.ts';
import { problemType } from '../../core/problem-type.ts';

/** One wrong field of a request: where it is and what to do about it. */
export interface FieldError {
  /** Path into the body (`items[0].quantity`) or the name of a header. */
  readonly field: string;
  readonly message: string;
}

export interface ProblemOptions {
  readonly errors?: readonly FieldError[];
  /** What a program needs to know besides, such as the status of the order; schemas/problem.json describes each. */
  readonly members?: ProblemMembers;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Extension members of our problem documents (RFC 9457 §3.2). */
export interface ProblemMembers {
  readonly orderStatus?: OrderStatus;
  readonly decided?: Pick<DecisionRecord, 'decision' | 'decidedBy' | 'decidedAt'>;
  readonly allowedDecisions?: readonly Decision[];
  readonly requiredRole?: Role;
}

/** Body of an error answer, `application/problem+json` (RFC 9457), with the wrong fields as an extension member. */
export interface ProblemDocument extends ProblemMembers {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** A refusal that the API's client is told about, word for word: it must name nothing internal and nothing personal. */
export class Problem extends Error {
  readonly document: ProblemDocument;
  readonly headers: Readonly<Record<string, string>>;

  /** @param type last part of the problem type, kebab-case: `unknown-sku` */
  constructor(status: number, type: string, title: string, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    const { errors, members } = options;
    this.document = { type: problemType(type), title, status, detail, ...(errors && { errors }), ...members };
    this.headers = options.headers ?? {};
  }
}

/** The request cannot be understood as it stands; `errors` names every field, not only the first. */
export function invalidRequest(errors: readonly FieldError[]): Problem {
  const fields = errors.map(({ field }) => field).join(', ');
  return new Problem(400, 'invalid-request', 'The request is invalid', `Correct and send again: ${fields}.`, {
    errors,
  });
}

/**
 * Something we need does not answer; the same request may be sent again as it is.
 * @param retryAfterSeconds long enough for a throttle to refill, short enough for a person to wait
 */
export function unavailable(detail: string, cause: unknown, retryAfterSeconds = 2): Problem {
  return new Problem(503, 'temporarily-unavailable', 'Temporarily unavailable', detail, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
    cause,
  });
}
