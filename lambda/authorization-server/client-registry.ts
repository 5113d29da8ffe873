import {
  isAllowedDocument,
  isClientIdMetadataUrl,
} from '../../oauth/client-id-metadata-document.ts';
import type { OAuthClient } from '../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import type { ClientCredentials } from '../../oauth/token-request.ts';
import type { MetadataDocuments } from './clients/metadata-document.ts';
import { digest, isSameSecret } from './digest.ts';
import { type DynamicClients, isDynamicClientId } from './dynamic-clients.ts';
import type { Revocations } from './revocations.ts';
import type { AuthorizationServerSettings } from './settings.ts';

/** The one seam behind which every kind of client registration lives. */
export interface ClientRegistry {
  /** Who a `client_id` stands for. */
  find(clientId: string | undefined): Promise<Result<OAuthClient, OAuthRefusal>>;
  /** The client of a token request, authenticated by the method it registered. */
  authenticate(credentials: ClientCredentials): Promise<Result<OAuthClient, OAuthRefusal>>;
}

const machineClient = (clientId: string): OAuthClient => ({
  clientId,
  clientName: clientId,
  redirectUris: [],
  registration: 'machine',
  tokenEndpointAuthMethod: 'client_secret_basic',
  mayRefresh: false,
});

export const createClientRegistry = (
  settings: AuthorizationServerSettings,
  dynamicClients: DynamicClients,
  documents: MetadataDocuments,
  revocations: Pick<Revocations, 'isBlocked'>,
): ClientRegistry => {
  const preregistered = new Map(
    settings.preregisteredClients.map((client) => [client.clientId, client]),
  );

  const fromDocument = async (clientId: string): Promise<Result<OAuthClient, OAuthRefusal>> => {
    const { isEnabled, policy } = settings.metadataDocuments;
    if (!isEnabled || !isAllowedDocument(clientId, policy))
      return err({ reason: 'client_not_allowed', evidence: { clientId } });
    const metadata = await documents.get(clientId);
    return metadata.ok
      ? ok({ ...metadata.value, clientId, registration: 'metadata_document' })
      : metadata;
  };

  const find = async (clientId: string | undefined): Promise<Result<OAuthClient, OAuthRefusal>> => {
    if (clientId === undefined)
      return err({ reason: 'parameter_missing', evidence: { name: 'client_id' } });
    // Before anything is fetched or opened for it.
    const loggedId = loggedClientId(clientId);
    if (await revocations.isBlocked('client', loggedId))
      return err({ reason: 'client_blocked', evidence: { clientId: loggedId } });
    return lookUp(clientId);
  };

  const lookUp = async (clientId: string): Promise<Result<OAuthClient, OAuthRefusal>> => {
    const known = preregistered.get(clientId);
    if (known) return ok(known);
    if (settings.machineClients.includes(clientId)) return ok(machineClient(clientId));
    if (isDynamicClientId(clientId)) return dynamicClients.find(clientId);
    if (isClientIdMetadataUrl(clientId)) return fromDocument(clientId);
    return err({ reason: 'client_unknown', evidence: { clientId: unknownClientId(clientId) } });
  };

  const holdsSecret = (client: OAuthClient, secret: string): boolean => {
    if (client.registration === 'dynamic')
      return isSameSecret(secret, dynamicClients.secretOf(client.clientId));
    const hash = preregistered.get(client.clientId)?.clientSecretHash;
    return hash !== undefined && isSameSecret(digest(secret), hash);
  };

  const isAuthenticated = (client: OAuthClient, credentials: ClientCredentials): boolean => {
    // Cognito holds the secrets of machine clients; it is asked with what the client sent.
    if (client.registration === 'machine') return credentials.clientSecret !== undefined;
    if (client.tokenEndpointAuthMethod === 'none') return credentials.method === 'none';
    const { clientSecret } = credentials;
    return clientSecret !== undefined && holdsSecret(client, clientSecret);
  };

  return {
    find,
    authenticate: async (credentials) => {
      const client = await find(credentials.clientId);
      if (!client.ok) return client;
      return isAuthenticated(client.value, credentials)
        ? client
        : err({ reason: 'client_authentication_failed' });
    },
  };
};

/**
 * How an id that nobody has vouched for is named in the log: by digest, since people swap id and
 * secret when they type them in.
 */
export const unknownClientId = (clientId: string): string =>
  `unknown-${digest(clientId).slice(0, 16)}`;

/** How a client is named in the log: its id, or a digest where the id is a long sealed blob. */
export const loggedClientId = (clientId: string): string =>
  isDynamicClientId(clientId) ? `dyn-${digest(clientId).slice(0, 16)}` : clientId;
