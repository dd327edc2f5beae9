import type { Fault, FaultPlan } from '../../../local/faults/fault-plan.ts';
import { Faults } from '../../../local/faults/faults.ts';
import { LostAnswer } from '../../../local/faults/lost-answer.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { START_MS } from '../fake-host.ts';

let clock: VirtualClock;
let reports: string[];
/** What has happened, in order: `effect` for each time that the call was carried out. */
let log: string[];

beforeEach(() => {
  clock = new VirtualClock(START_MS);
  reports = [];
  log = [];
});

function inForce(plan: FaultPlan): Faults {
  return new Faults(plan, { clock, report: (line) => reports.push(line), kill: () => log.push('killed') });
}

function withFault(fault: Omit<Fault, 'match'> & Partial<Fault>): Faults {
  return inForce({ faults: [{ match: {}, ...fault }] });
}

function call(faults: Faults, service = 'dynamodb', operation = 'PutItem'): Promise<unknown> {
  return faults.call({ service, operation, input: { Key: 1 }, functionName: undefined }, () => {
    log.push('effect');
    return Promise.resolve('answer');
  });
}

/** Calls one after the other; `x` for each that failed, `.` for each that went well. */
async function pattern(faults: Faults, calls: number): Promise<string> {
  let seen = '';
  for (let nth = 1; nth <= calls; nth += 1) {
    seen += await call(faults).then(
      () => '.',
      () => 'x',
    );
  }
  return seen;
}

describe('fail', () => {
  it('refuses the call before it has had an effect', async () => {
    await expect(call(withFault({ action: 'fail' }))).rejects.toMatchObject({
      code: 'InternalServerError',
      status: 500,
    });
    expect(log).toEqual([]);
  });

  it('after: refuses it although it has had its effect', async () => {
    await expect(call(withFault({ action: 'fail', when: 'after' }))).rejects.toMatchObject({ status: 500 });
    expect(log).toEqual(['effect']);
  });

  it('throws the error that the plan describes', async () => {
    const faults = withFault({
      ...{ action: 'fail', error: 'TransactionCanceledException', message: 'Cancelled', status: 400 },
      members: { CancellationReasons: [{ Code: 'ThrottlingError' }] },
    });
    await expect(call(faults)).rejects.toMatchObject({
      ...{ code: 'TransactionCanceledException', message: 'Cancelled', status: 400 },
      members: { CancellationReasons: [{ Code: 'ThrottlingError' }] },
    });
  });

  it('makes an invoked function fail, in the form of an answer of Invoke', async () => {
    const faults = withFault({ action: 'fail', when: 'after', error: 'Sandbox.Timedout', message: 'timed out' });
    expect(await call(faults, 'lambda', 'Invoke')).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      FunctionError: 'Unhandled',
      Payload: '{"errorType":"Sandbox.Timedout","errorMessage":"timed out"}',
    });
    expect(log).toEqual(['effect']);
  });

  it.each([
    ['throttled', 'TooManyRequestsException', 429],
    ['unavailable', 'ServiceException', 500],
    ['ResourceNotFoundException', 'ResourceNotFoundException', 404],
  ])('has Lambda itself refuse an invocation that is %s', async (error, code, status) => {
    const faults = withFault({ action: 'fail', error });
    await expect(call(faults, 'lambda', 'Invoke')).rejects.toMatchObject({ code, status });
  });
});

describe('delay', () => {
  it.each([
    ['before', ['10:00:05 effect', '10:00:05 answered']],
    ['after', ['10:00:00 effect', '10:00:05 answered']],
  ] as const)('%s the effect, by the time of the host', async (when, expected) => {
    const faults = withFault({ action: 'delay', when, delayMs: 5000 });
    const at = (what: string): number => log.push(`${new Date(clock.now()).toISOString().slice(11, 19)} ${what}`);
    const run = (): Promise<unknown> => Promise.resolve(at('effect'));
    await faults.call({ service: 'ses', operation: 'SendEmail', input: {}, functionName: undefined }, run);
    at('answered');
    expect(log).toEqual(expected);
  });

  it('passes although the caller says that it works', async () => {
    await clock.work(() => call(withFault({ action: 'delay', delayMs: 5000 })));
    expect(clock.now()).toBe(START_MS + 5000);
  });
});

describe('lose-answer', () => {
  it('has the effect, and no answer', async () => {
    await expect(call(withFault({ action: 'lose-answer' }))).rejects.toBeInstanceOf(LostAnswer);
    expect(log).toEqual(['effect']);
  });

  it('before: the request itself is lost', async () => {
    await expect(call(withFault({ action: 'lose-answer', when: 'before' }))).rejects.toBeInstanceOf(LostAnswer);
    expect(log).toEqual([]);
  });
});

