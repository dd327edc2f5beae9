import type { Host } from '../../aws-service.ts';

/** A trace of its own for an invocation whose caller has none: `Root=1-<seconds, hex>-<96 bits>;Parent=<64 bits>;Sampled=0`. */
export function newTraceHeader(host: Host): string {
  const seconds = Math.floor(host.clock.now() / 1000).toString(16);
  const digits = host.uuid().replaceAll('-', '') + host.uuid().replaceAll('-', '');
  return `Root=1-${seconds}-${digits.slice(-24)};Parent=${digits.slice(0, 16)};Sampled=0`;
}
