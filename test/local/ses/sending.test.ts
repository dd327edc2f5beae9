import { AwsError } from '../../../local/aws-error.ts';
import type { AccessRequest } from '../../../local/aws-service.ts';
import { plain, SENDER, ses, type Ses, templated } from './ses-fixture.ts';

describe('sending with SES', () => {
  let mail: Ses;
  beforeEach(async () => {
    mail = await ses();
  });
  afterEach(() => mail.host.close());

  const kept = async () => (await mail.service.mails()).mails;

  it('renders a template, keeps the mail and returns its id', async () => {
    const data = { orderId: 'o-1', name: 'Ada & Co', items: [{ quantity: 2, sku: 'MUG-BLUE' }] };
    const input = { ...templated(data), Tags: [{ Name: 'event', Value: 42 }], ReplyToAddresses: ['help@example.com'] };

    const { MessageId } = await mail.call('SendTemplatedEmail', input);

    expect(await kept()).toEqual([
      {
        messageId: MessageId,
        from: `Shop <${SENDER}>`,
        to: ['ada@example.com'],
        cc: [],
        bcc: [],
        replyTo: ['help@example.com'],
        subject: 'Order o-1 is confirmed',
        text: 'Hello Ada & Co,\n- 2 x MUG-BLUE',
        // SES does not escape what it fills into HTML.
        html: '<p>Ada & Co</p>',
        template: 'confirmed',
        tags: { event: '42' },
        status: 'delivered',
        sentAt: '2026-01-15T10:00:00.000Z',
      },
    ]);
    expect(MessageId).toMatch(/^[0-9a-f]{16}-[0-9a-f-]{36}-000000$/);
    expect(mail.host.measurements).toContainEqual(
      expect.objectContaining({ namespace: 'AWS/SES', name: 'Send', value: 1 }),
    );
  });

  it('accepts a mail whose data lacks a variable, and records that it could not be rendered', async () => {
    const { MessageId } = await mail.call('SendTemplatedEmail', templated({ orderId: 'o-1', items: [] }));

    expect(await kept()).toMatchObject([
      {
        messageId: MessageId,
        status: 'rendering-failed',
        failure: "Attribute 'name' is not present in the rendering data.",
        subject: '',
      },
    ]);
    expect(mail.host.measurements.map(({ name }) => name)).toEqual(['Send', 'RenderingFailure']);
  });

  it('sends a message as given, to all its recipients', async () => {
    const input = {
      ...plain('ada@example.com'),
      Destination: {
        ToAddresses: ['ada@example.com'],
        CcAddresses: ['bob@example.com'],
        BccAddresses: ['eve@example.com'],
      },
    };

    await mail.call('SendEmail', input);

    const toBob = await mail.service.mails({ to: 'Bob@example.com' });
    expect(toBob.mails).toMatchObject([{ subject: 'Hi', text: 'there', html: '', cc: ['bob@example.com'] }]);
  });

  it('reads the parts of a raw message', async () => {
    const raw = [
      `From: Shop <${SENDER}>`,
      'To: "Lovelace, Ada" <ada@example.com>,',
      '  bob@example.com',
      'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
      'Content-Type: multipart/alternative; boundary="b1"',
      '',
      'a preamble',
      '--b1',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'sch=C3=B6n=',
      'er Tag',
      '--b1',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('<b>schön</b>').toString('base64'),
      '--b1--',
    ].join('\r\n');

    await mail.call('SendRawEmail', { RawMessage: { Data: Buffer.from(raw).toString('base64') } });

    expect(await kept()).toMatchObject([
      {
        to: ['"Lovelace, Ada" <ada@example.com>', 'bob@example.com'],
        subject: 'Grüße',
        text: 'schöner Tag',
        html: '<b>schön</b>',
      },
    ]);
  });

  it.each([
    ['bounce@simulator.amazonses.com', 'bounced'],
    ['bounce+order-7@simulator.amazonses.com', 'bounced'],
    ['complaint@simulator.amazonses.com', 'complained'],
    ['success@simulator.amazonses.com', 'delivered'],
    ['bounce@example.com', 'delivered'],
  ])('decides by the address: %s is %s', async (to, status) => {
    await mail.call('SendEmail', plain(to));

    expect((await kept())[0]?.status).toBe(status);
  });

  it.each([
    [
      'a sender that is not verified',
      'SendEmail',
      plain('ada@example.com', 'me@elsewhere.org'),
      'MessageRejected',
      'Email address is not verified. The following identities failed the check in region US-EAST-1: me@elsewhere.org',
    ],
    [
      'a template that does not exist',
      'SendTemplatedEmail',
      { ...templated({}), Template: 'x' },
      'TemplateDoesNotExist',
      'Template x does not exist',
    ],
    [
      'data that are no JSON',
      'SendTemplatedEmail',
      { ...templated({}), TemplateData: '{' },
      'InvalidParameterValue',
      'Unable to parse template data (invalid JSON).',
    ],
    ['an address without a domain', 'SendEmail', plain('ada'), 'InvalidParameterValue', "Missing final '@domain'"],
    [
      'no recipient',
      'SendEmail',
      { ...plain(''), Destination: {} },
      'InvalidParameterValue',
      "Missing required header 'To'.",
    ],
    [
      'an unknown configuration set',
      'SendEmail',
      { ...plain('a@b.c'), ConfigurationSetName: 'x' },
      'ConfigurationSetDoesNotExist',
      'Configuration set <x> does not exist.',
    ],
    ['no content', 'SendEmail', { ...plain('a@b.c'), Message: {} }, 'ValidationError', 'Message must have a Subject'],
  ])('refuses %s and keeps nothing', async (_, operation, input, code, message) => {
    await expect(mail.call(operation, input)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
    expect(await kept()).toEqual([]);
  });

  it('asks for rights on the identity and on the template, with the address as a condition', async () => {
    const asked: AccessRequest[] = [];
    mail.host.authorize = (request) => void asked.push(request);

    await mail.call('SendTemplatedEmail', templated({ orderId: 'o', name: 'n', items: [] }));

    expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
      ['ses:SendTemplatedEmail', 'arn:aws:ses:us-east-1:000000000000:identity/orders.example.com'],
      ['ses:SendTemplatedEmail', 'arn:aws:ses:us-east-1:000000000000:template/confirmed'],
    ]);
    expect(asked[0]?.context).toEqual({ 'ses:FromAddress': SENDER, 'ses:FromDisplayName': 'Shop' });
  });

  it('keeps nothing when IAM refuses', async () => {
    mail.host.authorize = () => {
      throw new AwsError('AccessDenied', 'no', { status: 403 });
    };

    await expect(mail.call('SendEmail', plain('ada@example.com'))).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(await kept()).toEqual([]);
  });

  it('tells how much was sent in the last day and two weeks', async () => {
    await mail.call('SendEmail', plain('bounce@simulator.amazonses.com'));
    await mail.host.clock.advance(25 * 60 * 60 * 1000);
    await mail.call('SendEmail', plain('ada@example.com'));

    expect(await mail.call('GetSendQuota', {})).toMatchObject({ SentLast24Hours: 1, Max24HourSend: -1 });
    expect(await mail.call('GetSendStatistics', {})).toEqual({
      SendDataPoints: [
        { Timestamp: Date.UTC(2026, 0, 15, 10, 15) / 1000, DeliveryAttempts: 1, Bounces: 1, Complaints: 0, Rejects: 0 },
        { Timestamp: Date.UTC(2026, 0, 16, 11, 15) / 1000, DeliveryAttempts: 1, Bounces: 0, Complaints: 0, Rejects: 0 },
      ],
    });
  });
});
