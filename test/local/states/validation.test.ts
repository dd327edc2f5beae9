import { ExpressionCompiler } from '../../../local/services/states/jsonata/expression.ts';
import { validateDefinition } from '../../../local/services/states/definition/validate.ts';

const compiler = new ExpressionCompiler({ now: () => 0, random: () => 0, uuid: () => '' });

/** What is wrong with a JSONata machine of these states, as `code at location`. */
function wrong(states: Record<string, object>, more: object = {}): string[] {
  const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
  return validateDefinition(JSON.stringify(definition), compiler).map(
    ({ code, location = 'null' }) => `${code} at ${location}`,
  );
}

const end = { End: true };
const schema = (location: string): string[] => [`SCHEMA_VALIDATION_FAILED at ${location}`];
const unsupported = (location: string): string[] => [`UNSUPPORTED_JSONATA_EXPRESSION at ${location}`];
const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'f' }, ...end };

describe('A definition', () => {
  it('must be JSON', () => {
    expect(validateDefinition('{', compiler)).toMatchObject([{ code: 'INVALID_JSON_DESCRIPTION', severity: 'ERROR' }]);
  });

  it('may hold every state that the language has', () => {
    expect(
      wrong({
        Task: {
          ...task,
          End: undefined,
          Next: 'Which',
          TimeoutSeconds: '{% 5 %}',
          Retry: [{ ErrorEquals: ['States.ALL'] }],
        },
        Which: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.a > 1 %}', Next: 'All' }], Default: 'No' },
        All: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 1, ...end } } }],
          Next: 'Each',
        },
        Each: {
          Type: 'Map',
          Items: '{% $states.input %}',
          ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', ...end } } },
          Next: 'Yes',
        },
        Yes: { Type: 'Succeed' },
        No: { Type: 'Fail', Error: 'No' },
      }),
    ).toEqual([]);
  });

  it.each<[string, Record<string, object>, string[]]>([
    [
      'a transition to nowhere',
      { A: { Type: 'Pass', Next: 'B' } },
      ['MISSING_TRANSITION_TARGET at /States/A/Next', 'MISSING_END_STATE at null'],
    ],
    [
      'a state nobody reaches',
      { A: { Type: 'Pass', ...end }, B: { Type: 'Pass', ...end } },
      ['MISSING_TRANSITION_TARGET at /States/B'],
    ],
    ['an unknown field', { A: { Type: 'Pass', Foo: 1, ...end } }, schema('/States/A')],
    ['an unknown type', { A: { Type: 'Passt', ...end } }, schema('/States/A/Type')],
    ['Next beside End', { A: { Type: 'Pass', Next: 'A', ...end } }, schema('/States/A')],
    [
      'no Next and no End',
      { A: { Type: 'Succeed' }, B: { Type: 'Pass', Next: 'A' } },
      ['MISSING_TRANSITION_TARGET at /States/B'],
    ],
    ['a field of JSONPath', { A: { Type: 'Pass', InputPath: '$', ...end } }, schema('/States/A')],
    ['JSONPath in a JSONata machine', { A: { Type: 'Pass', QueryLanguage: 'JSONPath', ...end } }, schema('/States/A')],
    ['an expression that is not closed', { A: { Type: 'Pass', Output: '{% 1', ...end } }, schema('/States/A/Output')],
    ['an expression that begins late', { A: { Type: 'Pass', Output: ' {% 1 %}', ...end } }, schema('/States/A/Output')],
    [
      'an action that is not in camelCase',
      { A: { ...task, Resource: 'arn:aws:states:::aws-sdk:dynamodb:GetItem' } },
      ['INVALID_RESOURCE at /States/A/Resource'],
    ],
    [
      'an expression that cannot be parsed',
      { A: { Type: 'Pass', Output: '{% 1 + %}', ...end } },
      ['INVALID_JSONATA_EXPRESSION at /States/A/Output'],
    ],
    ['$$', { A: { Type: 'Pass', Output: '{% $$.a %}', ...end } }, unsupported('/States/A/Output')],
    [
      'a bare name',
      { A: { Type: 'Pass', Output: { x: '{% states.input %}' }, ...end } },
      unsupported('/States/A/Output/x'),
    ],
    [
      'the result where there is none',
      { A: { ...task, Arguments: { a: '{% $states.result %}' } } },
      unsupported('/States/A/Arguments/a'),
    ],
    [
      'the error outside a Catcher',
      { A: { ...task, Output: '{% $states.errorOutput %}' } },
      unsupported('/States/A/Output'),
    ],
    [
      'a member of $states that does not exist',
      { A: { Type: 'Pass', Output: '{% $states.inputs %}', ...end } },
      unsupported('/States/A/Output'),
    ],
    ['a resource that is none', { A: { ...task, Resource: 'lambda' } }, ['INVALID_RESOURCE at /States/A/Resource']],
    [
      'a service the host has not',
      { A: { ...task, Resource: 'arn:aws:states:::glue:startJobRun' } },
      ['INVALID_RESOURCE at /States/A/Resource'],
    ],
    [
      'a heartbeat that is too slow',
      { A: { ...task, TimeoutSeconds: 5, HeartbeatSeconds: 5 } },
      schema('/States/A/HeartbeatSeconds'),
    ],
    [
      'States.ALL among others',
      { A: { ...task, Retry: [{ ErrorEquals: ['States.ALL', 'B'] }] } },
      schema('/States/A/Retry[0]/ErrorEquals'),
    ],
    [
      'States.ALL before others',
      { A: { ...task, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['B'] }] } },
      schema('/States/A/Retry[0]/ErrorEquals'),
    ],
    [
      'a MaxDelaySeconds below the interval',
      { A: { ...task, Retry: [{ ErrorEquals: ['B'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] } },
      schema('/States/A/Retry[0]/MaxDelaySeconds'),
    ],
    [
      'a shrinking backoff',
      { A: { ...task, Retry: [{ ErrorEquals: ['B'], BackoffRate: 0.5 }] } },
      schema('/States/A/Retry[0]/BackoffRate'),
    ],
    ['a negative wait', { A: { Type: 'Wait', Seconds: -1, ...end } }, schema('/States/A/Seconds')],
    [
      'two kinds of wait',
      { A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', ...end } },
      schema('/States/A'),
    ],
    [
      'a date without an offset',
      { A: { Type: 'Wait', Timestamp: '2026-01-01T00:00:00', ...end } },
      schema('/States/A/Timestamp'),
    ],
    [
      'a day that does not exist',
      { A: { Type: 'Wait', Timestamp: '2026-02-30T00:00:00Z', ...end } },
      schema('/States/A/Timestamp'),
    ],
    [
      'no choices',
      { A: { Type: 'Choice', Choices: [], Default: 'B' }, B: { Type: 'Succeed' } },
      schema('/States/A/Choices'),
    ],
    [
      'the variable name states',
      { A: { Type: 'Pass', Assign: { states: 1 }, ...end } },
      schema('/States/A/Assign/states'),
    ],
  ])('must not have %s', (_, states, expected) => {
    expect(wrong(states)).toEqual(expected);
  });

  it('must not use a state name or an outer variable twice', () => {
    const inner = (name: string, assign: object) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Assign: assign, End: true } },
    });
    expect(wrong({ A: { Type: 'Parallel', Branches: [inner('A', {})], ...end } })).toEqual([
      'DUPLICATE_STATE_NAME at /States/A/Branches[0]/States/A',
    ]);
    expect(
      wrong({
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: { Type: 'Parallel', Branches: [inner('C', { x: 2 }), inner('D', { y: 2 })], ...end },
      }),
    ).toEqual(schema('/States/B/Branches[0]/States/C/Assign/x'));
  });

  it('in JSONPath names the state and the field that need it, and passes where nothing does', () => {
    const states = {
      First: { Type: 'Pass', Assign: { a: 1 }, Next: 'Second' },
      Second: { Type: 'Pass', Parameters: { 'x.$': '$.x' }, End: true },
    };
    const [diagnostic, ...more] = validateDefinition(JSON.stringify({ StartAt: 'First', States: states }), compiler);
    expect(more).toEqual([]);
    expect(diagnostic?.location).toBe('/States/Second/Parameters');
    expect(diagnostic?.message).toBe(
      `JSONPath is not supported by the local host: state 'Second' uses 'Parameters' (set "QueryLanguage": "JSONata")`,
    );
    expect(
      validateDefinition(
        JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, End: true } } }),
        compiler,
      ),
    ).toEqual([]);
  });
});
