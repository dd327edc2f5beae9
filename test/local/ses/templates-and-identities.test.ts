import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plain, ses, type Ses } from './ses-fixture.ts';

describe('templates and identities of SES', () => {
  let mail: Ses;
  beforeEach(async () => {
    mail = await ses();
  });
  afterEach(() => mail.host.close());

  const welcome = { TemplateName: 'welcome', SubjectPart: 'Hi {{name}}', TextPart: 'Hello' };

  it('are made, read, changed, listed and removed over the wire', async () => {
    await mail.call('CreateTemplate', { Template: welcome });
    await mail.call('UpdateTemplate', { Template: { ...welcome, TextPart: 'Welcome' } });

    expect(await mail.call('GetTemplate', { TemplateName: 'welcome' })).toEqual({
      Template: { ...welcome, TextPart: 'Welcome' },
    });
    expect(await mail.call('ListTemplates', { MaxItems: 1 })).toEqual({
      TemplatesMetadata: [{ Name: 'confirmed', CreatedTimestamp: Date.UTC(2026, 0, 15, 10) / 1000 }],
      NextToken: '1',
    });
    await mail.call('DeleteTemplate', { TemplateName: 'welcome' });
    await expect(mail.call('GetTemplate', { TemplateName: 'welcome' })).rejects.toMatchObject({
      code: 'TemplateDoesNotExist',
    });
  });

  it.each([
    ['one that exists', { ...welcome, TemplateName: 'confirmed' }, 'AlreadyExists'],
    ['one that is no Handlebars', { ...welcome, TextPart: '{{#if}' }, 'InvalidTemplate'],
    ['one without a body', { TemplateName: 'x', SubjectPart: 'y' }, 'InvalidTemplate'],
    ['one without a name', { SubjectPart: 'y', TextPart: 'z' }, 'ValidationError'],
  ])('refuse to be made: %s', async (_, Template, code) => {
    await expect(mail.call('CreateTemplate', { Template })).rejects.toMatchObject({ code });
  });

  it('are rendered for a look at them, and then a missing attribute is an error', async () => {
    await mail.call('CreateTemplate', { Template: { ...welcome, HtmlPart: '<b>Hello</b>' } });

    const { RenderedTemplate } = await mail.call('TestRenderTemplate', {
      TemplateName: 'welcome',
      TemplateData: '{"name":"Ada"}',
    });

    expect(RenderedTemplate).toContain('Subject: Hi Ada\r\n');
    expect(RenderedTemplate).toContain(
      'Content-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<b>Hello</b>',
    );
    const render = (TemplateData: string) => mail.call('TestRenderTemplate', { TemplateName: 'welcome', TemplateData });
    await expect(render('{}')).rejects.toMatchObject({
      code: 'MissingRenderingAttribute',
      message: "Attribute 'name' is not present in the rendering data.",
    });
    await expect(render('[]')).rejects.toMatchObject({ code: 'InvalidRenderingParameter' });
  });

  it('an address that was verified may send', async () => {
    await mail.call('VerifyEmailIdentity', { EmailAddress: 'Me@elsewhere.org' });

    await mail.call('SendEmail', plain('ada@example.com', 'me@elsewhere.org'));

    expect(await mail.call('ListIdentities', {})).toEqual({ Identities: ['Me@elsewhere.org', 'orders.example.com'] });
    expect(await mail.call('ListIdentities', { IdentityType: 'Domain' })).toEqual({
      Identities: ['orders.example.com'],
    });
    expect(
      await mail.call('GetIdentityVerificationAttributes', { Identities: ['orders.example.com', 'x.org'] }),
    ).toEqual({
      VerificationAttributes: { 'orders.example.com': { VerificationStatus: 'Success' } },
    });
    await mail.call('DeleteIdentity', { Identity: 'me@elsewhere.org' });
    await expect(mail.call('SendEmail', plain('a@b.c', 'me@elsewhere.org'))).rejects.toMatchObject({
      code: 'MessageRejected',
    });
  });

  it('a domain covers its subdomains, and no other domain that ends alike', async () => {
    await mail.call('SendEmail', plain('a@b.c', 'me@sub.orders.example.com'));

    await expect(mail.call('SendEmail', plain('a@b.c', 'me@evilorders.example.com'))).rejects.toMatchObject({
      code: 'MessageRejected',
    });
  });

  it('refuse by name what they do not serve', async () => {
    await expect(mail.call('SendBounce', {})).rejects.toMatchObject({ code: 'UnsupportedOperation' });
    await expect(mail.create('EmailIdentity', 'X', { EmailIdentity: 'x.org', Color: 'red' })).rejects.toThrow(
      'must NOT have additional properties',
    );
  });
});

it('what was made or changed over the wire outlives a restart, until the stack itself says otherwise', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-ses-'));
  const first = await ses({ directory });
  await first.call('VerifyEmailIdentity', { EmailAddress: 'me@elsewhere.org' });
  await first.call('CreateTemplate', { Template: { TemplateName: 'own', SubjectPart: 's', TextPart: 't' } });
  await first.call('UpdateTemplate', {
    Template: { TemplateName: 'confirmed', SubjectPart: 'changed', TextPart: 't' },
  });
  await first.host.close();

  const subject = async (mail: Ses, TemplateName: string) =>
    ((await mail.call('GetTemplate', { TemplateName })).Template as { SubjectPart: string }).SubjectPart;

  const second = await ses({ directory });
  expect(await subject(second, 'own')).toBe('s');
  expect(await subject(second, 'confirmed')).toBe('changed');
  expect(await second.call('ListIdentities', {})).toEqual({ Identities: ['me@elsewhere.org', 'orders.example.com'] });
  await second.host.close();

  const third = await ses({ directory, confirmed: 'deployed anew' });
  expect(await subject(third, 'confirmed')).toBe('deployed anew');
  await third.host.close();
  await rm(directory, { recursive: true });
});
