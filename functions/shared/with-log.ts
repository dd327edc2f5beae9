import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { invocationLog, type InvocationLog } from './invocation-log.ts';

/** Lambda's context of one invocation, with that invocation's log. */
export interface LoggedContext extends Context {
  log: InvocationLog;
}

/** Puts the invocation's log on its context: the one object that belongs to this invocation alone. */
export function withLog(): MiddlewareObj<unknown, unknown, Error, LoggedContext> {
  return {
    before: ({ context }) => {
      context.log = invocationLog(context);
    },
  };
}
