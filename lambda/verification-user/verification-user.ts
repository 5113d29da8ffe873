import { oneTimeCode } from './one-time-code.ts';
import type { UserPool } from './user-pool.ts';
import type { UserSecretStore } from './user-secret.ts';

export interface VerificationUserParts {
  readonly userPool: UserPool;
  readonly secret: UserSecretStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface VerificationUser {
  /** @returns the user's name */
  ensure(groups: readonly string[]): Promise<string>;
  remove(username: string): Promise<void>;
}

/**
 * The user that a verification signs in as. Guarantees: exists, has the password of the secret and
 * belongs to the groups; where the pool asks for a second factor, it has an authenticator whose key
 * is in the secret before Cognito relies on it. All of it can be run again.
 *
 * Does not take the user out of groups, and does not decide what the groups may do.
 */
export const createVerificationUser = (parts: VerificationUserParts): VerificationUser => {
  const { userPool, secret, now } = parts;

  const enrol = async (session: string): Promise<void> => {
    const authenticator = await userPool.newAuthenticator(session);
    const current = await secret.read();
    // First: a key that Cognito knows and nobody else would lock the user out.
    await secret.write({ ...current, totpKey: authenticator.key });
    const code = oneTimeCode(authenticator.key, now());
    await userPool.confirmAuthenticator(current.username, authenticator.session, code);
  };

  const make = async (groups: readonly string[]): Promise<'complete' | 'key_lost'> => {
    const { username, password, totpKey } = await secret.read();
    await userPool.create(username);
    await userPool.setPassword(username, password);
    for (const group of groups) await userPool.addToGroup(username, group);
    const step = await userPool.beginSignIn(username, password);
    if (step.kind === 'setup_wanted') await enrol(step.session);
    return step.kind === 'code_wanted' && totpKey === undefined ? 'key_lost' : 'complete';
  };

  return {
    ensure: async (groups) => {
      const { username } = await secret.read();
      if ((await make(groups)) === 'complete') return username;
      // An authenticator without its key cannot be replaced from outside; the user can.
      await userPool.remove(username);
      if ((await make(groups)) === 'key_lost')
        throw new Error('the user has an authenticator whose key is not in the secret');
      return username;
    },
    remove: (username) => userPool.remove(username),
  };
};
