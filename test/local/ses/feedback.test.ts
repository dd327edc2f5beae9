import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../../local/aws-error.ts';
import { plain, ses, type Ses, templated } from './ses-fixture.ts';

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

  it.each([
    [{ KinesisFirehoseDestination: {} }, 'KinesisFirehoseDestination'],
    [{ CloudWatchDestination: {} }, 'CloudWatchDestination'],
    [{ EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:0:event-bus/own' } }, 'Only the default bus'],
    [{ SNSDestination: { TopicARN: TOPIC }, MatchingEventTypes: ['read'] }, 'read is no type of event'],
    [{}, 'exactly one of'],
    [{ SNSDestination: { TopicARN: TOPIC }, Name: 'bus' }, 'already contains event destination <bus>'],
  ])('refuse the destination %j: %s', async (members, words) => {
    const EventDestination = { Name: 'x', Enabled: true, MatchingEventTypes: ['send'], ...members };
    await expect(
      mail.call('CreateConfigurationSetEventDestination', { ConfigurationSetName: 'tracked', EventDestination }),
    ).rejects.toThrow(words);
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

describe('a configuration set', () => {
  let mail: Ses;
  beforeEach(async () => {
    mail = await ses();
    await mail.call('CreateConfigurationSet', { ConfigurationSet: { Name: 'own' } });
  });
  afterEach(() => mail.host.close());

  it('is described, paused and removed over the wire', async () => {
    await mail.call('UpdateConfigurationSetSendingEnabled', { ConfigurationSetName: 'own', Enabled: 'false' });

    expect(await mail.call('ListConfigurationSets', {})).toEqual({ ConfigurationSets: [{ Name: 'own' }] });
    expect(await mail.call('DescribeConfigurationSet', { ConfigurationSetName: 'own' })).toMatchObject({
      ReputationOptions: { SendingEnabled: false },
    });
    const input = { ...plain('a@b.c'), ConfigurationSetName: 'own' };
    await expect(mail.call('SendEmail', input)).rejects.toMatchObject({
      code: 'ConfigurationSetSendingPausedException',
    });
    await mail.call('DeleteConfigurationSet', { ConfigurationSetName: 'own' });
    await expect(mail.call('SendEmail', input)).rejects.toMatchObject({ code: 'ConfigurationSetDoesNotExist' });
  });

  it('exists once', async () => {
    await expect(mail.call('CreateConfigurationSet', { ConfigurationSet: { Name: 'own' } })).rejects.toMatchObject({
      code: 'ConfigurationSetAlreadyExists',
    });
  });
});
