import { AwsError } from '../../aws-error.ts';
import type { Host } from '../../aws-service.ts';
import { describeGroup, listGroups } from './descriptions.ts';
import { pageOf } from './list-users.ts';
import { required } from './required.ts';
import { describeUser } from './user-attributes.ts';
import type { UserDirectory } from './user-directory.ts';
import type { UserPool, UserPoolGroup } from './user-pool.ts';

interface GroupInput {
  readonly Username?: string;
  readonly GroupName?: string;
  readonly Limit?: number;
  readonly NextToken?: string;
}

type Operation = (pool: UserPool, input: GroupInput) => Promise<object>;

/** Who belongs to which group of a pool. The groups themselves are resources of the template. */
export class GroupOperations {
  private readonly host: Host;
  private readonly users: UserDirectory;
  private readonly operations: Readonly<Record<string, Operation>> = {
    ListGroups: async (pool) => listGroups(pool),
    GetGroup: async (pool, input) => ({ Group: describeGroup(pool, requireGroup(pool, input)) }),
    AdminAddUserToGroup: (pool, input) => this.join(pool, input),
    AdminRemoveUserFromGroup: (pool, input) => this.leave(pool, input),
    AdminListGroupsForUser: async (pool, input) => this.groupsOf(pool, input),
    ListUsersInGroup: (pool, input) => this.members(pool, input),
  };

  constructor(host: Host, users: UserDirectory) {
    this.host = host;
    this.users = users;
  }

  find(operation: string): Operation | undefined {
    return this.operations[operation];
  }

  private join(pool: UserPool, input: GroupInput): Promise<object> {
    const { name } = requireGroup(pool, input);
    return this.setGroups(pool, input, (groups) => (groups.includes(name) ? groups : [...groups, name]));
  }

  private leave(pool: UserPool, input: GroupInput): Promise<object> {
    const { name } = requireGroup(pool, input);
    return this.setGroups(pool, input, (groups) => groups.filter((group) => group !== name));
  }

  private async setGroups(
    pool: UserPool,
    input: GroupInput,
    change: (groups: readonly string[]) => readonly string[],
  ): Promise<object> {
    const user = this.users.require(pool, required(input, 'Username'));
    await this.users.put(pool, { ...user, groups: change(user.groups), modifiedMs: this.host.clock.now() });
    return {};
  }

  private groupsOf(pool: UserPool, input: GroupInput): object {
    const { groups } = this.users.require(pool, required(input, 'Username'));
    const known = groups.map((name) => pool.groups.get(name)).filter((group) => group !== undefined);
    return { Groups: known.map((group) => describeGroup(pool, group)) };
  }

  private async members(pool: UserPool, input: GroupInput): Promise<object> {
    const { name } = requireGroup(pool, input);
    const { page, last } = await pageOf(this.users.all(pool, input.NextToken), input.Limit, ({ groups }) =>
      groups.includes(name),
    );
    return { Users: page.map(describeUser), ...(last !== undefined && { NextToken: last }) };
  }
}

function requireGroup({ groups }: UserPool, input: GroupInput): UserPoolGroup {
  const group = groups.get(required(input, 'GroupName'));
  if (!group) throw new AwsError('ResourceNotFoundException', 'Group not found.');
  return group;
}
