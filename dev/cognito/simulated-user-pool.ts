import { type AuthorizationCodes, createAuthorizationCodes } from './authorization-codes.ts';
import { createLoginSessions, type LoginSessions } from './login-sessions.ts';
import { createRefreshTokens, type RefreshTokens } from './refresh-tokens.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';
import { createTokenIssuer, type PreTokenGeneration, type TokenIssuer } from './token-issuer.ts';
import { createUserDirectory, type UserDirectory } from './user-directory.ts';
import type { UserPoolDefinition } from './user-pool.ts';

/** Everything the endpoints share. Lives in memory and dies with the process. */
export interface SimulatedUserPool {
  readonly definition: UserPoolDefinition;
  readonly domain: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly showDemoUsers: boolean;
  readonly acceptsResourceOnTokenRequests: boolean;
  readonly keys: SigningKeys;
  readonly users: UserDirectory;
  readonly sessions: LoginSessions;
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
  readonly tokens: TokenIssuer;
}

export const createSimulatedUserPool = async (options: {
  readonly definition: UserPoolDefinition;
  readonly domain: string;
  readonly now: () => number;
  readonly showDemoUsers: boolean;
  readonly acceptsResourceOnTokenRequests: boolean;
  readonly preTokenGeneration: PreTokenGeneration;
}): Promise<SimulatedUserPool> => {
  const { definition, domain, now, preTokenGeneration } = options;
  const issuer = `${domain}/${definition.id}`;
  const keys = await createSigningKeys();
  return {
    ...options,
    issuer,
    keys,
    users: createUserDirectory(definition.users),
    sessions: createLoginSessions(now),
    codes: createAuthorizationCodes(now),
    refreshTokens: createRefreshTokens(now),
    tokens: createTokenIssuer({ definition, issuer, keys, preTokenGeneration, now }),
  };
};
