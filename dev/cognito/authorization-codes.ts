import { randomUUID } from 'node:crypto';

/** authorization-endpoint: "a one time use code that is valid for five minutes". */
export const authorizationCodeLifetimeMs = 5 * 60_000;

/** What was asked for and who answered; everything a code stands for. */
export interface AuthorizationGrant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly sub: string;
  /** As Cognito spells them. */
  readonly scopes: readonly string[];
  readonly authTime: number;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly resource?: string;
}

export interface AuthorizationCodes {
  issue(grant: AuthorizationGrant): string;
  /** Hands the grant out once. Undefined for unknown, used and expired codes, which look alike. */
  redeem(code: string): AuthorizationGrant | undefined;
}

export const createAuthorizationCodes = (now: () => number): AuthorizationCodes => {
  const codes = new Map<string, { grant: AuthorizationGrant; expiresAt: number }>();
  return {
    issue: (grant) => {
      const code = randomUUID();
      codes.set(code, { grant, expiresAt: now() + authorizationCodeLifetimeMs });
      return code;
    },
    redeem: (code) => {
      const entry = codes.get(code);
      codes.delete(code);
      return entry && entry.expiresAt > now() ? entry.grant : undefined;
    },
  };
};
