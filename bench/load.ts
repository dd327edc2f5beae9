/** What is sent, and how. */
export type Load =
  /** So many clients, each of which waits for its order to end before it sends the next. */
  | { readonly kind: 'closed'; readonly orders: number; readonly inFlight: number }
  /** Orders come at their rate, whatever became of those before. A burst is more than can be sustained. */
  | { readonly kind: 'open' | 'burst'; readonly orders: number; readonly perSecond: number };

export function describeLoad(load: Load): string {
  const orders = load.orders.toLocaleString('en');
  if (load.kind === 'closed') return `${orders} orders, ${load.inFlight} in flight`;
  const seconds = load.orders / load.perSecond;
  return `${orders} orders, ${load.perSecond}/s for ${seconds.toLocaleString('en')} s${load.kind === 'burst' ? ' (burst)' : ''}`;
}
