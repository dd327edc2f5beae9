import { SendTemplatedEmailCommand } from '@aws-sdk/client-ses';
import { ENVIRONMENT } from '../../core/environment.ts';
import type { OrderEvent } from '../../core/events.ts';
import { mailTemplateName, type MailName } from '../../core/mail-templates.ts';
import type { MailData } from '../../core/mail-data.ts';
import { requireEnvironment } from '../shared/require-environment.ts';
import { ses } from '../shared/ses-client.ts';
import type { Settlement } from './notification-ledger.ts';

export interface Mail {
  readonly about: Pick<OrderEvent, 'orderId' | 'version'>;
  readonly to: string;
  readonly template: MailName;
  readonly data: MailData;
}

/** SES has looked at this very mail and will never take it (SES v1 API reference, SendTemplatedEmail, common errors). */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'InvalidRenderingParameter',
  'MessageRejected',
  'MissingRenderingAttribute',
  'ValidationError',
]);

/** The request never reached SES: no connection, no such host, or nothing to sign it with. */
const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'ENOTFOUND', 'CredentialsProviderError']);

/** Sends a mail and says how that ended; it throws nothing, because to send is to have to know. */
export async function sendMail({ about, to, template, data }: Mail): Promise<Settlement> {
  const command = new SendTemplatedEmailCommand({
    Source: requireEnvironment(ENVIRONMENT.mailFrom),
    Destination: { ToAddresses: [to] },
    Template: mailTemplateName(requireEnvironment(ENVIRONMENT.mailTemplatePrefix), template),
    TemplateData: JSON.stringify(data),
    // Say which event a mail, or its bounce, is about. Tag values know no `#`, so the two halves of the event id go apart.
    Tags: [
      { Name: 'order-id', Value: about.orderId },
      { Name: 'event-version', Value: String(about.version) },
    ],
  });
  try {
    const { MessageId } = await ses.send(command);
    return MessageId ? { status: 'SENT', messageId: MessageId } : { status: 'UNKNOWN', error: 'NoMessageId' };
  } catch (error) {
    return settlementOf(error as Error);
  }
}

/**
 * Only a refusal in SES's own words (4xx) says that nothing was sent. A broken connection, a timeout or a fault inside SES
 * (5xx) may have come after the mail had gone. Names only: SES repeats addresses in its messages.
 */
function settlementOf(error: Error & { code?: string; $metadata?: { httpStatusCode?: number } }): Settlement {
  const { name, code, $metadata } = error;
  if (REFUSED_FOR_GOOD.has(name)) return { status: 'FAILED', error: name };
  // By the status, not by `$fault`: the SDK is the runtime's, and older ones call every error that they do not know "client".
  const status = $metadata?.httpStatusCode ?? 0;
  const refused = (status >= 400 && status < 500) || NEVER_SENT.has(code ?? name);
  return { status: refused ? 'RELEASED' : 'UNKNOWN', error: code ?? name };
}
