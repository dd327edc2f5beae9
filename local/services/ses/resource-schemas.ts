const TEXT = { type: 'string' };
const TAGS = { type: 'array', $comment: 'no effect locally' };

/** What a mail server on the other side would see; nothing leaves the machine. */
const DELIVERY = { type: 'object', $comment: 'about delivery to other mail servers' };

function closed(properties: Record<string, object>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

/** Closed schemas of the SES resource types that the host serves. */
export const SCHEMAS = {
  EmailIdentity: closed(
    {
      EmailIdentity: TEXT,
      DkimAttributes: DELIVERY,
      DkimSigningAttributes: DELIVERY,
      FeedbackAttributes: DELIVERY,
      MailFromAttributes: DELIVERY,
      Tags: TAGS,
    },
    ['EmailIdentity'],
  ),
  Template: closed(
    {
      Template: closed({ TemplateName: TEXT, SubjectPart: TEXT, TextPart: TEXT, HtmlPart: TEXT }, ['SubjectPart']),
      Tags: TAGS,
    },
    ['Template'],
  ),
  ConfigurationSet: closed({
    Name: TEXT,
    DeliveryOptions: DELIVERY,
    ReputationOptions: DELIVERY,
    SendingOptions: closed({ SendingEnabled: { type: 'boolean' } }),
    SuppressionOptions: closed({ SuppressedReasons: { type: 'array', items: { enum: ['BOUNCE', 'COMPLAINT'] } } }),
    Tags: TAGS,
  }),
  ConfigurationSetEventDestination: closed(
    {
      ConfigurationSetName: TEXT,
      EventDestination: closed(
        {
          Name: TEXT,
          Enabled: { type: 'boolean' },
          MatchingEventTypes: { type: 'array', minItems: 1, items: TEXT },
          EventBridgeDestination: closed({ EventBusArn: TEXT }, ['EventBusArn']),
          SnsDestination: closed({ TopicARN: TEXT }, ['TopicARN']),
        },
        ['MatchingEventTypes'],
      ),
    },
    ['ConfigurationSetName', 'EventDestination'],
  ),
};
