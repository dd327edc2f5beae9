import type { Mail } from '../mail.ts';
import type { Outcome } from '../simulator.ts';

/** The events that a mail can have here; nobody opens or clicks, no virus is found, and no server is busy. */
export type SendingEventType = 'Send' | 'Delivery' | 'Bounce' | 'Complaint' | 'Rendering Failure';

/** `eventType`, `mail`, and what the event is about. */
export type SendingEvent = { readonly eventType: SendingEventType } & Readonly<Record<string, unknown>>;

/** Who sent a mail, and by which operation, for the tags that SES gives it by itself. */
export interface Sender {
  readonly identityArn: string;
  readonly accountId: string;
  readonly caller: string;
  readonly operation: string;
}

const REPORTING_MTA = 'dns; local-host.amazonses.com';

/** What became of a mail: one outcome for each recipient, none where it could not be rendered. */
export interface Fate {
  readonly recipients: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/**
 * The records that SES publishes about a mail, in their order.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function eventsOf(mail: Mail, { recipients: all, outcomes }: Fate, sender: Sender): SendingEvent[] {
  const described = describeMail(mail, sender);
  if (mail.failure !== undefined) {
    const failure = { errorMessage: mail.failure, templateName: mail.template };
    return [{ eventType: 'Rendering Failure', mail: described, failure }];
  }
  const to = (...which: Outcome[]): string[] =>
    all.filter((_, index) => which.some((outcome) => outcome === outcomes[index]));
  const about = { timestamp: mail.sentAt, feedbackId: `feedback-${mail.messageId}` };
  const events: SendingEvent[] = [{ eventType: 'Send', mail: described, send: {} }];
  const delivered = to('delivered', 'out-of-office', 'complained');
  if (delivered.length > 0)
    events.push({ eventType: 'Delivery', mail: described, delivery: delivery(mail, delivered) });
  for (const kind of ['bounced', 'suppressed', 'on-account-list', 'out-of-office'] as const) {
    const recipients = to(kind);
    if (recipients.length === 0) continue;
    events.push({ eventType: 'Bounce', mail: described, bounce: { ...bounce(kind, recipients), ...about } });
  }
  const complained = to('complained');
  if (complained.length > 0) {
    events.push({ eventType: 'Complaint', mail: described, complaint: { ...complaint(mail, complained), ...about } });
  }
  return events;
}

function describeMail(mail: Mail, { identityArn, accountId, caller, operation }: Sender): object {
  const headers = [
    { name: 'From', value: mail.from },
    { name: 'To', value: mail.to.join(', ') },
    ...(mail.cc.length > 0 ? [{ name: 'Cc', value: mail.cc.join(', ') }] : []),
    ...(mail.replyTo.length > 0 ? [{ name: 'Reply-To', value: mail.replyTo.join(', ') }] : []),
    { name: 'Subject', value: mail.subject },
    ...(mail.headers ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
  ];
  return {
    timestamp: mail.sentAt,
    source: mail.from,
    sourceArn: identityArn,
    sendingAccountId: accountId,
    messageId: mail.messageId,
    destination: [...mail.to, ...mail.cc, ...mail.bcc],
    headersTruncated: false,
    headers,
    commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.messageId, subject: mail.subject },
    tags: {
      'ses:operation': [operation],
      'ses:configuration-set': [mail.configurationSet ?? ''],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [mail.from.replace(/^.*@|>.*$/gs, '')],
      'ses:caller-identity': [caller],
      ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
    },
  };
}

function delivery(mail: Mail, recipients: readonly string[]): object {
  return {
    timestamp: mail.sentAt,
    processingTimeMillis: 0,
    recipients,
    smtpResponse: '250 2.6.0 Message received',
    reportingMTA: REPORTING_MTA,
  };
}

const SUPPRESSED =
  'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.';
const ON_ACCOUNT_LIST =
  'Amazon SES did not send the message to this address because it is on the suppression list for your account.';

/** https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types */
function bounce(
  kind: 'bounced' | 'suppressed' | 'on-account-list' | 'out-of-office',
  recipients: readonly string[],
): object {
  if (kind === 'out-of-office') {
    const bouncedRecipients = recipients.map((emailAddress) => ({ emailAddress }));
    return { bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients };
  }
  const [bounceSubType, diagnosticCode] = {
    bounced: ['General', 'smtp; 550 5.1.1 user unknown'],
    suppressed: ['Suppressed', SUPPRESSED],
    'on-account-list': ['OnAccountSuppressionList', ON_ACCOUNT_LIST],
  }[kind];
  return {
    bounceType: 'Permanent',
    bounceSubType,
    bouncedRecipients: recipients.map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status: '5.1.1',
      diagnosticCode,
    })),
    reportingMTA: REPORTING_MTA,
  };
}

function complaint(mail: Mail, recipients: readonly string[]): object {
  return {
    complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
    userAgent: 'Amazon SES Mailbox Simulator',
    complaintFeedbackType: 'abuse',
    complaintSubType: null,
    arrivalDate: mail.sentAt,
  };
}
