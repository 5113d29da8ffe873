import { err, ok, type Result } from '../../oauth/result.ts';
import { digest } from '../authorization-server/digest.ts';
import type { GrantStore } from '../authorization-server/store/grant-store.ts';
import { blockClient, blockTenant, unblockClient, unblockTenant } from './blocks.ts';
import type { GrantTarget, OperatorRequest, UserTarget } from './operator-request.ts';
import type { AppClientList, DirectoryUser, UserDirectory } from './user-directory.ts';

/**
 * What each action does, in which order. All are idempotent: after a fault, run the same again.
 * Access tokens that are out already are refused at the resource server's next reading of the list of
 * revocations.
 */

export type OperatorStep =
  | 'user_disabled'
  | 'user_enabled'
  | 'user_signed_out'
  | 'grants_deleted'
  | 'access_tokens_revoked'
  | 'client_blocked'
  | 'client_unblocked'
  | 'tenant_blocked'
  | 'tenant_unblocked'
  | 'app_clients_listed';

export interface OperatorResult extends Partial<AppClientList> {
  readonly action: OperatorRequest['action'];
  /** The user it was about, as far as known. */
  readonly subject?: string;
  readonly username?: string;
  /** Ids of the grants that this run deleted: none when they were gone already. */
  readonly deletedGrants?: readonly string[];
  /** Sign-ins whose access tokens ended with the block of their client. */
  readonly revokedSignIns?: number;
  readonly steps: readonly OperatorStep[];
}

export interface UserNotFound {
  readonly reason: 'user_not_found';
}

/** One run of an action. */
export interface OperatorTask {
  readonly directory: UserDirectory;
  readonly store: Pick<
    GrantStore,
    | 'getGrant'
    | 'deleteGrant'
    | 'deleteGrantsOf'
    | 'putRevocation'
    | 'deleteRevocation'
    | 'signInsOfClient'
  >;
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** The same, at the moment it is called. */
  readonly secondsNow: () => number;
  /** Grows as the run gets on, so that a fault can be reported together with what is done. */
  readonly steps: OperatorStep[];
}

export type Outcome = Result<Omit<OperatorResult, 'action' | 'steps'>, UserNotFound>;

const signOut = async ({ directory, steps }: OperatorTask, username: string): Promise<boolean> => {
  const isSignedOut = await directory.signOut(username);
  if (isSignedOut) steps.push('user_signed_out');
  return isSignedOut;
};

/** Last, so that no access token is issued between the revocation and the end of what renews it. */
const revokeAccessTokens = async (
  { store, secondsNow, steps }: OperatorTask,
  subject: string,
): Promise<void> => {
  await store.putRevocation({
    kind: 'subject',
    digest: digest(subject),
    revokedAt: secondsNow(),
  });
  steps.push('access_tokens_revoked');
};

const deleteGrantsOf = async ({ store, steps }: OperatorTask, subject: string) => {
  const deletedGrants = await store.deleteGrantsOf(subject);
  steps.push('grants_deleted');
  return deletedGrants;
};

const deleteOneGrant = async ({ store, seconds, steps }: OperatorTask, grantId: string) => {
  const grant = await store.getGrant(grantId, seconds);
  const deletedGrants = (await store.deleteGrant(grantId)) ? [grantId] : [];
  steps.push('grants_deleted');
  return { subject: grant?.subject, deletedGrants };
};

/** The access tokens end also when Cognito does not answer: containment that stops half-way helps the attacker. */
const endSignIns = async (
  task: OperatorTask,
  subject: string,
): Promise<DirectoryUser | undefined> => {
  try {
    const user = await task.directory.find({ by: 'subject', value: subject });
    if (user) await signOut(task, user.username);
    return user;
  } finally {
    await revokeAccessTokens(task, subject);
  }
};

/**
 * Ends what the table holds, then the user's sign-ins. The sign-out also ends what the index did not
 * show yet and codes under way, and the user's other grants at their next refresh. A user who is gone
 * from the pool is no reason to keep the grants.
 */
const revokeGrants = async (task: OperatorTask, target: GrantTarget): Promise<Outcome> => {
  const { subject, deletedGrants } =
    target.by === 'grantId'
      ? await deleteOneGrant(task, target.value)
      : { subject: target.value, deletedGrants: await deleteGrantsOf(task, target.value) };
  if (subject === undefined) return ok({ deletedGrants });
  const user = await endSignIns(task, subject);
  return ok({ subject, ...user, deletedGrants });
};

const withUser = async (
  { directory }: OperatorTask,
  target: UserTarget,
  change: (user: DirectoryUser) => Promise<boolean>,
): Promise<Result<DirectoryUser, UserNotFound>> => {
  const user = await directory.find(target);
  const isChanged = user && (await change(user));
  return isChanged ? ok(user) : err({ reason: 'user_not_found' });
};

const signOutUser = (task: OperatorTask, target: UserTarget): Promise<Outcome> =>
  withUser(task, target, async ({ username, subject }) => {
    const isSignedOut = await signOut(task, username);
    if (isSignedOut) await revokeAccessTokens(task, subject);
    return isSignedOut;
  });

const enableUser = (task: OperatorTask, target: UserTarget): Promise<Outcome> =>
  withUser(task, target, async ({ username }) => {
    const isEnabled = await task.directory.enable(username);
    if (isEnabled) task.steps.push('user_enabled');
    return isEnabled;
  });

/** Disables first: what comes after cannot be undone by a sign-in in between. */
const disableUser = async (task: OperatorTask, target: UserTarget): Promise<Outcome> => {
  let subject = target.by === 'subject' ? target.value : undefined;
  let deletedGrants: readonly string[] = [];
  let outcome: Result<DirectoryUser, UserNotFound>;
  try {
    outcome = await withUser(task, target, async (user) => {
      subject = user.subject;
      const isDisabled = await task.directory.disable(user.username);
      if (isDisabled) task.steps.push('user_disabled');
      return isDisabled && (await signOut(task, user.username));
    });
  } finally {
    // Also when Cognito does not answer: containment that stops half-way helps the attacker.
    if (subject !== undefined) {
      deletedGrants = await deleteGrantsOf(task, subject);
      await revokeAccessTokens(task, subject);
    }
  }
  return outcome.ok ? ok({ ...outcome.value, deletedGrants }) : outcome;
};

const listAppClients = async (task: OperatorTask, nextToken?: string): Promise<Outcome> => {
  const list = await task.directory.listAppClients(nextToken);
  task.steps.push('app_clients_listed');
  return ok(list);
};

export const perform = (task: OperatorTask, request: OperatorRequest): Promise<Outcome> => {
  switch (request.action) {
    case 'revoke-grants':
      return revokeGrants(task, request.target);
    case 'sign-out-user':
      return signOutUser(task, request.target);
    case 'disable-user':
      return disableUser(task, request.target);
    case 'enable-user':
      return enableUser(task, request.target);
    case 'block-client':
      return blockClient(task, request.target.value);
    case 'unblock-client':
      return unblockClient(task, request.target.value);
    case 'block-tenant':
      return blockTenant(task, request.target.value);
    case 'unblock-tenant':
      return unblockTenant(task, request.target.value);
    case 'list-app-clients':
      return listAppClients(task, request.nextToken);
  }
};
