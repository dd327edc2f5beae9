import type { MailStatus } from './mail.ts';

/**
 * What becomes of a mail to one recipient. `out-of-office`: it is delivered, and an automatic response comes back, of which SES
 * tells as of a transient bounce. `suppressed`: on SES's own suppression list; `on-account-list`: on that of the account.
 */
export type Outcome = 'delivered' | 'out-of-office' | 'complained' | 'bounced' | 'suppressed' | 'on-account-list';

/** The mailboxes of SES's simulator. https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html */
const SIMULATED: Readonly<Record<string, Outcome>> = {
  bounce: 'bounced',
  complaint: 'complained',
  ooto: 'out-of-office',
  success: 'delivered',
  suppressionlist: 'suppressed',
};
const SIMULATOR = '@simulator.amazonses.com';

/** What the mail server of an address would answer: all take everything, but for those of the simulator, with any `+label`. */
export function simulatedOutcome(address: string): Outcome {
  if (!address.toLowerCase().endsWith(SIMULATOR)) return 'delivered';
  const [mailbox = ''] = address.slice(0, -SIMULATOR.length).split('+', 1);
  return SIMULATED[mailbox.toLowerCase()] ?? 'delivered';
}

const STATUSES: Readonly<Record<Outcome, MailStatus>> = {
  delivered: 'delivered',
  'out-of-office': 'delivered',
  complained: 'complained',
  bounced: 'bounced',
  suppressed: 'bounced',
  'on-account-list': 'bounced',
};

/** One word for a mail to several recipients: the worst counts. SES does not count automatic responses as bounces. */
export function statusOf(outcomes: readonly Outcome[]): MailStatus {
  const statuses = outcomes.map((outcome) => STATUSES[outcome]);
  return (
    statuses.find((status) => status === 'bounced') ?? statuses.find((status) => status === 'complained') ?? 'delivered'
  );
}
