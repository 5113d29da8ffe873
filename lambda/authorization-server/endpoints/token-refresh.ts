import type { OAuthClient } from '../../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { formatScope, missingScopes, parseScope } from '../../../oauth/scope.ts';
import type { TokenRequest } from '../../../oauth/token-request.ts';
import type { Exchange } from '../exchange.ts';
import {
  checkTenant,
  endSignIn,
  findGrant,
  grantDetails,
  handleState,
  openRefreshToken,
  repeatHandle,
  revokeGrant,
  rotateGrant,
} from '../grants.ts';
import type { GrantRecord } from '../store/grant-store.ts';
import { grantedScopes, type UpstreamTokens } from '../upstream.ts';
import type { TokenResponse } from './token.ts';

/** RFC 6749 §6 with rotation (OAuth 2.1 §4.3.1): a handle for a new access token and a new handle. */

type RefreshRequest = Extract<TokenRequest, { grantType: 'refresh_token' }>;

/** RFC 6749 §6: a refresh may ask for less, never for more. */
const checkScope = (scope: string | undefined, grant: GrantRecord): OAuthRefusal | undefined => {
  const requested = parseScope(scope);
  if (!requested.ok) return { reason: requested.error };
  const excess = missingScopes(requested.value, grant.scopes);
  return excess.length > 0 ? { reason: 'scope_not_granted', evidence: { excess } } : undefined;
};

/** An old handle outside the grace step: two parties hold it, and one of them is a thief. */
const endReusedGrant = async (exchange: Exchange, grant: GrantRecord): Promise<OAuthRefusal> => {
  await revokeGrant(exchange, grant);
  exchange.record('token.refresh_reuse', { ...grantDetails(grant), reason: 'refresh_reused' });
  return { reason: 'refresh_reused' };
};

const refreshUpstream = async (
  exchange: Exchange,
  grant: GrantRecord,
): Promise<Result<UpstreamTokens, OAuthRefusal>> => {
  const refreshToken = await openRefreshToken(exchange, grant);
  const tokens =
    refreshToken === undefined
      ? err({ reason: 'grant_expired' } as const)
      : await exchange.upstream.refresh(refreshToken);
  // Final at Cognito is final here; a passing fault leaves the grant for the next try.
  const isFinal =
    !tokens.ok && ['grant_revoked_upstream', 'grant_expired'].includes(tokens.error.reason);
  if (isFinal) {
    await exchange.store.deleteGrant(grant.grantId);
    await endSignIn(exchange, grant.originTokenId);
  }
  return tokens;
};

/** The handle that goes with freshly refreshed tokens, or nothing if the grant is gone. */
const nextHandle = async (
  exchange: Exchange,
  grant: GrantRecord,
  presented: string,
  tokens: UpstreamTokens,
): Promise<string | undefined> => {
  if (handleState(grant, presented, exchange.seconds) === 'previous-in-grace')
    return repeatHandle(exchange, grant, tokens);
  const rotated = await rotateGrant(exchange, grant, tokens);
  if (rotated !== undefined) return rotated;
  // Two refreshes with one handle at once: the other one rotated it, so this one is in its grace step.
  const current = await exchange.store.getGrant(grant.grantId, exchange.seconds);
  const isInGrace =
    current && handleState(current, presented, exchange.seconds) === 'previous-in-grace';
  return isInGrace ? repeatHandle(exchange, current, tokens) : undefined;
};

export const redeemRefreshHandle = async (
  exchange: Exchange,
  client: OAuthClient,
  request: RefreshRequest,
): Promise<Result<TokenResponse, OAuthRefusal>> => {
  const { refreshToken: presented } = request;
  const found = await findGrant(exchange, presented, client.clientId);
  if (!found.ok) return found;
  const grant = found.value;
  if (handleState(grant, presented, exchange.seconds) === 'reused')
    return err(await endReusedGrant(exchange, grant));
  const refusal = checkScope(request.scope, grant) ?? (await checkTenant(exchange, grant.tenant));
  if (refusal) return err(refusal);
  const tokens = await refreshUpstream(exchange, grant);
  if (!tokens.ok) return tokens;
  const handle = await nextHandle(exchange, grant, presented, tokens.value);
  if (handle === undefined) return err({ reason: 'refresh_unknown' });
  const scopes = grantedScopes(tokens.value, exchange.settings.resourceIdentifier);
  exchange.record('token.refreshed', { ...grantDetails(grant), scopes });
  return ok({
    access_token: tokens.value.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.value.expiresIn,
    scope: formatScope(scopes),
    refresh_token: handle,
  });
};
