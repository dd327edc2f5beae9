import type { AccessRequest } from '../../../local/aws-service.ts';
import { UNRESTRICTED } from '../../../local/aws-service.ts';
import { SesV2Service } from '../../../local/services/ses/v2/ses-v2-service.ts';
import { SENDER, ses, type Ses } from './ses-fixture.ts';

describe('version 2 of SES', () => {
  let mail: Ses;
  let call: (operation: string, input?: object) => Promise<Record<string, unknown>>;
  beforeEach(async () => {
    mail = await ses();
    const service = new SesV2Service(mail.service.parts);
    call = async (operation, input = {}) =>
      ((await service.call(operation, input, UNRESTRICTED)) ?? {}) as Record<string, unknown>;
  });
  afterEach(() => mail.host.close());

  const kept = async () => (await mail.service.mails()).mails;
  const send = (Content: object, more: object = {}) =>
    call('SendEmail', {
      FromEmailAddress: SENDER,
      Destination: { ToAddresses: ['ada@example.com'] },
      Content,
      ...more,
    });
  const simple = { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'there' } } } };
  const DATA = JSON.stringify({ orderId: 'o-1', name: 'Ada', items: [] });

  it('sends a simple mail, with further headers', async () => {
    const Headers = [{ Name: 'X-Order', Value: 'o-1' }];

    const { MessageId } = await send(
      { Simple: { ...simple.Simple, Headers } },
      { EmailTags: [{ Name: 'a', Value: 'b' }] },
    );

    expect(await kept()).toMatchObject([
      { messageId: MessageId, subject: 'Hi', text: 'there', headers: Headers, tags: { a: 'b' } },
    ]);
  });

  it('sends from the templates of version 1, by name or ARN, and from one that comes along', async () => {
    await send({ Template: { TemplateName: 'confirmed', TemplateData: DATA } });
    await send({
      Template: { TemplateArn: 'arn:aws:ses:us-east-1:000000000000:template/confirmed', TemplateData: DATA },
    });
    await send({ Template: { TemplateContent: { Subject: 'Own {{x}}', Text: 't' }, TemplateData: '{"x":1}' } });

    expect((await kept()).map(({ subject }) => subject)).toEqual([
      'Own 1',
      'Order o-1 is confirmed',
      'Order o-1 is confirmed',
    ]);
  });

  it('sends a raw message to its own recipients, or to those of the call', async () => {
    const Data = Buffer.from(`From: ${SENDER}\r\nTo: bob@example.com\r\nSubject: Raw\r\n\r\nbody`).toString('base64');
    await send({ Raw: { Data } });
    await call('SendEmail', { Content: { Raw: { Data } } });

    expect((await kept()).map(({ to }) => to)).toEqual([['bob@example.com'], ['ada@example.com']]);
  });

  it('asks for the rights of version 1 for the same content', async () => {
    const asked: AccessRequest[] = [];
    mail.host.authorize = (request) => void asked.push(request);
    await send(simple);
    await send({ Template: { TemplateName: 'confirmed', TemplateData: DATA } });

    expect(asked.map(({ action, resource }) => `${action} ${resource.split(':').at(-1)}`)).toEqual([
      'ses:SendEmail identity/orders.example.com',
      'ses:SendTemplatedEmail identity/orders.example.com',
      'ses:SendTemplatedEmail template/confirmed',
    ]);
  });

  it('sends a bulk in which one bad address does not hold up the others', async () => {
    const entry = (to: string, name: string) => ({
      Destination: { ToAddresses: [to] },
      ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: JSON.stringify({ name }) } },
    });
    const { BulkEmailEntryResults } = await call('SendBulkEmail', {
      FromEmailAddress: SENDER,
      DefaultContent: { Template: { TemplateName: 'confirmed', TemplateData: DATA } },
      BulkEmailEntries: [entry('bob@example.com', 'Bob'), entry('nobody', 'X'), entry('eve@example.com', 'Eve')],
    });

    const id = expect.any(String) as string;
    expect(BulkEmailEntryResults).toEqual([
      { Status: 'SUCCESS', MessageId: id },
      { Status: 'INVALID_PARAMETER', Error: "Missing final '@domain'" },
      { Status: 'SUCCESS', MessageId: id },
    ]);
    expect((await kept()).map(({ text }) => text)).toEqual(['Hello Eve,', 'Hello Bob,']);
  });

  it('has the same templates as version 1', async () => {
    const TemplateContent = { Subject: 'S {{x}}', Text: 'T' };
    await call('CreateEmailTemplate', { TemplateName: 'own', TemplateContent });

    expect(await mail.call('GetTemplate', { TemplateName: 'own' })).toEqual({
      Template: { TemplateName: 'own', SubjectPart: 'S {{x}}', TextPart: 'T' },
    });
    expect(await call('GetEmailTemplate', { TemplateName: 'own' })).toEqual({ TemplateName: 'own', TemplateContent });
    expect(await call('ListEmailTemplates')).toMatchObject({
      TemplatesMetadata: [{ TemplateName: 'confirmed' }, { TemplateName: 'own' }],
    });
    const rendered = await call('TestRenderEmailTemplate', { TemplateName: 'own', TemplateData: '{"x":1}' });
    expect(rendered['RenderedTemplate']).toContain('Subject: S 1');
    await call('DeleteEmailTemplate', { TemplateName: 'own' });
    await expect(call('GetEmailTemplate', { TemplateName: 'own' })).rejects.toMatchObject({
      code: 'NotFoundException',
      status: 404,
    });
  });

  it('makes identities that may send at once', async () => {
    expect(await call('CreateEmailIdentity', { EmailIdentity: 'elsewhere.org' })).toMatchObject({
      IdentityType: 'DOMAIN',
      VerifiedForSendingStatus: true,
    });
    await send(simple, { FromEmailAddress: 'me@elsewhere.org' });

    expect(await call('ListEmailIdentities', { PageSize: 1 })).toMatchObject({
      EmailIdentities: [{ IdentityName: 'elsewhere.org' }],
      NextToken: '1',
    });
    await call('DeleteEmailIdentity', { EmailIdentity: 'elsewhere.org' });
    await expect(call('GetEmailIdentity', { EmailIdentity: 'elsewhere.org' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('holds back what the suppression list names, unless the configuration set says otherwise', async () => {
    await call('PutSuppressedDestination', { EmailAddress: 'Ada@example.com', Reason: 'COMPLAINT' });
    await call('CreateConfigurationSet', {
      ConfigurationSetName: 'bounces-only',
      SuppressionOptions: { SuppressedReasons: ['BOUNCE'] },
    });

    await send(simple);
    await send(simple, { ConfigurationSetName: 'bounces-only' });
    await call('DeleteSuppressedDestination', { EmailAddress: 'ada@example.com' });
    await send(simple);

    expect((await kept()).map(({ status }) => status)).toEqual(['delivered', 'delivered', 'bounced']);
    await expect(call('GetSuppressedDestination', { EmailAddress: 'ada@example.com' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('lists the suppressed by reason', async () => {
    await call('PutSuppressedDestination', { EmailAddress: 'a@b.c', Reason: 'COMPLAINT' });
    await call('PutSuppressedDestination', { EmailAddress: 'b@b.c', Reason: 'BOUNCE' });

    expect(await call('ListSuppressedDestinations', { Reason: 'BOUNCE' })).toMatchObject({
      SuppressedDestinationSummaries: [{ EmailAddress: 'b@b.c', LastUpdateTime: 1_768_471_200 }],
    });
  });

  it.each([
    ['an unknown template', { Template: { TemplateName: 'x', TemplateData: '{}' } }, {}, 'NotFoundException'],
    [
      'data that are no JSON',
      { Template: { TemplateName: 'confirmed', TemplateData: '{' } },
      {},
      'BadRequestException',
    ],
    ['two contents', { ...simple, Raw: { Data: '' } }, {}, 'BadRequestException'],
    ['a sender that is not verified', simple, { FromEmailAddress: 'me@else.org' }, 'MessageRejected'],
    ['an unknown configuration set', simple, { ConfigurationSetName: 'x' }, 'NotFoundException'],
    ['a contact list', simple, { ListManagementOptions: {} }, 'UnsupportedOperation'],
    ['an attachment', { Simple: { ...simple.Simple, Attachments: [] } }, {}, 'UnsupportedOperation'],
  ])('refuses %s', async (_, content, more, code) => {
    await expect(send(content, more)).rejects.toMatchObject({ code });
    expect(await kept()).toEqual([]);
  });

  it('refuses by name what it does not serve', async () => {
    await expect(call('CreateContactList')).rejects.toThrow('CreateContactList of SES version 2');
  });
});
