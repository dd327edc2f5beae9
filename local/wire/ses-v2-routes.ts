/** Method, path and operation of SES version 2. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html */
type Route = readonly [operation: string, method: string, path: string];

const SETS = '/v2/email/configuration-sets';
const SET = `${SETS}/(?<ConfigurationSetName>[^/]+)`;
const DESTINATIONS = `${SET}/event-destinations`;
const DESTINATION = `${DESTINATIONS}/(?<EventDestinationName>[^/]+)`;
const IDENTITIES = '/v2/email/identities';
const IDENTITY = `${IDENTITIES}/(?<EmailIdentity>[^/]+)`;
const TEMPLATES = '/v2/email/templates';
const TEMPLATE = `${TEMPLATES}/(?<TemplateName>[^/]+)`;
const SUPPRESSED = '/v2/email/suppression/addresses';
const SUPPRESSED_ADDRESS = `${SUPPRESSED}/(?<EmailAddress>[^/]+)`;

export const SES_V2_ROUTES: readonly Route[] = [
  ['SendEmail', 'POST', '/v2/email/outbound-emails'],
  ['SendBulkEmail', 'POST', '/v2/email/outbound-bulk-emails'],
  ['CreateEmailTemplate', 'POST', TEMPLATES],
  ['ListEmailTemplates', 'GET', TEMPLATES],
  ['GetEmailTemplate', 'GET', TEMPLATE],
  ['UpdateEmailTemplate', 'PUT', TEMPLATE],
  ['DeleteEmailTemplate', 'DELETE', TEMPLATE],
  ['TestRenderEmailTemplate', 'POST', `${TEMPLATE}/render`],
  ['CreateEmailIdentity', 'POST', IDENTITIES],
  ['ListEmailIdentities', 'POST', '/v2/email/list-identities'],
  ['ListEmailIdentities', 'GET', IDENTITIES],
  ['GetEmailIdentity', 'GET', IDENTITY],
  ['DeleteEmailIdentity', 'DELETE', IDENTITY],
  ['CreateConfigurationSet', 'POST', SETS],
  ['ListConfigurationSets', 'POST', '/v2/email/list-configuration-sets'],
  ['ListConfigurationSets', 'GET', SETS],
  ['GetConfigurationSet', 'GET', SET],
  ['DeleteConfigurationSet', 'DELETE', SET],
  ['PutConfigurationSetSendingOptions', 'PUT', `${SET}/sending`],
  ['PutConfigurationSetSuppressionOptions', 'PUT', `${SET}/suppression-options`],
  ['GetConfigurationSetEventDestinations', 'GET', DESTINATIONS],
  ['CreateConfigurationSetEventDestination', 'POST', DESTINATIONS],
  ['UpdateConfigurationSetEventDestination', 'PUT', DESTINATION],
  ['DeleteConfigurationSetEventDestination', 'DELETE', DESTINATION],
  ['GetAccount', 'GET', '/v2/email/account'],
  ['PutAccountSuppressionAttributes', 'PUT', '/v2/email/account/suppression'],
  ['PutSuppressedDestination', 'PUT', SUPPRESSED],
  ['ListSuppressedDestinations', 'GET', SUPPRESSED],
  ['GetSuppressedDestination', 'GET', SUPPRESSED_ADDRESS],
  ['DeleteSuppressedDestination', 'DELETE', SUPPRESSED_ADDRESS],
];
