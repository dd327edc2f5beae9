import type { OrderStatus } from '../../core/lifecycle.ts';
import type { Encounter } from './interrupted-walk.ts';

/** Ways that end by themselves, by their ends: each is what an order meets. */
export const WAYS_ALONE: Readonly<Record<string, Encounter>> = {
  COMPLETED: {},
  'COMPLETED, paid at the third attempt': { token: 'tok_flaky' },
  'COMPLETED, shipped at the second attempt': { postalCode: '00001' },
  'COMPLETED, charged with the answer lost': { token: 'tok_timeout_charged' },
  'COMPLETED, booked with the answer lost': { postalCode: '00002' },
  'REJECTED, out of stock': { mugs: 1 },
  'PAYMENT_FAILED, declined': { token: 'tok_declined' },
  'PAYMENT_FAILED, no gateway': { token: 'tok_unavailable' },
  'PAYMENT_FAILED, not charged, nor said so': { token: 'tok_timeout_uncharged' },
  'PAYMENT_FAILED, charged too late': { token: 'tok_timeout_late' },
  'CANCELLED, not booked, nor said so': { postalCode: '00003' },
};

/** Ways on which people decide, or the deadline does. */
export const WAYS_WITH_PEOPLE: Readonly<Record<string, Encounter>> = {
  'CANCELLED, nobody knows of the charge, refunded': { token: 'tok_silent', fates: ['REFUND_AND_CANCEL'] },
  'COMPLETED, nobody knew of the charge, tried again': { token: 'tok_silent', fates: ['RETRY'] },
  'CANCELLED, nobody knows of the charge, refunded outside': { token: 'tok_silent', fates: ['MARK_REFUNDED'] },
  'CANCELLED, nobody knows of the charge, more time, written off': {
    token: 'tok_silent',
    fates: ['DEADLINE', 'WRITE_OFF'],
  },
  'CANCELLED, no carrier, nobody decides': { postalCode: '00000', fates: ['DEADLINE'] },
  'CANCELLED, no carrier, tried again, refunded': { postalCode: '00000', fates: ['RETRY', 'REFUND_AND_CANCEL'] },
  'COMPLETED, no carrier, shipped by hand': { postalCode: '00000', fates: ['SHIPPED_MANUALLY'] },
  'CANCELLED, nobody knows of the parcel, refunded': { postalCode: '00004', fates: ['REFUND_AND_CANCEL'] },
  'COMPLETED, nobody knew of the parcel, tried again': { postalCode: '00004', fates: ['DEADLINE', 'RETRY'] },
  'COMPLETED, nobody knows of the parcel, shipped by hand': { postalCode: '00004', fates: ['SHIPPED_MANUALLY'] },
  'CANCELLED, nobody knows of the parcel, written off': { postalCode: '00004', fates: ['WRITE_OFF'] },
};

/** The status that a way ends in when nothing else happens. */
export function usualEndOf(way: string): OrderStatus {
  return way.split(',')[0] as OrderStatus;
}

/**
 * The first call that tells a way from those before it: ways on which people decide differ behind their decision only, so
 * what comes before is tried once for each cause.
 */
export function firstOwnCall(way: string, callsAlone: number): number {
  const ways = Object.entries(WAYS_WITH_PEOPLE);
  const index = ways.findIndex(([name]) => name === way);
  const sameCause = ({ token, postalCode }: Encounter) => `${token} ${postalCode}`;
  const before = ways.slice(0, Math.max(index, 0)).map(([, encounter]) => sameCause(encounter));
  return index > 0 && before.includes(sameCause(ways[index]![1])) ? callsAlone : 1;
}
