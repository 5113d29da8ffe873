import { decodeJwt } from 'jose';
import type { LocalMode } from '../../dev/local-mode.ts';

/** Changes to the claims of a real access token; `undefined` leaves a claim out. */
export type ClaimChanges = Readonly<Record<string, unknown>>;

const withChanges = (claims: ClaimChanges, changes: ClaimChanges): ClaimChanges =>
  Object.fromEntries(
    Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined),
  );

/** The same token with other claims, signed by the pool's own key: Cognito itself could have made it. */
export const resigned = (
  { simulator }: Pick<LocalMode, 'simulator'>,
  accessToken: string,
  changes: ClaimChanges,
): Promise<string> => simulator.signAs('access', withChanges(decodeJwt(accessToken), changes));

/** What a client holds an hour after its login. */
export const expiredCopy = (
  local: Pick<LocalMode, 'simulator'>,
  accessToken: string,
): Promise<string> => {
  const { iat = 0 } = decodeJwt(accessToken);
  return resigned(local, accessToken, { iat: iat - 3601, exp: iat - 1 });
};