describe('repeat', () => {
  it.each([
    ['after', 'first'],
    ['before', 'second'],
  ] as const)('%s: carries the call out twice; the caller has the answer of the %s', async (when, expected) => {
    const answers = ['first', 'second'];
    const inputs: unknown[] = [];
    const input = { Key: 1 };
    const run = (given: unknown): Promise<unknown> => {
      inputs.push(structuredClone(given));
      (given as { Key: number }).Key = 2;
      return Promise.resolve(answers.shift());
    };
    const faults = withFault({ action: 'repeat', when });
    const sent = { service: 'sqs', operation: 'SendMessage', input, functionName: undefined };
    expect(await faults.call(sent, run)).toBe(expected);
    expect(inputs).toEqual([{ Key: 1 }, { Key: 1 }]);
  });

  it('keeps the failure of the duplicate to itself', async () => {
    const answers = [Promise.resolve('answer'), Promise.reject(new Error('exists already'))];
    const run = (): Promise<unknown> => answers.shift() as Promise<unknown>;
    const faults = withFault({ action: 'repeat' });
    const sent = { service: 'states', operation: 'StartExecution', input: {}, functionName: undefined };
    expect(await faults.call(sent, run)).toBe('answer');
  });
});

describe('kill', () => {
  it.each([
    ['before', ['killed']],
    ['after', ['effect', 'killed']],
  ] as const)('%s the effect; nobody gets an answer', async (when, expected) => {
    let answered = false;
    void call(withFault({ action: 'kill', when })).then(() => (answered = true));
    await new Promise(setImmediate);
    expect(log).toEqual(expected);
    expect(answered).toBe(false);
  });
});

describe('hold', () => {
  it('keeps the call until it is let go, while time stands still', async () => {
    const faults = withFault({ action: 'hold' });
    clock.after(1000, () => log.push('timer'));
    const held = call(faults);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual([]);
    expect(faults.state()[0]).toMatchObject({ held: 1 });

    faults.letGo();
    await held;
    expect(log).toEqual(['effect']);
    expect(faults.state()[0]).toMatchObject({ held: 0 });
  });
});

describe('which calls', () => {
  it('counts attempts for each fault, over the calls that it is about', async () => {
    const faults = inForce({ faults: [{ match: { service: 'dynamodb', attempt: '2-3' }, action: 'fail' }] });
    await call(faults, 'ses', 'SendEmail');
    expect(await pattern(faults, 5)).toBe('.xx..');
    expect(faults.state()[0]).toMatchObject({ matched: 5, applied: 2 });
  });

  it('counts time from the moment at which the plan came into force', async () => {
    await clock.advance(60_000);
    const faults = inForce({ faults: [{ match: { during: { toSeconds: 600 } }, action: 'fail' }] });
    await clock.advance(599_999);
    expect(await pattern(faults, 1)).toBe('x');
    await clock.advance(1);
    expect(await pattern(faults, 1)).toBe('.');
  });

  it('falls by dice that a seed repeats', async () => {
    const plan = (seed: number): FaultPlan => ({ seed, faults: [{ match: {}, action: 'fail', probability: 0.5 }] });
    const first = await pattern(inForce(plan(1)), 40);
    expect(await pattern(inForce(plan(1)), 40)).toBe(first);
    expect(await pattern(inForce(plan(2)), 40)).not.toBe(first);
    expect(first.replaceAll('.', '').length).toBeGreaterThan(10);
    expect(first.replaceAll('.', '').length).toBeLessThan(30);
  });

  it('nests several faults of one call, the first nearest to the caller', async () => {
    const match = {};
    const refusedFirst = inForce({
      faults: [
        { match, action: 'fail' },
        { match, action: 'kill' },
      ],
    });
    await expect(call(refusedFirst)).rejects.toMatchObject({ status: 500 });
    expect(log).toEqual([]);

    const lostOutside = inForce({
      faults: [
        { match, action: 'lose-answer' },
        { match, action: 'repeat' },
      ],
    });
    await expect(call(lostOutside)).rejects.toBeInstanceOf(LostAnswer);
    expect(log).toEqual(['effect', 'effect']);
  });
});

it('reports the 1st and the 10th time of a fault, and not every one', async () => {
  const faults = withFault({ action: 'fail', name: 'busy table' });
  await pattern(faults, 12);
  expect(reports).toEqual([
    'Fault busy table: fail before dynamodb PutItem.',
    'Fault busy table: fail before dynamodb PutItem, 10 times so far.',
  ]);
});
