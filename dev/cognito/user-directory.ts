import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { UserDefinition } from './user-pool.ts';

export interface SimulatedUser extends UserDefinition {
  readonly sub: string;
  readonly isEnabled: boolean;
}

/** What an administrator may change while the pool is running. */
export type UserChange = Partial<Pick<SimulatedUser, 'groups' | 'attributes' | 'isEnabled'>>;

export interface UserDirectory {
  find(sub: string): SimulatedUser | undefined;
  /** By username or e-mail address. Says nothing about which of the two inputs was wrong. */
  authenticate(name: string, password: string): SimulatedUser | undefined;
  update(username: string, change: UserChange): void;
}

const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

/** Every user gets a fresh `sub`, so that nothing can come to depend on a known one. */
export const createUserDirectory = (definitions: readonly UserDefinition[]): UserDirectory => {
  const users = new Map<string, SimulatedUser>(
    definitions
      .map((user) => ({ ...user, sub: randomUUID(), isEnabled: true }))
      .map((user) => [user.sub, user]),
  );
  const findBy = (matches: (user: SimulatedUser) => boolean) => [...users.values()].find(matches);

  return {
    find: (sub) => users.get(sub),
    authenticate: (name, password) => {
      const user = findBy(({ username, email }) => username === name || email === name);
      return user?.isEnabled && isSame(user.password, password) ? user : undefined;
    },
    update: (username, change) => {
      const user = findBy((candidate) => candidate.username === username);
      if (!user) throw new Error(`'username' must name a user of this pool, got '${username}'`);
      users.set(user.sub, { ...user, ...change });
    },
  };
};

/** `userAttributes` of a trigger event: all of them, as strings. */
export const userAttributesOf = (user: SimulatedUser): Readonly<Record<string, string>> => {
  const { federatedIdentity: identity } = user;
  return {
    // First: no user-writable attribute may stand in for one that Cognito writes itself.
    ...user.attributes,
    sub: user.sub,
    'cognito:user_status': identity ? 'EXTERNAL_PROVIDER' : 'CONFIRMED',
    ...(identity && {
      identities: JSON.stringify([{ ...identity, providerType: 'OIDC', primary: true }]),
    }),
    email_verified: 'true',
    email: user.email,
  };
};
