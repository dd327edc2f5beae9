import type { Principal } from '../../../local/aws-service.ts';
import type { Fault } from '../../../local/faults/fault-plan.ts';
import { Faults } from '../../../local/faults/faults.ts';
import { faultyCall, faultyRun } from '../../../local/faults/faulty-host.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { START_MS } from '../fake-host.ts';

const SHIP = 'OrderSaga-dev-SagaStepsShipOrderE14B7A6A-3HN49WQ0HZBW';
const ITS_CODE: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/ship', sessionName: SHIP };
const CALLER_OF = (principal: Principal): string | undefined => (principal === ITS_CODE ? SHIP : undefined);

function faultsWith(fault: Fault): Faults {
  return new Faults({ faults: [fault] }, { clock: new VirtualClock(START_MS), report: () => {}, kill: () => {} });
}

async function matched(fault: Fault, ...call: Parameters<typeof faultyCall>[2]): Promise<number | undefined> {
  const faults = faultsWith(fault);
  await faultyCall(faults, CALLER_OF, call, () => Promise.resolve({})).catch(() => {});
  return faults.state()[0]?.matched;
}

describe('the function of a call', () => {
  const ofShipOrder: Fault = { match: { function: 'ShipOrder' }, action: 'fail' };

  it('is the one whose code makes it', async () => {
    expect(await matched(ofShipOrder, 'dynamodb', 'PutItem', {}, ITS_CODE)).toBe(1);
  });

  it('is none where Lambda calls with its role, for its log and its event sources', async () => {
    expect(await matched(ofShipOrder, 'logs', 'PutLogEvents', {}, { ...ITS_CODE })).toBe(0);
  });

  it.each([SHIP, `arn:aws:lambda:us-east-1:000000000000:function:${SHIP}`])(
    'is the invoked one of an invocation: %s',
    async (FunctionName) => {
      expect(await matched(ofShipOrder, 'lambda', 'Invoke', { FunctionName }, ITS_CODE)).toBe(1);
    },
  );

  it('is not found in the other parts of an ARN', async () => {
    const input = { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:ship' };
    expect(await matched({ match: { function: 'lambda' }, action: 'fail' }, 'lambda', 'Invoke', input, ITS_CODE)).toBe(
      0,
    );
  });
});

it('tells the acceptance of an event from the run that follows it', async () => {
  const input = { FunctionName: SHIP, InvocationType: 'Event' };
  const runs: Fault = { match: { operation: 'Invoke' }, action: 'fail' };
  expect(await matched(runs, 'lambda', 'Invoke', input, ITS_CODE)).toBe(0);
  expect(await matched({ ...runs, match: { operation: 'InvokeAsync' } }, 'lambda', 'Invoke', input, ITS_CODE)).toBe(1);
});

describe('a run that comes from an event source', () => {
  const run = (): Promise<{ payload: string; failed: boolean; logTail: undefined }> =>
    Promise.resolve({ payload: '"done"', failed: false, logTail: undefined });

  it('goes as usual where no fault is about it', async () => {
    const faults = faultsWith({ match: { function: 'ChargePayment' }, action: 'fail' });
    expect(await faultyRun(faults, SHIP, '{}', run)).toEqual({ payload: '"done"', failed: false, logTail: undefined });
  });

  it.each([
    ['the function throws', { error: 'Sandbox.Timedout' }, 'Sandbox.Timedout'],
    ['Lambda is unavailable', { error: 'unavailable' }, 'ServiceException'],
    ['the answer is lost', { action: 'lose-answer' as const }, 'SdkClientException'],
  ])('has failed for its event source when %s', async (_, parts, errorType) => {
    const faults = faultsWith({ match: { function: 'ShipOrder' }, action: 'fail', ...parts });
    const { payload, failed } = await faultyRun(faults, SHIP, '{}', run);
    expect(failed).toBe(true);
    expect(JSON.parse(payload)).toMatchObject({ errorType });
  });

  it('is throttled in the way that event sources know', async () => {
    const faults = faultsWith({ match: {}, action: 'fail', error: 'throttled' });
    await expect(faultyRun(faults, SHIP, '{}', run)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });
});
