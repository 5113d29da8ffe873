import { digest } from '../../../lambda/authorization-server/digest.ts';
import type { PreregisteredClient } from '../../../lambda/authorization-server/settings.ts';
import type { ClientDocument } from '../client-documents.ts';
import type { ClientRegistration, DynamicRegistration, Revision } from '../mcp-client.ts';

/** How rows of the client table are written. */

export const everyRevision: readonly Revision[] = [
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
];
export const bothEras: readonly Revision[] = ['2025-11-25', '2026-07-28'];

export const document = (published: ClientDocument): ClientRegistration => ({
  kind: 'document',
  document: published,
});

export const publicClient = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

export const dynamic = (body: DynamicRegistration): ClientRegistration => ({
  kind: 'dynamic',
  body,
});

/** What an operator writes down for a client that cannot or shall not register itself. */
export const preregistered = (
  client: Pick<PreregisteredClient, 'clientId' | 'clientName' | 'redirectUris'>,
  tokenEndpointAuthMethod: PreregisteredClient['tokenEndpointAuthMethod'] = 'none',
): ClientRegistration => {
  const secret =
    tokenEndpointAuthMethod === 'none' ? undefined : `s3cret of ${client.clientId}: %&+`;
  return {
    kind: 'preregistered',
    client: {
      ...client,
      registration: 'preregistered',
      tokenEndpointAuthMethod,
      mayRefresh: true,
      ...(secret !== undefined && { clientSecretHash: digest(secret) }),
    },
    ...(secret !== undefined && { clientSecret: secret }),
  };
};

export const uuid = '2f6a0c1e-6a5b-4c57-9a5e-0d6c2f0a1b7d';
const base64url = 'k0Zb-_8kTQm3vY1nR5uPdwq7Yt2LxA9sJcVeHfGiUo4';

export const defaults = {
  state: base64url,
  scopeSource: 'challenge',
  sendsResource: true,
  revisions: everyRevision,
} as const;
