import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../local/aws-error.ts';
import { plain, ses, templated } from './ses-fixture.ts';

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:feedback';
const SET = 'arn:aws:ses:us-east-1:000000000000:configuration-set/tracked';
const ALL = ['send', 'delivery', 'bounce', 'complaint', 'renderingFailure'];

/** SES with the configuration set `tracked`, whose events go to the default bus; bus and topics are stand-ins. */
async function tracked(options: { directory?: string; failures?: number } = {}) {
  const mail = await ses(options);
  const published: { service: string; input: Record<string, unknown> }[] = [];
  let failures = options.failures ?? 0;
  const stub = (service: string) => ({
    async call(_: string, input: unknown) {
      if (failures > 0) {
        failures -= 1;
        throw new AwsError('InternalException', 'Internal error', { status: 500 });
      }
      published.push({ service, input: input as Record<string, unknown> });
    },
  });
  mail.host.services.set('events', stub('events')).set('sns', stub('sns'));
  await mail.create('ConfigurationSet', 'Tracked', { Name: 'tracked' });
  await mail.create('ConfigurationSetEventDestination', 'Bus', {
    ConfigurationSetName: 'tracked',
    EventDestination: {
      Name: 'bus',
      Enabled: true,
      MatchingEventTypes: ALL,
      EventBridgeDestination: { EventBusArn: BUS },
    },
  });
  const events = () =>
    published.flatMap(({ input }) => (input['Entries'] ?? []) as { DetailType: string; Detail: string }[]);
  return { ...mail, published, events, details: () => events().map(({ Detail }) => JSON.parse(Detail) as object) };
}

const within = (input: object) => ({ ...input, ConfigurationSetName: 'tracked' });

