/** What became of a mail. Nothing leaves the machine, so what SES would hear back from a mail server is decided by the address. */
export type MailStatus = 'delivered' | 'bounced' | 'complained' | 'rendering-failed';

/** A mail as the host keeps it instead of sending it. */
export interface Mail {
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Name of the template that it was made from. */
  readonly template?: string;
  readonly configurationSet?: string;
  /** Headers besides those that follow from the rest. */
  readonly headers?: readonly { readonly Name: string; readonly Value: string }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly status: MailStatus;
  /** Why it could not be rendered. */
  readonly failure?: string;
  /** ISO 8601. */
  readonly sentAt: string;
}
