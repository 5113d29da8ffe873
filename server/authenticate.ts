import { type AccessTokenPolicy, validateAccessTokenClaims } from '../oauth/access-token.ts';
import { inspectCompactToken } from '../oauth/compact-token.ts';
import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { bearerCredentials } from './bearer-credentials.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { TokenIssuer } from './issuer-settings.ts';
import { createCredentialMark, withBearer } from './refused-token.ts';
import type { SigningKeys } from './signing-keys.ts';
import { createTokenSignature } from './token-signature.ts';
import {
  createForgedTokens,
  createVerifiedTokens,
  digestOf,
  type VerifiedToken,
  type VerifiedTokens,
} from './verified-tokens.ts';

/** Who is it? ④ in the figure: Authorization header → principal, or the reason why not. */
export type Authenticate = (
  call: Pick<IncomingCall, 'headers' | 'duplicateAuthorization'>,
  query: URLSearchParams,
) => Promise<Result<Principal, Rejection>>;

/**
 * Builds the authentication step. Guarantees that whoever comes out of it holds an access token of a
 * configured issuer for this resource, signed by a key that the issuer publishes right now.
 *
 * Does not read the body, and does not decide what the caller may do.
 *
 * @see [RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)
 * @see [RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)
 */
export const createAuthenticate = (options: {
  readonly tokenIssuers: readonly TokenIssuer[];
  /** For every issuer, as far as the issuer's own entry does not say otherwise. */
  readonly policy: AccessTokenPolicy;
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Default: the last 10 000 tokens seen. */
  readonly verifiedTokens?: VerifiedTokens;
  /** Of the deployment, by which several processes name a refused token alike. Default: its own. */
  readonly logPseudonymKey?: string;
}): { readonly authenticate: Authenticate; readonly forgetKeys: () => void } => {
  const { tokenIssuers, policy, keys, now, verifiedTokens = createVerifiedTokens() } = options;
  const withCredential = createCredentialMark(options.logPseudonymKey);
  const issuers = tokenIssuers.map(({ issuer }) => issuer);
  const thumbprintIssuers = tokenIssuers
    .filter(({ profile }) => profile === 'entra')
    .map(({ issuer }) => issuer);
  const policies = new Map(
    tokenIssuers.map(({ jwksUri, issuer, ...own }) => [issuer, { ...policy, ...own }]),
  );
  const signature = createTokenSignature(tokenIssuers, keys);
  const forgedTokens = createForgedTokens();

  const verified = async (
    compact: string,
    digest: string,
  ): Promise<Result<VerifiedToken, Rejection>> => {
    const forged = forgedTokens.find(digest);
    if (forged) return err(forged);
    const generation = verifiedTokens.generation();
    const forgedGeneration = forgedTokens.generation();
    const inspected = inspectCompactToken(compact, issuers, { thumbprintIssuers });
    if (!inspected.ok) return inspected;
    const { parts, issuer } = inspected.value;
    const signed = await signature.verify(parts);
    if (!signed.ok) {
      // Of other reasons another key, which may come any moment, makes another one.
      if (signed.error.reason === 'signature_invalid')
        forgedTokens.remember(digest, signed.error, forgedGeneration);
      return signed;
    }
    const token = { claims: parts.claims, issuer };
    verifiedTokens.remember(digest, token, generation);
    return ok(token);
  };

  const authenticate: Authenticate = async ({ headers, duplicateAuthorization }, query) => {
    const authorization = headers.get('authorization');
    const compact = bearerCredentials({ authorization, duplicateAuthorization, query });
    if (!compact.ok) return compact;
    const digest = digestOf(compact.value);
    const known = verifiedTokens.find(digest);
    const token = known ? ok(known) : await verified(compact.value, digest);
    if (!token.ok) return err(withCredential(token.error, digest));
    const { claims, issuer } = token.value;
    const rules = policies.get(issuer) ?? policy;
    const principal = validateAccessTokenClaims(claims, rules, now() / 1000);
    return principal.ok
      ? principal
      : err(withCredential(withBearer(principal.error, claims), digest));
  };
  return {
    authenticate,
    forgetKeys: () => {
      signature.forgetKeys();
      verifiedTokens.forget();
      forgedTokens.forget();
    },
  };
};