describe('the events of mails', () => {
  let mail: Awaited<ReturnType<typeof tracked>>;
  beforeEach(async () => {
    mail = await tracked();
  });
  afterEach(() => mail.host.close());

  const sendTo = async (to: string): Promise<void> => {
    await mail.call('SendEmail', within(plain(to)));
    await mail.host.clock.idle();
  };

  it.each([
    ['ada@example.com', ['Email Sent', 'Email Delivered']],
    ['success@simulator.amazonses.com', ['Email Sent', 'Email Delivered']],
    ['bounce+order-7@simulator.amazonses.com', ['Email Sent', 'Email Bounced']],
    ['suppressionlist@simulator.amazonses.com', ['Email Sent', 'Email Bounced']],
    ['Complaint@simulator.amazonses.com', ['Email Sent', 'Email Delivered', 'Email Complaint Received']],
    ['ooto@simulator.amazonses.com', ['Email Sent', 'Email Delivered', 'Email Bounced']],
  ])('to %s are %j, on the default bus', async (to, types) => {
    await sendTo(to);

    expect(mail.events().map(({ DetailType }) => DetailType)).toEqual(types);
    expect(mail.events()[0]).toMatchObject({ Source: 'aws.ses', Resources: [SET] });
    expect(mail.host.calls[0]?.principal).toEqual({
      kind: 'service',
      service: 'ses.amazonaws.com',
      sourceArn: SET,
    });
  });

  it.each([
    ['bounce@simulator.amazonses.com', 'Permanent', 'General'],
    ['suppressionlist@simulator.amazonses.com', 'Permanent', 'Suppressed'],
    ['ooto@simulator.amazonses.com', 'Transient', 'General'],
  ])('tell how %s bounces: %s, %s', async (to, bounceType, bounceSubType) => {
    await sendTo(to);

    expect(mail.details().at(-1)).toMatchObject({
      eventType: 'Bounce',
      bounce: { bounceType, bounceSubType, bouncedRecipients: [{ emailAddress: to }] },
    });
  });

  it('have the mail, its headers and its tags, to which SES adds some', async () => {
    await mail.call('SendEmail', within({ ...plain('ada@example.com'), Tags: [{ Name: 'order', Value: 7 }] }));
    await mail.host.clock.idle();

    const [{ messageId } = { messageId: '' }] = (await mail.service.mails()).mails;
    expect(mail.details()[0]).toMatchObject({
      eventType: 'Send',
      mail: {
        messageId,
        source: 'shop@orders.example.com',
        sourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/orders.example.com',
        destination: ['ada@example.com'],
        commonHeaders: { subject: 'Hi', to: ['ada@example.com'] },
        tags: {
          order: ['7'],
          'ses:configuration-set': ['tracked'],
          'ses:from-domain': ['orders.example.com'],
          'ses:operation': ['SendEmail'],
        },
      },
    });
  });

  it('part the recipients of one mail by what became of it', async () => {
    const to = ['ada@example.com', 'bounce@simulator.amazonses.com'];
    await mail.call('SendEmail', within({ ...plain(''), Destination: { ToAddresses: to } }));
    await mail.host.clock.idle();

    expect(mail.details()).toMatchObject([
      { eventType: 'Send' },
      { eventType: 'Delivery', delivery: { recipients: ['ada@example.com'] } },
      { eventType: 'Bounce', bounce: { bouncedRecipients: [{ emailAddress: to[1], status: '5.1.1' }] } },
    ]);
  });

  it('of a mail that could not be rendered say why, and that it was not sent', async () => {
    await mail.call('SendTemplatedEmail', within(templated({ orderId: 'o', items: [] })));
    await mail.host.clock.idle();

    const failure = {
      templateName: 'confirmed',
      errorMessage: "Attribute 'name' is not present in the rendering data.",
    };
    expect(mail.details()).toMatchObject([{ eventType: 'Rendering Failure', failure }]);
  });

  it('reach topics too, of the types that the destination names', async () => {
    await mail.call('CreateConfigurationSetEventDestination', {
      ConfigurationSetName: 'tracked',
      EventDestination: {
        Name: 'topic',
        Enabled: 'true',
        MatchingEventTypes: ['bounce'],
        SNSDestination: { TopicARN: TOPIC },
      },
    });
    await sendTo('bounce@simulator.amazonses.com');

    const toTopic = mail.published.filter(({ service }) => service === 'sns');
    expect(toTopic).toMatchObject([{ input: { TopicArn: TOPIC, Subject: 'Amazon SES Email Event Notification' } }]);
    expect(JSON.parse(String(toTopic[0]?.input['Message']))).toMatchObject({ eventType: 'Bounce' });
  });

  it('reach the topics of an identity too, without a configuration set', async () => {
    const topic = { Identity: 'Orders.example.com', SnsTopic: TOPIC };
    await mail.call('SetIdentityNotificationTopic', { ...topic, NotificationType: 'Bounce' });
    await mail.call('SendEmail', plain('bounce@simulator.amazonses.com'));
    await mail.call('SendEmail', plain('ada@example.com'));
    await mail.host.clock.idle();

    expect(mail.published.map(({ service }) => service)).toEqual(['sns']);
    expect(mail.host.calls[0]?.principal).toMatchObject({
      sourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/orders.example.com',
    });
    const notification = JSON.parse(String(mail.published[0]?.input['Message'])) as { mail: object };
    expect(notification).toMatchObject({ notificationType: 'Bounce', bounce: { bounceType: 'Permanent' } });
    expect(Object.keys(notification.mail)).toEqual([
      ...['timestamp', 'source', 'sourceArn', 'sendingAccountId', 'messageId', 'destination'],
    ]);
  });

  it('come with headers to the topics of an identity that asks for them, until it has none', async () => {
    const Identity = 'orders.example.com';
    await mail.call('SetIdentityNotificationTopic', { Identity, NotificationType: 'Delivery', SnsTopic: TOPIC });
    await mail.call('SetIdentityHeadersInNotificationsEnabled', {
      Identity,
      NotificationType: 'Delivery',
      Enabled: 'true',
    });
    expect(await mail.call('GetIdentityNotificationAttributes', { Identities: [Identity, 'x.org'] })).toEqual({
      NotificationAttributes: {
        [Identity]: {
          DeliveryTopic: TOPIC,
          ForwardingEnabled: false,
          HeadersInBounceNotificationsEnabled: false,
          HeadersInComplaintNotificationsEnabled: false,
          HeadersInDeliveryNotificationsEnabled: true,
        },
      },
    });
    await mail.call('SendEmail', plain('ada@example.com'));
    await mail.host.clock.idle();
    const [{ input } = { input: {} }] = mail.published as { input: Record<string, unknown> }[];
    expect(JSON.parse(String(input?.['Message']))).toMatchObject({ mail: { commonHeaders: { subject: 'Hi' } } });

    await mail.call('SetIdentityNotificationTopic', { Identity, NotificationType: 'Delivery' });
    await mail.call('SendEmail', plain('ada@example.com'));
    await mail.host.clock.idle();
    expect(mail.published).toHaveLength(1);
  });

  it('do not exist without a configuration set, or with a destination that is not enabled', async () => {
    await mail.create('ConfigurationSet', 'Silent', { Name: 'silent' });
    await mail.create('ConfigurationSetEventDestination', 'Off', {
      ConfigurationSetName: 'silent',
      EventDestination: { MatchingEventTypes: ALL, Enabled: false, SnsDestination: { TopicARN: TOPIC } },
    });

    await mail.call('SendEmail', plain('ada@example.com'));
    await mail.call('SendEmail', { ...plain('ada@example.com'), ConfigurationSetName: 'silent' });
    await mail.host.clock.idle();

    expect(mail.published).toEqual([]);
  });
});

it('a bus that fails has the events a little later, in their order', async () => {
  const mail = await tracked({ failures: 2 });
  await mail.call('SendEmail', within(plain('ada@example.com')));
  await mail.host.clock.idle();

  expect(mail.events().map(({ DetailType }) => DetailType)).toEqual(['Email Sent', 'Email Delivered']);
  await mail.host.close();
});

it('events that the host could not publish before its end are published at the next start', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'order-saga-ses-'));
  const before = await tracked({ directory, failures: 2 });
  await before.call('SendEmail', within(plain('ada@example.com')));
  // Ends before the second attempts are due.
  await before.host.close();

  const after = await tracked({ directory });
  await after.host.clock.idle();

  expect(after.events().map(({ DetailType }) => DetailType)).toEqual(['Email Sent', 'Email Delivered']);
  await after.host.close();
  await rm(directory, { recursive: true });
});
