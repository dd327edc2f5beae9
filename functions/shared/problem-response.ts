import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { SagaError } from '../../core/errors.ts';
import { isTransientAwsError } from './transient-aws-error.ts';
import { Problem, unavailable } from './problem.ts';
import type { LoggedContext } from './with-log.ts';

/** Turns whatever a handler throws into problem+json: a Problem as it is, anything else without its internals. */
export function problemResponses(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, LoggedContext> {
  return {
    onError: (request) => {
      const error: unknown = request.error;
      const problem = problemOf(error);
      const { type, status, errors } = problem.document;
      const fields = { problem: type, status, ...(errors && { fields: errors.map(({ field }) => field) }) };
      if (status >= 500) request.context.log.error('request failed', { ...fields, error });
      else request.context.log.info('request refused', fields);
      request.response = problemResponse(problem);
    },
  };
}

export function problemResponse({ document, headers }: Problem): APIGatewayProxyResult {
  return {
    statusCode: document.status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(document),
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isTransientAwsError(error) || (error instanceof SagaError && error.retryable)) {
    return unavailable('The service is busy. Send the same request again after the time in Retry-After.', error);
  }
  const detail = 'The service failed on this request. It has been recorded; sending it again is safe.';
  return new Problem(500, 'internal-error', 'Internal error', detail, { cause: error });
}
