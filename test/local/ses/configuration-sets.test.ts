import { plain, ses, type Ses } from './ses-fixture.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:feedback';
const TAKEN = { Name: 'bus', Enabled: true, MatchingEventTypes: ['send'] };

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

  it.each([
    [{ KinesisFirehoseDestination: {} }, 'KinesisFirehoseDestination'],
    [{ CloudWatchDestination: {} }, 'CloudWatchDestination'],
    [{ EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:0:event-bus/own' } }, 'Only the default bus'],
    [{ SNSDestination: { TopicARN: TOPIC }, MatchingEventTypes: ['read'] }, 'read is no type of event'],
    [{}, 'exactly one of'],
    [{ SNSDestination: { TopicARN: TOPIC }, Name: 'bus' }, 'already contains event destination <bus>'],
  ])('refuses the destination %j: %s', async (members, words) => {
    const EventDestination = { Name: 'x', Enabled: true, MatchingEventTypes: ['send'], ...members };
    await mail.call('CreateConfigurationSetEventDestination', {
      ConfigurationSetName: 'own',
      EventDestination: { ...TAKEN, SNSDestination: { TopicARN: TOPIC } },
    });
    await expect(
      mail.call('CreateConfigurationSetEventDestination', { ConfigurationSetName: 'own', EventDestination }),
    ).rejects.toThrow(words);
  });
});
