import { ExpressionCompiler } from '../../../local/services/states/jsonata/expression.ts';
import { validateDefinition } from '../../../local/services/states/definition/validate.ts';
import { refusal } from '../../../local/services/states/definition/diagnostics.ts';

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
const apart = { StartAt: 'D', States: { D: { Type: 'Pass', Output: '{% $outer %}', End: true } } };

describe('The words for a definition', () => {
  it('is refused in the words of AWS', () => {
    expect(refusal(validateDefinition('{"StartAt":"State_1"}', compiler))).toBe(
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
    );
  });

  it.each([
    [{ Output: '{% a[1,2) %}' }, 'INVALID_JSONATA_EXPRESSION: Expected "]", got "," at /States/A/Output'],
    [{ Output: '{% %}' }, 'INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/A/Output'],
    [{ Output: '{% $$ %}' }, "UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/A/Output"],
    [
      { Output: { v: '{% $map($states.input.a, function($x){ [phone] }) %}' } },
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/A/Output/v",
    ],
    [
      { Output: '{% $states.errorOutput %}' },
      "UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/A/Output",
    ],
    [{ TimeoutSeconds: 1 }, "SCHEMA_VALIDATION_FAILED: Field 'TimeoutSeconds' is not supported at /States/A"],
    [
      { InputPath: '$' },
      "SCHEMA_VALIDATION_FAILED: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/A",
    ],
    [
      { QueryLanguage: 'jsonpath' },
      'SCHEMA_VALIDATION_FAILED: Value should be one of the following: [JSONPath, JSONata] at /States/A/QueryLanguage',
    ],
    [{ End: undefined, Next: 'A' }, 'MISSING_END_STATE: Workflow has no terminal state at null'],
  ])('with a Pass state of %j is refused in those words too', (fields, reason) => {
    const States = { A: { Type: 'Pass', End: true, ...fields } };
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States });
    expect(refusal(validateDefinition(definition, compiler))).toBe(`Invalid State Machine Definition: '${reason}'`);
  });

  it('may use a name where an expression has a value to read it from', () => {
    const Output = "{% $states.input.items[price > 3]^(name).{'n': name} ~> $filter(function($x){ $x.n != '' }) %}";
    expect(wrong({ A: { Type: 'Pass', Output, ...end } })).toEqual([]);
  });

  it('is only warned of a variable that nothing in sight assigns', () => {
    const inner = { StartAt: 'I', States: { I: { Type: 'Pass', Output: '{% $outer + $missing %}', ...end } } };
    const own = '{% ($x := 1; $f := function($y){ $x + $y }; $map([1], $f) ~> $sum()) %}';
    const states = {
      A: { Type: 'Pass', Assign: { outer: own }, Next: 'B' },
      B: { Type: 'Parallel', Branches: [inner], Next: 'C' },
      C: { Type: 'Map', Items: [], ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...apart }, ...end },
    };
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: states });
    expect(validateDefinition(definition, compiler)).toEqual([
      {
        severity: 'WARNING',
        code: 'POSSIBLY_UNDEFINED_VARIABLE',
        message: "Variable 'missing' is possibly not defined.",
        location: '/States/B/Branches[0]/States/I/Output',
      },
      // A distributed Map does not see what is outside of it.
      expect.objectContaining({ location: '/States/C/ItemProcessor/States/D/Output' }),
    ]);
  });

  it('says nothing of a language inside of a Map state', () => {
    const processor = { QueryLanguage: 'JSONata', StartAt: 'I', States: { I: { Type: 'Pass', ...end } } };
    expect(wrong({ A: { Type: 'Map', Items: [], ItemProcessor: processor, ...end } })).toEqual(
      schema('/States/A/ItemProcessor'),
    );
  });
});
