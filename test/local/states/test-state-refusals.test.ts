import { Harness } from './states-harness.ts';
import { CHARGING, result, type Tested, testState } from './test-state-fixture.ts';

let harness: Harness;
afterEach(() => harness.end());

function test(definition: object, request: object = {}): Promise<Tested> {
  return testState(harness, definition, request);
}

beforeEach(async () => {
  harness = await Harness.start();
});

describe('A mocked result', () => {
  const put = {
    Type: 'Task',
    QueryLanguage: 'JSONata',
    Resource: 'arn:aws:states:::aws-sdk:dynamodb:putItem',
    Arguments: { TableName: 'Orders', Item: {} },
    End: true,
  };

  it('has no member that the API does not have', async () => {
    await expect(test(put, result({ Atributes: {} }))).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining("'Atributes'"),
    });
  });

  it('has members of the types that the API gives', async () => {
    await expect(test(put, result({ Attributes: { pk: { S: 7 } } }))).rejects.toMatchObject({
      message: expect.stringContaining("'Attributes.pk.S' of the mocked result must be a string but was: 7"),
    });
    expect(await test(put, result({ Attributes: { pk: { S: '7' }, n: { L: [{ N: '1' }] } } }))).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  it('has every member that the API promises, unless asked for less', async () => {
    const start = { ...put, Resource: 'arn:aws:states:::states:startExecution', Arguments: { StateMachineArn: 'x' } };
    const partial = JSON.stringify({ ExecutionArn: 'arn' });
    await expect(test(start, { mock: { result: partial } })).rejects.toMatchObject({
      message: expect.stringContaining("'StartDate'"),
    });
    expect(await test(start, { mock: { result: partial, fieldValidationMode: 'PRESENT' } })).toMatchObject({
      output: partial,
    });
  });

  it('is whatever it likes with the mode NONE', async () => {
    const tested = await test(put, { mock: { result: '"anything"', fieldValidationMode: 'NONE' } });
    expect(tested.output).toBe('"anything"');
  });
});

describe('A test is refused', () => {
  const pass = { Type: 'Pass', QueryLanguage: 'JSONata', End: true };

  it.each([
    ['with a mock for a state that does nothing outside', pass, result(1)],
    ['with a context and no mock', pass, { context: '{}' }],
    ['with variables that are no object', pass, { variables: '[]' }],
    ['with a mock that says both', CHARGING, { mock: { result: '{}', errorOutput: { error: 'x' } } }],
    ['with a mock that says nothing', CHARGING, { mock: {} }],
    ['with a mocked error without a name', CHARGING, { mock: { errorOutput: { cause: 'x' } } }],
    ['with a mocked result that is no JSON', CHARGING, { mock: { result: '{' } }],
    [
      'with a count of retries and no mocked error',
      CHARGING,
      { ...result({}), stateConfiguration: { retrierRetryCount: 1 } },
    ],
    ['of a task with neither a role nor a mock', CHARGING, {}],
    ['with an unknown level', pass, { inspectionLevel: 'LOUD' }],
    ['of a state that the machine does not have', { StartAt: 'A', States: { A: pass } }, { stateName: 'B' }],
  ])('%s', async (_title, definition, request) => {
    await expect(test(definition, request)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('with an input that is no JSON', async () => {
    await expect(test(pass, { input: '{' })).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
  });

  it('when the definition is wrong, as a machine would be', async () => {
    await expect(test({ ...pass, InputPath: '$' })).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining("field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /'"),
    });
    await expect(test({ Type: 'Pass', Result: 1, End: true })).rejects.toMatchObject({ code: 'InvalidDefinition' });
  });
});
