import { createHash } from 'node:crypto';
import type { ClientId, OrderId } from './ids.ts';

/** Namespace of our order ids (RFC 9562 §5.5). Changing it would turn every repeated request into a new order. */
const ORDER_NAMESPACE = Buffer.from('5b0c4f6e6f2d4d0a9a1c7e3b8d2f1a60', 'hex');

/**
 * The id of the order that a client asks for with an Idempotency-Key: one key makes one order, for ever, without a table
 * of keys. NUL separates the parts because neither may contain it, so no two pairs make the same name.
 */
export function orderIdOf(clientId: ClientId, idempotencyKey: string): OrderId {
  return uuidV5(ORDER_NAMESPACE, `${clientId}\0${idempotencyKey}`) as OrderId;
}

/** RFC 9562 §5.5: SHA-1 of namespace and name, with the version (5) and the variant (binary 10) written over it. */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
