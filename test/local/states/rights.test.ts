import type { Principal } from '../../../local/aws-service.ts';
import { Harness, invoke } from './states-harness.ts';

describe('A task calls', () => {
  let states: Harness;
  const role = 'arn:aws:iam::000000000000:role/machine';

  beforeEach(async () => {
    states = await Harness.start({ work: () => 'done' });
  });

  afterEach(() => states.end());

  const caller = (): Principal | undefined =>
    states.host.calls.find(({ service, operation }) => service === 'lambda' && operation === 'Invoke')?.principal;

  it('without restriction when its machine came over the wire with a role that the template does not have', async () => {
    await states.run({ Work: invoke('work') });
    expect(caller()).toEqual({ kind: 'unrestricted' });
  });

  it('as a role of the template, whoever created the machine that names it', async () => {
    states.host.roles.add(role);
    await states.run({ Work: invoke('work') });
    expect(caller()).toEqual({ kind: 'role', roleArn: role, sessionName: 'order-1' });
  });

  it('as that role too after an update of the machine, and in a test of the state', async () => {
    const machine = await states.machine({ Work: invoke('work') });
    const other = 'arn:aws:iam::000000000000:role/other';
    states.host.roles.add(other);
    await states.call('UpdateStateMachine', { stateMachineArn: machine, roleArn: other });
    await states.begin(machine);
    await states.host.clock.idle();
    expect(caller()).toMatchObject({ kind: 'role', roleArn: other });

    states.host.calls.length = 0;
    const definition = JSON.stringify({ ...invoke('work'), QueryLanguage: 'JSONata' });
    await states.call('TestState', { definition, roleArn: other });
    expect(caller()).toMatchObject({ kind: 'role', roleArn: other });
  });
});
