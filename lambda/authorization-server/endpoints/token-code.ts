import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { verifyCodeChallenge } from '../../../oauth/pkce.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { formatScope, missingScopes, unionOfScopes } from '../../../oauth/scope.ts';
import type { TokenRequest } from '../../../oauth/token-request.ts';
import { loggedClientId } from '../client-registry.ts';
import { digest } from '../digest.ts';
import type { Exchange } from '../exchange.ts';
import { checkTenant, createGrant, endSignIn, grantDetails, revokeGrant } from '../grants.ts';
import type { AuthorizationCodeRecord } from '../store/grant-store.ts';
import type { TokenResponse } from './token.ts';

/** RFC 6749 §4.1.3: a code for tokens. */

type CodeRequest = Extract<TokenRequest, { grantType: 'authorization_code' }>;

interface SealedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokensExpireAt: number;
}

const openTokens = async (exchange: Exchange, record: AuthorizationCodeRecord) =>
  (await exchange.seal.open('tokens', record.sealedTokens)) as SealedTokens | undefined;

/**
 * RFC 6749 §4.1.2: a code that is used twice revokes what it gave the first time. Whoever redeemed
 * it first may have been the thief.
 */
const revokeReplayed = async (
  exchange: Exchange,
  record: AuthorizationCodeRecord,
): Promise<void> => {
  const grant = await exchange.store.getGrant(record.grantId, exchange.seconds);
  const tokens = await openTokens(exchange, record);
  if (grant) await revokeGrant(exchange, grant);
  else {
    await endSignIn(exchange, record.originTokenId);
    if (tokens) await exchange.upstream.revoke(tokens.refreshToken);
  }
  exchange.record('token.code_reuse', {
    reason: 'code_reused',
    grantId: record.grantId,
    subject: record.subject,
    ...(record.tenant !== undefined && { tenant: record.tenant }),
    ...(record.originTokenId !== undefined && { originTokenId: record.originTokenId }),
    mcpClient: { id: loggedClientId(record.clientId) },
  });
};

/** The code is used up by now; what does not fit its request ends the sign-in it came from. */
const checkBinding = async (
  record: AuthorizationCodeRecord,
  client: OAuthClient,
  request: CodeRequest,
  seconds: number,
): Promise<OAuthRefusal | undefined> => {
  if (record.expiresAt <= seconds) return { reason: 'code_expired' };
  if (record.clientId !== client.clientId) return { reason: 'code_client_mismatch' };
  if (record.redirectUri !== request.redirectUri) return { reason: 'code_redirect_mismatch' };
  const isProven = await verifyCodeChallenge(request.codeVerifier, record.codeChallenge);
  return isProven ? undefined : { reason: 'pkce_mismatch' };
};

/** The code is used up: if its grant cannot be stored, the sign-in ends at Cognito, too. */
const createGrantOrEnd: typeof createGrant = async (exchange, record, client, refreshToken) => {
  try {
    return await createGrant(exchange, record, client, refreshToken);
  } catch (fault) {
    await exchange.upstream.revoke(refreshToken);
    throw fault;
  }
};

/**
 * What this grant allows that none of the user's earlier grants to the same client did: a step-up.
 * Nothing for a first grant. A table that does not answer costs this one event, not the login.
 */
const scopesGained = async (
  { store, seconds }: Exchange,
  { subject, clientId, scopes }: AuthorizationCodeRecord,
): Promise<readonly string[]> => {
  const earlier = await store.grantsOf(subject, seconds).catch(() => []);
  const ofClient = earlier.filter((grant) => grant.clientId === clientId);
  return ofClient.length === 0
    ? []
    : missingScopes(scopes, unionOfScopes(...ofClient.map((grant) => grant.scopes)));
};

export const redeemCode = async (
  exchange: Exchange,
  client: OAuthClient,
  request: CodeRequest,
): Promise<Result<TokenResponse, OAuthRefusal>> => {
  const { store, seconds, upstream } = exchange;
  const consumption = await store.consumeCode(digest(request.code), seconds);
  if (consumption.outcome === 'unknown') return err({ reason: 'code_unknown' });
  const { record } = consumption;
  exchange.continueLogin(record.correlationId);
  if (consumption.outcome === 'replayed') {
    await revokeReplayed(exchange, record);
    return err({ reason: 'code_reused' });
  }
  const tokens = await openTokens(exchange, record);
  const mismatch =
    (await checkBinding(record, client, request, seconds)) ??
    (await checkTenant(exchange, record.tenant));
  if (mismatch || !tokens) {
    if (tokens) await upstream.revoke(tokens.refreshToken);
    return err(mismatch ?? { reason: 'code_unknown' });
  }
  const gained = await scopesGained(exchange, record);
  const { grant, handle } = await createGrantOrEnd(exchange, record, client, tokens.refreshToken);
  exchange.record('token.issued', {
    ...grantDetails(grant),
    scopes: grant.scopes,
    evidence: { grantType: 'authorization_code' },
  });
  if (gained.length > 0)
    exchange.record('scope.elevated', {
      ...grantDetails(grant),
      scopes: grant.scopes,
      evidence: { gained },
    });
  return ok({
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, tokens.tokensExpireAt - seconds),
    scope: formatScope(grant.scopes),
    ...(client.mayRefresh && { refresh_token: handle }),
  });
};
