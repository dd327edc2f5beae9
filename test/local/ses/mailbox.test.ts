import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plain, ses, type Ses } from './ses-fixture.ts';

describe('the list of mails', () => {
  let mail: Ses;
  beforeEach(async () => {
    mail = await ses();
  });
  afterEach(() => mail.host.close());

  const send = async (...recipients: string[]): Promise<void> => {
    for (const to of recipients) await mail.call('SendEmail', plain(to));
  };
  const recipients = (mails: readonly { to: readonly string[] }[]) => mails.flatMap(({ to }) => to);

  it('goes from the newest to the oldest, page by page, also within one instant', async () => {
    await send('1@a.com', '2@a.com', '3@a.com', '4@a.com', '5@a.com');

    const first = await mail.service.mails({ limit: 2 });
    const second = await mail.service.mails({ limit: 2, cursor: first.cursor ?? '' });
    const third = await mail.service.mails({ limit: 2, cursor: second.cursor ?? '' });

    expect([first, second, third].map(({ mails }) => recipients(mails))).toEqual([
      ['5@a.com', '4@a.com'],
      ['3@a.com', '2@a.com'],
      ['1@a.com'],
    ]);
    expect(third).not.toHaveProperty('cursor');
  });

  it('shows only the mails to one address, paged too', async () => {
    await send('ada@a.com', 'bob@a.com', 'ada@a.com', 'ada@a.com.org');

    const first = await mail.service.mails({ to: 'ADA@a.com', limit: 1 });
    const second = await mail.service.mails({ to: 'ADA@a.com', limit: 1, cursor: first.cursor ?? '' });

    expect(recipients([...first.mails, ...second.mails])).toEqual(['ada@a.com', 'ada@a.com']);
    expect(second).not.toHaveProperty('cursor');
  });

  it.each([[{ limit: 0 }], [{ limit: 1.5 }], [{ limit: 5_000 }], [{ cursor: 'x' }]])('refuses %j', async (query) => {
    await expect(mail.service.mails(query)).rejects.toThrow(RangeError);
  });
});

it('keeps mails and goes on behind them after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-ses-'));
  const before = await ses({ directory });
  await before.call('SendEmail', plain('first@a.com'));
  await before.host.close();

  const after = await ses({ directory });
  await after.host.clock.advance(1);
  await after.call('SendEmail', plain('second@a.com'));

  const { mails } = await after.service.mails();
  expect(mails.map(({ to }) => to)).toEqual([['second@a.com'], ['first@a.com']]);
  await after.host.close();
  await rm(directory, { recursive: true });
});
