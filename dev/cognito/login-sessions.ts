import { randomBytes } from 'node:crypto';

/** cognito-user-pools-managed-login: the session cookie is good for one hour, for every app client. */
export const loginSessionLifetimeMs = 60 * 60_000;

export interface LoginSession {
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly authTime: number;
}

export interface LoginSessions {
  /** A new id at every sign-in: an id planted in the browser before must not become a session. */
  start(session: LoginSession): string;
  find(id: string | undefined): LoginSession | undefined;
  end(id: string | undefined): void;
}

export const createLoginSessions = (now: () => number): LoginSessions => {
  const sessions = new Map<string, LoginSession & { expiresAt: number }>();
  return {
    start: (session) => {
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, { ...session, expiresAt: now() + loginSessionLifetimeMs });
      return id;
    },
    find: (id) => {
      const session = sessions.get(id ?? '');
      return session && session.expiresAt > now() ? session : undefined;
    },
    end: (id) => {
      sessions.delete(id ?? '');
    },
  };
};
