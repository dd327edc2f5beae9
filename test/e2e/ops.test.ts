import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OperatedHost, operateHost, opsProcess } from './operated-host.ts';
import type { HostProcess } from './running-host.ts';

let host: HostProcess;
let ops: OperatedHost['ops'];
let opsJson: OperatedHost['opsJson'];
let orderOf: OperatedHost['orderOf'];
let outputsFile: string;
beforeAll(async () => {
  ({ host, outputsFile, ops, opsJson, orderOf } = await operateHost());
});
afterAll(() => host.dispose());

describe('seeing', () => {
  it('shows an order, its timeline and its execution, and nobody’s name or address', async () => {
    const orderId = await orderOf();

    const { exitCode, stdout } = await ops('order', orderId);
    const { document } = await opsJson('order', orderId);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/status +COMPLETED/);
    expect(stdout).toMatch(/OrderShipped +SHIPPED/);
    expect(document).toMatchObject({ order: { status: 'COMPLETED' }, executions: [{ run: 1, status: 'SUCCEEDED' }] });
    expect(stdout + JSON.stringify(document)).not.toMatch(/ada|Lovelace|James Square|tok_visa/i);
  });

  it('lists orders by status and by customer, newest first', async () => {
    const declined = await orderOf({ token: 'tok_declined' });

    const byStatus = await opsJson('orders', '--status', 'PAYMENT_FAILED');
    const byCustomer = await opsJson('orders', '--customer', 'customer-1', '--limit', '1');
    const ofNobody = await ops('orders', '--customer', 'nobody');

    expect(byStatus.document.orders[0]).toMatchObject({ orderId: declined, status: 'PAYMENT_FAILED' });
    expect(byCustomer.document.orders.map(({ orderId }: { orderId: string }) => orderId)).toEqual([declined]);
    expect(ofNobody).toMatchObject({ exitCode: 0, stdout: 'No orders.\n' });
  });

  it.each([
    ['tok_visa', 'SW1Y 4JH', 0, 'COMPLETED'],
    ['tok_declined', 'SW1Y 4JH', 11, 'PAYMENT_FAILED'],
    ['tok_silent', 'SW1Y 4JH', 13, 'MANUAL_INTERVENTION'],
  ])(
    'watches an order with %s and ends with the exit code that says how it rests',
    async (token, postalCode, code, status) => {
      const orderId = await orderOf({ token, postalCode });

      const watched = await ops('watch', orderId);
      const { document } = await opsJson('watch', orderId);

      expect(watched.exitCode).toBe(code);
      expect(watched.stdout).toMatch(/OrderCreated +PENDING/);
      expect(document).toMatchObject({ orderId, status });
    },
  );

  it('says that there is no such order', async () => {
    const nobody = '8f14e45f-ceea-5467-9575-3f1c2f0e9b11';

    for (const command of ['order', 'watch', 'cancel']) {
      expect(await ops(command, nobody)).toMatchObject({ exitCode: 4, stdout: '' });
    }
  });
});

describe('deciding and cancelling', () => {
  it('shows what waits, decides it once, and tells the second who was first', async () => {
    const orderId = await orderOf({ postalCode: '00000' });

    const open = await opsJson('interventions');
    const first = await ops('decide', orderId, 'REFUND_AND_CANCEL', '--note', 'carrier is gone');
    await host.idle();
    const second = await ops('decide', orderId, 'RETRY', '--note', 'once more');
    const closed = await opsJson('interventions', '--status', 'closed');

    expect(open.document.interventions).toContainEqual(
      expect.objectContaining({ orderId, reason: 'SHIPPING_IMPOSSIBLE', status: 'OPEN' }),
    );
    expect(JSON.stringify(open.document)).not.toMatch(/taskToken/);
    expect(first.exitCode).toBe(0);
    expect((await ops('watch', orderId)).exitCode).toBe(12);
    expect(second).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('REFUND_AND_CANCEL') });
    expect(closed.document.interventions).toContainEqual(
      expect.objectContaining({ orderId, decided: expect.objectContaining({ note: 'carrier is gone' }) }),
    );
  });

  it('repeats a decision whose answer was lost, under its key', async () => {
    const orderId = await orderOf({ postalCode: '00000' });
    const decide = ['decide', orderId, 'REFUND_AND_CANCEL', '--note', 'gone', '--idempotency-key', 'lost answer'];

    const [once, again] = [await opsJson(...decide), await opsJson(...decide)];

    expect([once.exitCode, again.exitCode]).toEqual([0, 0]);
    expect(again.document.decided).toEqual(once.document.decided);
  });

  it('asks for the role that a decision about money takes, and is refused with less', async () => {
    const orderId = await orderOf({ token: 'tok_silent' });
    const writeOff = ['decide', orderId, 'WRITE_OFF', '--reason', 'insolvent', '--note', 'case 1'];

    expect(await ops(...writeOff, '--role', 'staff')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('admin'),
    });
    expect((await ops(...writeOff)).exitCode).toBe(0);
    await host.idle();
    expect((await ops('watch', orderId)).exitCode).toBe(12);
  });

  it('cancels an order that waits, and not one that has ended', async () => {
    const waiting = await orderOf({ postalCode: '00000' });
    const ended = await orderOf();

    expect((await ops('cancel', waiting, '--reason', 'ordered twice')).exitCode).toBe(0);
    await host.idle();

    expect((await ops('watch', waiting)).exitCode).toBe(12);
    expect((await ops('cancel', waiting)).stdout).toContain('CANCELLED already');
    expect(await ops('cancel', ended)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('COMPLETED') });
  });
});

describe('the rest', () => {
  it('moves the virtual clock', async () => {
    const before = (await opsJson('clock')).document;

    const after = (await opsJson('clock', 'advance', '90m')).document;

    expect(before.virtual).toBe(true);
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(90 * 60_000);
  });

  it('seeds once and gives tokens', async () => {
    expect((await opsJson('seed')).document).toEqual({ written: 0 });
    expect((await ops('token', '--role', 'staff')).stdout).toBe(`${host.outputs.StaffToken}\n`);
    expect((await opsJson('token', '--client', 'trial')).document.token).toMatch(/^ey/);
  });

  it('runs as a process of its own', async () => {
    const { stdout } = await opsProcess('status', '--json', '--outputs-file', outputsFile);

    expect(JSON.parse(stdout)).toMatchObject({ stack: 'OrderSaga-dev', alarms: expect.any(Array) });
  });

  it('ends with 3 when the host has gone', async () => {
    const gone = join(host.dataDirectory, 'gone.json');
    const outputs = { ...host.outputs, AwsEndpointUrl: 'http://127.0.0.1:1' };
    await writeFile(gone, JSON.stringify({ 'OrderSaga-dev': outputs }));

    await expect(opsProcess('orders', '--outputs-file', gone)).rejects.toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Nothing answers at http://127.0.0.1:1: is the host running (npm start)?'),
    });
  });
});
