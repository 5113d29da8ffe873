import type { Principal } from '../oauth/principal.ts';

/** How often an open stream is looked at: as late as that, a revocation ends it. */
const checkMs = 2000;

export interface StreamLifetimeOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly isRevoked: (principal: Principal) => boolean;
}

/**
 * Calls `end` once, when the access token that opened a stream has expired or was revoked: a stream
 * that stays open must not outlive it. The result stops looking.
 */
export const watchStreamLifetime = (
  principal: Principal,
  end: () => void,
  { now, isRevoked }: StreamLifetimeOptions,
): (() => void) => {
  const stop = (): void => {
    clearTimeout(expiry);
    clearInterval(check);
  };
  const finish = (): void => {
    stop();
    end();
  };
  const remainingMs = Math.max(0, principal.expiresAt * 1000 - now());
  const expiry = setTimeout(finish, remainingMs).unref();
  const check = setInterval(() => isRevoked(principal) && finish(), checkMs).unref();
  return stop;
};
