import { printable } from '../problem.ts';
import { membershipOf } from './membership.ts';
import type { PoolUser, UserPool } from './user-pool.ts';

export interface ListedUser extends PoolUser {
  readonly tenants: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Everybody, with their groups. Asks for the members of each group, not for the groups of each
 * member: there are few groups, and Cognito allows few calls a second.
 */
export const listedUsers = async (pool: UserPool): Promise<readonly ListedUser[]> => {
  const users = await pool.users();
  const groupsByUser = new Map<string, string[]>();
  for (const group of await pool.groups()) {
    for (const username of await pool.membersOf(group))
      groupsByUser.set(username, [...(groupsByUser.get(username) ?? []), group]);
  }
  return users
    .map((user) => ({ ...user, ...membershipOf(groupsByUser.get(user.username) ?? []) }))
    .sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en'));
};

const nameOf = ({ email, username }: PoolUser): string => email ?? username;

/** Cognito's states, in words. */
const states: Readonly<Record<string, string>> = {
  CONFIRMED: 'active',
  FORCE_CHANGE_PASSWORD: 'invited',
  EXTERNAL_PROVIDER: 'federated',
  RESET_REQUIRED: 'must reset password',
  UNCONFIRMED: 'unconfirmed',
};

const stateOf = ({ isEnabled, status }: PoolUser): string =>
  isEnabled ? (states[status] ?? status.toLowerCase()) : 'disabled';

const columns: readonly (readonly [string, (user: ListedUser) => string])[] = [
  ['USER', nameOf],
  ['TENANT', ({ tenants }) => tenants.join(', ')],
  ['GROUPS', ({ groups }) => groups.join(', ')],
  ['STATE', stateOf],
  ['SINCE', ({ createdAt }) => createdAt?.slice(0, 10) ?? ''],
];

/** A table for a terminal; an empty cell is a dash, so that columns stay readable. */
export const userTable = (users: readonly ListedUser[]): string => {
  if (users.length === 0) return 'Nobody yet. Add somebody with: cdk-secure-mcp users add EMAIL\n';
  const rows = users.map((user) => columns.map(([, cell]) => printable(cell(user), 60) || '–'));
  const heads = columns.map(([head]) => head);
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[heads, ...rows].map(line).join('\n')}\n`;
};
