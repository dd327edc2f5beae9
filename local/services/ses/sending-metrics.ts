import type { Host } from '../../aws-service.ts';
import type { Outcome } from './simulator.ts';

/** A mail that the recipient calls spam was delivered before. SES does not count automatic responses as bounces. */
const METRICS: Readonly<Record<Outcome, readonly string[]>> = {
  delivered: ['Delivery'],
  'out-of-office': ['Delivery'],
  complained: ['Delivery', 'Complaint'],
  bounced: ['Bounce'],
  suppressed: ['Bounce'],
  'on-account-list': ['Bounce'],
};

/**
 * Counts a mail and what became of it, recipient by recipient; without outcomes it could not be rendered.
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html
 */
export function measureSending(host: Host, outcomes: readonly Outcome[], recipients: number): void {
  const count = (name: string, value: number): void =>
    host.measure({ namespace: 'AWS/SES', name, dimensions: {}, value, unit: 'Count' });
  count('Send', recipients);
  if (outcomes.length === 0) count('RenderingFailure', recipients);
  for (const outcome of outcomes) for (const name of METRICS[outcome]) count(name, 1);
}
