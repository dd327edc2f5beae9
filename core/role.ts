/**
 * What a person may be to this application: groups of the user pool that open routes. `customer` is a group too, but
 * customers reach their orders through a client application.
 */
export const ROLES = ['staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** The role that speaks for a person who has several: the one that may most. */
export function highestRole(roles: readonly Role[]): Role | undefined {
  return roles.includes('admin') ? 'admin' : roles[0];
}
