import { ApiProblem } from '../../ops/api-client.ts';
import { CommandError, UsageError } from '../../ops/cli/command-error.ts';
import { failureOf } from '../../ops/cli/failure.ts';
import { NoStackError } from '../../ops/stack.ts';

const named = (name: string, message = 'No.') => Object.assign(new Error(message), { name });
const refusedConnection = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3000'), { code: 'ECONNREFUSED' });

it.each<[string, unknown, string]>([
  ['a mistake in the command line', new UsageError('--x'), 'USAGE'],
  ['an answer of the command itself', new CommandError('REFUSED', 'no'), 'REFUSED'],
  ['no outputs file', new NoStackError('none'), 'UNREACHABLE'],
  ['a host that does not run, asked by the SDK', refusedConnection, 'UNREACHABLE'],
  [
    'a host that does not run, asked by fetch',
    new TypeError('fetch failed', { cause: refusedConnection }),
    'UNREACHABLE',
  ],
  ['all addresses of a name', new AggregateError([refusedConnection]), 'UNREACHABLE'],
  ['no credentials', named('CredentialsProviderError'), 'UNREACHABLE'],
  ['credentials that ran out', named('ExpiredTokenException'), 'UNREACHABLE'],
  ['no region', new Error('Region is missing'), 'UNREACHABLE'],
  ['a right that is missing', named('AccessDeniedException'), 'UNREACHABLE'],
  ['an expired token', new ApiProblem(401, 'no'), 'UNREACHABLE'],
  ['a role that is too small', new ApiProblem(403, 'no'), 'REFUSED'],
  ['an order that is not there', new ApiProblem(404, 'no'), 'REFUSED'],
  ['a decision that somebody else has made', new ApiProblem(409, 'no'), 'REFUSED'],
  ['a body that the API does not take', new ApiProblem(400, 'no'), 'USAGE'],
  ['an API that fails', new ApiProblem(503, 'no'), 'FAILED'],
  ['anything else', new Error('no'), 'FAILED'],
])('%s', (_what, error, exit) => {
  expect(failureOf(error, 'http://127.0.0.1:3000').exit).toBe(exit);
});

it('says who does not answer and how to start it', () => {
  const { message } = failureOf(new TypeError('fetch failed', { cause: refusedConnection }), 'http://127.0.0.1:4566');

  expect(message).toContain('Nothing answers at http://127.0.0.1:4566');
  expect(message).toContain('npm start');
});
