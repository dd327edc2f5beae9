import { AwsError } from '../../../aws-error.ts';
import type { Operations } from '../operation.ts';
import { pageOf, refuseMembers, requireText } from '../required.ts';
import type { SesParts } from '../ses-parts.ts';
import { notFound } from './v2-errors.ts';

const PAGE = 100;

/** The operations of version 2 on identities. What is created is verified at once: there is no owner to ask. */
export function identityOperationsV2({ identities }: SesParts): Operations {
  const name = ({ EmailIdentity }: Record<string, unknown>): string => requireText(EmailIdentity, 'EmailIdentity');
  const existing = (input: Record<string, unknown>): string => {
    if (identities.has(name(input))) return name(input);
    throw notFound(`Email identity ${name(input)} does not exist.`);
  };
  return {
    async CreateEmailIdentity(input) {
      refuseMembers(input, ['ConfigurationSetName']);
      const identity = name(input);
      if (identities.has(identity)) {
        throw new AwsError('AlreadyExistsException', `Email identity ${identity} already exist.`);
      }
      await identities.verify(identity);
      return { IdentityType: typeOf(identity), VerifiedForSendingStatus: true, DkimAttributes: DKIM };
    },
    GetEmailIdentity: (input) => ({
      IdentityType: typeOf(existing(input)),
      FeedbackForwardingStatus: false,
      VerifiedForSendingStatus: true,
      VerificationStatus: 'SUCCESS',
      DkimAttributes: DKIM,
      MailFromAttributes: { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' },
      Policies: {},
      Tags: [],
    }),
    DeleteEmailIdentity: async (input) => identities.remove(existing(input)),
    ListEmailIdentities(input) {
      refuseMembers(input, ['Filter']);
      const all = identities.list().map((IdentityName) => ({
        IdentityType: typeOf(IdentityName),
        IdentityName,
        SendingEnabled: true,
        VerificationStatus: 'SUCCESS',
      }));
      const [EmailIdentities, next] = pageOf(all, input['PageSize'], input['NextToken'], PAGE);
      return { EmailIdentities, ...next };
    },
  };
}

/** Nothing is signed: nothing leaves the machine. */
const DKIM = { SigningEnabled: false, Status: 'NOT_STARTED', Tokens: [], SigningAttributesOrigin: 'AWS_SES' };

function typeOf(identity: string): 'EMAIL_ADDRESS' | 'DOMAIN' {
  return identity.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
}
