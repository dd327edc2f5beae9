import { AwsError } from '../../aws-error.ts';
import type { UserPool, UserPoolClient } from './user-pool.ts';

/** User pools by id. */
export type UserPools = ReadonlyMap<string, UserPool>;

/** @throws ResourceNotFoundException, as all of this file */
export function requirePool(pools: UserPools, id: string | undefined): UserPool {
  const pool = pools.get(id ?? '');
  if (!pool) throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
  return pool;
}

export function requireClient({ clients }: UserPool, id: string | undefined): UserPoolClient {
  const client = clients.get(id ?? '');
  if (!client) throw noSuchClient(id);
  return client;
}

/** The pool of a client, whose ids no two pools share. */
export function poolOfClient(pools: UserPools, clientId: string | undefined): UserPool {
  const pool = [...pools.values()].find(({ clients }) => clients.has(clientId ?? ''));
  if (!pool) throw noSuchClient(clientId);
  return pool;
}

function noSuchClient(id: string | undefined): AwsError {
  return new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
}
