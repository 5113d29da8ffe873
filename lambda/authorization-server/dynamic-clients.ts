import type { ClientMetadata } from '../../oauth/client-metadata.ts';
import type { OAuthClient } from '../../oauth/oauth-client.ts';
import type { OAuthRefusal } from '../../oauth/oauth-error.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import { derivedSecret } from './digest.ts';
import type { Seal, SealingKey } from './seal.ts';

/**
 * RFC 7591 registration that writes nothing: the `client_id` is the sealed metadata itself and its
 * expiry. A flood of registrations costs CPU and nothing else; there is nothing to clean up.
 */

const prefix = 'dyn.';

export const isDynamicClientId = (clientId: string): boolean => clientId.startsWith(prefix);

export interface RegisteredClient {
  readonly client: OAuthClient;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly clientSecret?: string;
}

export interface DynamicClients {
  register(metadata: ClientMetadata): Promise<RegisteredClient>;
  find(clientId: string): Promise<Result<OAuthClient, OAuthRefusal>>;
  /** The secret of a confidential dynamic client; computed, never stored. */
  secretOf(clientId: string): string;
}

export const createDynamicClients = (options: {
  readonly seal: Seal;
  readonly sealingKeys: readonly SealingKey[];
  readonly lifetimeSeconds: number;
  readonly now: () => number;
}): DynamicClients => {
  const { seal, sealingKeys, lifetimeSeconds, now } = options;
  // The secret depends on the key that sealed the id, so that rotation does not change it.
  const secretOf = (clientId: string): string => {
    const keyId = sealingKeyIdOf(clientId);
    const key = sealingKeys.find(({ id }) => id === keyId) ?? sealingKeys[0];
    return derivedSecret((key as SealingKey).key, 'dynamic-client-secret', clientId);
  };
  return {
    secretOf,
    register: async (metadata) => {
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const clientId = prefix + (await seal.seal('client', compact(metadata), expiresAt));
      const client: OAuthClient = { ...metadata, clientId, registration: 'dynamic' };
      const isPublic = metadata.tokenEndpointAuthMethod === 'none';
      return {
        client,
        issuedAt,
        expiresAt,
        ...(!isPublic && { clientSecret: secretOf(clientId) }),
      };
    },
    find: async (clientId) => {
      const sealed = await seal.open('client', clientId.slice(prefix.length));
      if (!sealed) return err({ reason: 'client_unknown', evidence: { registration: 'dynamic' } });
      return ok({ ...expand(sealed), clientId, registration: 'dynamic' });
    },
  };
};

// The id travels in every authorize URL, so its members are as short as they can be.
const compact = (metadata: ClientMetadata): object => ({
  n: metadata.clientName,
  r: metadata.redirectUris,
  m: metadata.tokenEndpointAuthMethod,
  f: metadata.mayRefresh,
  u: metadata.clientUri,
});

const expand = (sealed: Readonly<Record<string, unknown>>): ClientMetadata => ({
  clientName: sealed.n as string,
  redirectUris: sealed.r as readonly string[],
  tokenEndpointAuthMethod: sealed.m as ClientMetadata['tokenEndpointAuthMethod'],
  mayRefresh: sealed.f as boolean,
  ...(sealed.u !== undefined && { clientUri: sealed.u as string }),
});

const sealingKeyIdOf = (clientId: string): string | undefined => {
  try {
    const header = clientId.slice(prefix.length).split('.')[0] as string;
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: string }).kid;
  } catch {
    return undefined;
  }
};
