import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { formatScope, parseScope, toCognitoScope } from '../../../oauth/scope.ts';
import type { ClientCredentials } from '../../../oauth/token-request.ts';
import { loggedClientId } from '../client-registry.ts';
import type { Exchange } from '../exchange.ts';
import { grantedScopes } from '../upstream.ts';
import type { TokenResponse } from './token.ts';

/**
 * RFC 6749 §4.4 for machine clients: handed on to Cognito, which holds the secret. Only scope names
 * are translated. No refresh token (§4.4.3).
 */
export const redeemClientCredentials = async (
  exchange: Exchange,
  credentials: ClientCredentials,
  scope: string | undefined,
): Promise<Result<TokenResponse, OAuthRefusal>> => {
  const { resourceIdentifier, scopes: known } = exchange.settings;
  const requested = parseScope(scope);
  if (!requested.ok) return err({ reason: requested.error });
  const names = requested.value.filter((name) => known.some((one) => one.name === name));
  if (requested.value.length > 0 && names.length === 0) return err({ reason: 'scope_unknown' });
  const upstreamScope = names.map((name) => toCognitoScope(resourceIdentifier, name)).join(' ');
  const { clientId, clientSecret = '' } = credentials;
  const tokens = await exchange.upstream.clientCredentials(
    { clientId, clientSecret },
    upstreamScope || undefined,
    exchange.correlationId(),
  );
  if (!tokens.ok)
    return tokens.error.evidence?.upstreamError === 'invalid_client'
      ? err({ reason: 'client_authentication_failed' })
      : tokens;
  const scopes = grantedScopes(tokens.value, resourceIdentifier);
  exchange.record('token.issued', {
    subject: clientId,
    scopes,
    mcpClient: { id: loggedClientId(clientId) },
    evidence: { grantType: 'client_credentials' },
  });
  return ok({
    access_token: tokens.value.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.value.expiresIn,
    scope: formatScope(scopes),
  });
};
