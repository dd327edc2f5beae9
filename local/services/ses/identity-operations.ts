import { AwsError } from '../../aws-error.ts';
import type { Operations } from './operation.ts';
import { requireText } from './required.ts';
import type { SesParts } from './ses-parts.ts';

/** The operations of version 1 on identities. What is asked to be verified is verified at once. */
export function identityOperations({ host, identities, identityTopics }: SesParts): Operations {
  const existing = ({ Identity }: Record<string, unknown>): string => {
    const name = requireText(Identity, 'Identity');
    if (identities.has(name)) return name;
    throw new AwsError('InvalidParameterValue', `Identity ${name} is not verified.`);
  };
  return {
    VerifyEmailIdentity: async ({ EmailAddress }) => identities.verify(requireText(EmailAddress, 'EmailAddress')),
    VerifyDomainIdentity: async ({ Domain }) => {
      await identities.verify(requireText(Domain, 'Domain'));
      return { VerificationToken: host.uuid() };
    },
    DeleteIdentity: async ({ Identity }) => identities.remove(requireText(Identity, 'Identity')),
    SetIdentityNotificationTopic: async (input) => {
      const topicArn = input['SnsTopic'] as string | undefined;
      await identityTopics.setTopic(existing(input), input['NotificationType'], topicArn);
    },
    SetIdentityHeadersInNotificationsEnabled: async (input) =>
      identityTopics.setHeaders(existing(input), input['NotificationType'], String(input['Enabled']) === 'true'),
    GetIdentityNotificationAttributes: ({ Identities: asked }) => ({
      NotificationAttributes: Object.fromEntries(
        ((asked ?? []) as string[])
          .filter((name) => identities.has(name))
          .map((name) => [name, identityTopics.describe(name)]),
      ),
    }),
    ListIdentities: ({ IdentityType }) => ({
      Identities: identities.list().filter((name) => isOfType(name, IdentityType)),
    }),
    GetIdentityVerificationAttributes: ({ Identities: asked }) => ({
      VerificationAttributes: Object.fromEntries(
        ((asked ?? []) as string[])
          .filter((name) => identities.has(name))
          .map((name) => [name, { VerificationStatus: 'Success' }]),
      ),
    }),
  };
}

function isOfType(identity: string, type: unknown): boolean {
  if (type === undefined) return true;
  return identity.includes('@') === (type === 'EmailAddress');
}
