import { FaultControl, type FaultSlot } from '../../../local/faults/fault-control.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { START_MS } from '../fake-host.ts';

const FUNCTIONS = ['Shop-SagaStepsChargePayment811F85BD-1', 'Shop-SagaStepsShipOrderE14B7A6A-2'];

function control(): { slot: FaultSlot; control: FaultControl } {
  const slot: FaultSlot = { faults: undefined };
  const around = { clock: new VirtualClock(START_MS), report: () => {}, kill: () => {} };
  return { slot, control: new FaultControl(slot, around, () => FUNCTIONS) };
}

const planFor = (functionName: string): string =>
  JSON.stringify({ faults: [{ match: { function: functionName }, action: 'hold' }] });

describe('the control of faults', () => {
  it('names a function that does not exist, and those that do', () => {
    const { slot, control: faults } = control();
    expect(() => faults.replace(planFor('ChargePaymnt'))).toThrow(
      'faults[0].match.function: no function has "ChargePaymnt" in its name.\nFunctions: Shop-SagaStepsChargePayment',
    );
    expect(slot.faults).toBeUndefined();
  });

  it('keeps the plan in force when a new one is wrong', () => {
    const { slot, control: faults } = control();
    faults.replace(planFor('ship-order'));
    expect(() => faults.replace('{}')).toThrow('faults is missing');
    expect(slot.faults?.state()).toHaveLength(1);
  });

  it.each(['clear', 'release', 'replace'] as const)('lets held calls go on %s', async (operation) => {
    const { slot, control: faults } = control();
    faults.replace(planFor('*'));
    const call = { service: 'ses', operation: 'SendEmail', input: {}, functionName: FUNCTIONS[0] };
    const held = slot.faults?.call(call, () => Promise.resolve('sent'));
    await new Promise(setImmediate);
    faults[operation]('{"faults": []}');
    expect(await held).toBe('sent');
  });

  it('leaves nothing in the way of calls when cleared', () => {
    const { slot, control: faults } = control();
    faults.replace(planFor('*'));
    faults.clear();
    expect(slot.faults).toBeUndefined();
    expect(faults.state()).toEqual({ faults: [] });
  });
});
