import { printable, Refusal, UsageError } from '../problem.ts';
import type { UsersRequest } from './command-line.ts';
import { explainFault } from './explain-fault.ts';
import { checkedGroups, difference, membershipOf } from './membership.ts';
import { temporaryPassword } from './temporary-password.ts';
import { listedUsers, userTable } from './user-list.ts';
import type { PoolSettings, UserPool } from './user-pool.ts';

/** What each action does, in which order. Every order is one that fails on the safe side. */

export interface Outcome {
  /** For a person. */
  readonly text: string;
  /** For a program. */
  readonly json: unknown;
}

export interface UsersTask {
  readonly pool: UserPool;
  /** Asks before something is taken away. @throws Refusal when the answer is no */
  readonly confirm: (question: string) => Promise<void>;
  readonly randomBelow: (limit: number) => number;
}

type RequestOf<Action extends UsersRequest['action']> = Extract<UsersRequest, { action: Action }>;

const inWords = (groups: readonly string[]): string => {
  const { tenants, groups: others } = membershipOf(groups);
  const parts = [
    ...(tenants.length > 0 ? [`tenant ${tenants.join(', ')}`] : []),
    ...(others.length > 0 ? [`groups ${others.join(', ')}`] : []),
  ];
  return printable(parts.join(', ') || 'no tenant and no groups');
};

const list = async ({ pool }: UsersTask, { tenant }: RequestOf<'list'>): Promise<Outcome> => {
  const users = (await listedUsers(pool)).filter(
    ({ tenants }) => typeof tenant !== 'string' || tenants.includes(tenant),
  );
  return { text: userTable(users), json: users };
};

const isAddress = (text: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);

const addressOf = (settings: PoolSettings, request: RequestOf<'add'>): string | undefined => {
  const { user, email, printsPassword } = request;
  if (settings.hasEmailUsernames) {
    if (email !== undefined) throw new UsageError('in this user pool the user is the address');
    if (!isAddress(user)) throw new UsageError('users of this pool are e-mail addresses');
    return user;
  }
  const address = email ?? (isAddress(user) ? user : undefined);
  if (address !== undefined && !isAddress(address))
    throw new UsageError('--email takes an e-mail address');
  if (address === undefined && !printsPassword)
    throw new UsageError('where to send the invitation? Give --email, or --print-password');
  return address;
};

/** Takes back a user who was created a moment ago and is not complete. */
const undo = async (pool: UserPool, username: string, user: string, cause: unknown) => {
  const why = explainFault(cause, { user });
  try {
    await pool.remove(username);
  } catch {
    throw new Refusal(
      `${why}. The user exists without all of tenant and groups and has no invitation: remove ${printable(user)} before trying again`,
    );
  }
  throw new Refusal(`${why}. The user was taken back; nothing is left`);
};

const add = async (task: UsersTask, request: RequestOf<'add'>): Promise<Outcome> => {
  const { pool, randomBelow } = task;
  const { user, printsPassword } = request;
  const settings = await pool.settings();
  const email = addressOf(settings, request);
  const groups = checkedGroups(request, await pool.groups());
  const password = printsPassword
    ? temporaryPassword(settings.minimumPasswordLength, randomBelow)
    : undefined;
  // Nobody is told of the account before it is complete: no sign-in with half of the groups.
  const username = await pool.create({ username: user, email, temporaryPassword: password });
  try {
    for (const group of groups) await pool.addToGroup(username, group);
    if (!printsPassword) await pool.invite(username);
  } catch (error) {
    return undo(pool, username, user, error);
  }
  const validity = `valid for ${settings.temporaryPasswordDays} days`;
  const how = password
    ? `Temporary password, shown only now, ${validity}:\n${password}\n`
    : `An invitation with a temporary password, ${validity}, was sent to ${email}.\n`;
  return {
    text: `Added ${printable(user)}: ${inWords(groups)}.\n${how}`,
    json: {
      action: 'add',
      user,
      username,
      ...membershipOf(groups),
      ...(password ? { temporaryPassword: password } : { invitedAt: email }),
    },
  };
};

/** Whose the membership is now, with what nothing was said about. */
const wantedOf = (
  { tenant, groups }: RequestOf<'set-groups'>,
  current: readonly string[],
): Parameters<typeof checkedGroups>[0] => {
  const { tenants } = membershipOf(current);
  if (tenant !== undefined) return { tenant, groups };
  if (tenants.length > 1)
    throw new Refusal(
      `the user is in several tenants (${printable(tenants.join(', '))}) and can do nothing. Say which with --tenant`,
    );
  return { tenant: tenants[0] ?? null, groups };
};

const setGroups = async (
  { pool, confirm }: UsersTask,
  request: RequestOf<'set-groups'>,
): Promise<Outcome> => {
  const { user } = request;
  const current = await pool.groupsOf(user);
  const wanted = checkedGroups(wantedOf(request, current), await pool.groups());
  const { added, removed } = difference(current, wanted);
  if (removed.length > 0)
    await confirm(`Take ${inWords(removed)} away from ${printable(user)} (${inWords(current)})?`);
  // Away first: at no moment is there more than either list allows.
  for (const group of removed) await pool.removeFromGroup(user, group);
  for (const group of added) await pool.addToGroup(user, group);
  const isChanged = added.length + removed.length > 0;
  return {
    text: isChanged
      ? `${printable(user)} now has ${inWords(wanted)}. Access tokens that are out keep what they say until they expire.\n`
      : `${printable(user)} already has ${inWords(wanted)}. Nothing was changed.\n`,
    json: { action: 'set-groups', user, ...membershipOf(wanted), added, removed },
  };
};

const disable = async ({ pool, confirm }: UsersTask, user: string): Promise<string> => {
  await confirm(`Disable ${printable(user)} (${inWords(await pool.groupsOf(user))})?`);
  // In this order: signed out first, somebody could sign in again in between.
  await pool.disable(user);
  await pool.signOut(user);
  return 'was disabled and signed out. Access tokens that are out last until they expire';
};

const remove = async ({ pool, confirm }: UsersTask, user: string): Promise<string> => {
  await confirm(`Remove ${printable(user)} (${inWords(await pool.groupsOf(user))}) for good?`);
  // A deleted user's refresh tokens die with the user; disabled first, none is made meanwhile.
  await pool.disable(user);
  await pool.signOut(user);
  await pool.remove(user);
  return 'was removed';
};

const simpleActions = {
  disable,
  remove,
  enable: async ({ pool }: UsersTask, user: string) => {
    await pool.enable(user);
    return 'may sign in again';
  },
  'sign-out': async ({ pool }: UsersTask, user: string) => {
    await pool.signOut(user);
    return 'was signed out everywhere. Access tokens that are out last until they expire';
  },
} as const;

/** @throws Refusal, UsageError, or what AWS says */
export const performUsers = async (task: UsersTask, request: UsersRequest): Promise<Outcome> => {
  if (request.action === 'list') return list(task, request);
  if (request.action === 'add') return add(task, request);
  if (request.action === 'set-groups') return setGroups(task, request);
  const { action, user } = request;
  const what = await simpleActions[action](task, user);
  return { text: `${printable(user)} ${what}.\n`, json: { action, user } };
};
