import { parseClientMetadata } from '../../../oauth/client-metadata.ts';
import type { OAuthRefusal } from '../../../oauth/oauth-error.ts';
import { redirectDestination } from '../../../oauth/redirect-uri.ts';
import { err, ok, type Result } from '../../../oauth/result.ts';
import { loggedClientId } from '../client-registry.ts';
import { digest, isSameSecret } from '../digest.ts';
import type { DynamicClients, RegisteredClient } from '../dynamic-clients.ts';
import type { Endpoint, Exchange } from '../exchange.ts';
import { readText } from '../forms.ts';
import { json, oauthError } from '../respond.ts';

/** RFC 7591 §3, stateless: see `dynamic-clients.ts`. */

const checkAllowed = ({ settings, request }: Exchange): Result<undefined, OAuthRefusal> => {
  const { isEnabled, initialAccessTokenHash } = settings.dynamicRegistration;
  if (!isEnabled) return err({ reason: 'registration_disabled' });
  if (initialAccessTokenHash === undefined) return ok(undefined);
  const bearer = /^Bearer ([!-~]+)$/i.exec(request.headers.get('authorization') ?? '');
  return bearer && isSameSecret(digest(bearer[1] as string), initialAccessTokenHash)
    ? ok(undefined)
    : err({ reason: 'registration_token_refused' });
};

const readMetadata = async (exchange: Exchange): Promise<Result<unknown, OAuthRefusal>> => {
  const text = await readText(exchange.request, 'application/json');
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return err({ reason: 'metadata_malformed' });
  }
};

const registerClient = async (
  exchange: Exchange,
  dynamicClients: DynamicClients,
): Promise<Result<RegisteredClient, OAuthRefusal>> => {
  const allowed = checkAllowed(exchange);
  if (!allowed.ok) return allowed;
  const body = await readMetadata(exchange);
  if (!body.ok) return body;
  const metadata = parseClientMetadata(body.value, {
    redirectPolicy: exchange.settings.redirectPolicy,
    authMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    // RFC 7591 §2 says client_secret_basic; every MCP client that leaves it out is public.
    defaultAuthMethod: 'none',
  });
  if (!metadata.ok) return metadata;
  const registered = await dynamicClients.register(metadata.value);
  // The id travels in a query string: one that no server would accept is no registration.
  return registered.client.clientId.length > 3500
    ? err({ reason: 'metadata_too_large' })
    : ok(registered);
};

const registrationResponse = ({ client, ...registered }: RegisteredClient): object => ({
  client_id: client.clientId,
  client_id_issued_at: registered.issuedAt,
  client_name: client.clientName,
  redirect_uris: client.redirectUris,
  grant_types: ['authorization_code', ...(client.mayRefresh ? ['refresh_token'] : [])],
  response_types: ['code'],
  token_endpoint_auth_method: client.tokenEndpointAuthMethod,
  ...(client.clientUri && { client_uri: client.clientUri }),
  ...(registered.clientSecret && {
    client_secret: registered.clientSecret,
    // RFC 7591 §3.2.1: seconds since the epoch, and REQUIRED beside a secret.
    client_secret_expires_at: registered.expiresAt,
  }),
});

export const register =
  (dynamicClients: DynamicClients): Endpoint =>
  async (exchange) => {
    const registered = await registerClient(exchange, dynamicClients);
    if (!registered.ok) {
      const { reason, evidence } = registered.error;
      exchange.record('client.rejected', { reason, ...(evidence && { evidence }) });
      return oauthError(registered.error);
    }
    const { client } = registered.value;
    exchange.record('client.registered', {
      mcpClient: { id: loggedClientId(client.clientId), name: client.clientName },
      evidence: { redirectHosts: client.redirectUris.map(redirectDestination) },
    });
    return json(201, registrationResponse(registered.value));
  };
