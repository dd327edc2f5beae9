import type { Mail } from './mail.ts';

/** GetSendStatistics tells of the last two weeks in periods of 15 minutes. */
export const STATISTICS_MS = 14 * 24 * 60 * 60 * 1000;
const PERIOD_MS = 15 * 60 * 1000;

export interface SendDataPoint {
  /** Epoch seconds at which the period ends. */
  readonly Timestamp: number;
  readonly DeliveryAttempts: number;
  readonly Bounces: number;
  readonly Complaints: number;
  readonly Rejects: number;
}

/** Counts mails per period; periods without any have no point. */
export async function sendStatistics(mails: AsyncIterable<Mail>): Promise<SendDataPoint[]> {
  const points = new Map<number, SendDataPoint>();
  for await (const { sentAt, status } of mails) {
    const endMs = (Math.floor(Date.parse(sentAt) / PERIOD_MS) + 1) * PERIOD_MS;
    const point = points.get(endMs) ?? {
      Timestamp: endMs / 1000,
      DeliveryAttempts: 0,
      Bounces: 0,
      Complaints: 0,
      Rejects: 0,
    };
    points.set(endMs, {
      ...point,
      DeliveryAttempts: point.DeliveryAttempts + Number(status !== 'rendering-failed'),
      Bounces: point.Bounces + Number(status === 'bounced'),
      Complaints: point.Complaints + Number(status === 'complained'),
    });
  }
  return [...points.values()];
}
