import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFaultPlan, readPlanFile } from '../../../local/faults/read-fault-plan.ts';

function messageFor(plan: unknown): string {
  try {
    readFaultPlan(JSON.stringify(plan));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The plan was accepted.');
}

const FAULT = { match: { service: 'dynamodb' }, action: 'fail' };

describe('a plan of faults', () => {
  it('may use everything that the format has', () => {
    const plan = {
      seed: 7,
      faults: [
        {
          name: 'a busy table',
          match: {
            service: ['dynamodb', 'sqs'],
            operation: 'PutItem',
            function: ['ChargePayment', 'ship-order'],
            resource: 'Orders',
            during: { fromSeconds: 0, toSeconds: 600 },
            attempt: [1, '2-4', '6-', 'every 10'],
          },
          action: 'fail',
          when: 'after',
          error: 'TransactionCanceledException',
          message: 'Cancelled',
          status: 400,
          members: { CancellationReasons: [{ Code: 'ThrottlingError' }] },
          delayMs: 10,
          probability: 0.5,
        },
        { match: {}, action: 'hold' },
      ],
    };
    expect(readFaultPlan(JSON.stringify(plan))).toEqual(plan);
  });

  it.each([
    [{ faults: [FAULT], sed: 1 }, 'sed is unknown; allowed: seed, faults.'],
    [{}, 'faults is missing: a list of faults.'],
    [{ faults: [{ ...FAULT, action: 'explode' }] }, 'faults[0].action must be one of fail, delay, lose-answer, repeat'],
    [{ faults: [FAULT, { action: 'fail' }] }, 'faults[1].match is missing: an object, {} for every call.'],
    [{ faults: [{ ...FAULT, match: { service: 'dynamo' } }] }, 'faults[0].match.service must be one of *, apigateway'],
    [
      { faults: [{ ...FAULT, match: { servce: 'ses' } }] },
      'faults[0].match.servce is unknown; allowed: service, operat',
    ],
    [{ faults: [{ ...FAULT, match: { attempt: '3rd' } }] }, 'faults[0].match.attempt must be a number, "2-4", "3-"'],
    [{ faults: [{ ...FAULT, match: { attempt: 0 } }] }, 'faults[0].match.attempt must be a number'],
    [{ faults: [{ ...FAULT, match: { during: { to: 1 } } }] }, 'faults[0].match.during.to is unknown'],
    [{ faults: [{ ...FAULT, probability: 2 }] }, 'faults[0].probability must be above 0, at most 1, not 2.'],
    [{ faults: [{ ...FAULT, delayMs: 0 }] }, 'faults[0].delayMs must be milliseconds from 1'],
  ])('says what is wrong with %j, and where', (plan, message) => {
    expect(messageFor(plan)).toContain(message);
  });

  it('has one line per mistake, all of them at once', () => {
    const lines = messageFor({ faults: [{ match: { service: 'x', attempt: 'y' }, action: 'z' }] }).split('\n');
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual([
      'faults[0].action',
      'faults[0].match.attempt',
      'faults[0].match.service',
    ]);
  });

  it.each([
    [{ ...FAULT, action: 'delay' }, 'faults[0].delayMs is missing: how long to delay.'],
    [{ ...FAULT, action: 'kill', error: 'throttled' }, 'faults[0].error belongs to the action fail, not to kill'],
    [
      { ...FAULT, match: { during: { fromSeconds: 60, toSeconds: 60 } } },
      'faults[0].match.during.toSeconds must be above fromSeconds (60), not 60.',
    ],
  ])('refuses what means nothing together: %j', (fault, message) => {
    expect(messageFor({ faults: [fault] })).toContain(message);
  });

  it('says that it is no JSON', () => {
    expect(() => readFaultPlan('faults: []')).toThrow('The fault plan is no JSON');
  });
});

describe('the file of --faults', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'order-saga-plan-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is named with what is wrong in it', async () => {
    const file = join(directory, 'plan.json');
    await writeFile(file, '{"faults": [{}]}');
    await expect(readPlanFile(file)).rejects.toThrow(`--faults ${file}: faults[0].match is missing`);
  });

  it('is named when it is not there', async () => {
    const file = join(directory, 'none.json');
    await expect(readPlanFile(file)).rejects.toThrow(`--faults ${file}: ENOENT`);
  });
});
