import { isIPv4, isIPv6 } from 'node:net';

/** An IP address as a number, with the width that tells 4 from 6. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads an IPv4 or IPv6 literal; undefined for anything else. Leading zeros in an IPv4 octet are decimal, as in Java. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const plain = text.split('.').map(Number).join('.');
    return isIPv4(plain) ? { bits: 32, value: fromOctets(plain) } : undefined;
  }
  if (!text.includes(':') || text.includes('%') || !isIPv6(text)) return undefined;
  return { bits: 128, value: fromGroups(text) };
}

/** An inclusive range of addresses. */
export interface IpRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads a CIDR block. Throws an Error with EventBridge's reason. */
export function parseCidr(text: string): IpRange {
  const [address = '', mask = '', ...more] = text.split('/');
  if (mask === '' || more.length > 0) throw new Error("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) throw new Error('Malformed CIDR, mask bits must be an integer');
  const maskBits = Number(mask);
  if (maskBits < 0) throw new Error('Malformed CIDR, mask bits must not be negative');
  const ip = parseIpAddress(address);
  if (!ip) throw new Error(`Nonstandard IP address: ${address}`);
  if (ip.bits === 32 && maskBits > 31) throw new Error('IPv4 mask bits must be < 32');
  if (ip.bits === 128 && maskBits > 127) throw new Error('IPv6 mask bits must be < 128');
  const hostMask = (1n << BigInt(ip.bits - maskBits)) - 1n;
  return { bits: ip.bits, first: ip.value & ~hostMask, last: ip.value | hostMask };
}

export function isInRange(ip: IpAddress, range: IpRange): boolean {
  return ip.bits === range.bits && ip.value >= range.first && ip.value <= range.last;
}

function fromOctets(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function fromGroups(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const missing = new Array<bigint>(tail === undefined ? 0 : 8 - before.length - after.length).fill(0n);
  return [...before, ...missing, ...after].reduce((value, group) => (value << 16n) | group, 0n);
}

/** The 16-bit groups of a part of an IPv6 literal, whose last one may be written as IPv4. */
function groups(part: string): bigint[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const four = fromOctets(group);
    return [four >> 16n, four & 0xffffn];
  });
}
