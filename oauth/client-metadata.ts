import type { OAuthClient } from './oauth-client.ts';
import type { OAuthRefusal } from './oauth-error.ts';
import { type RedirectPolicy, validateRedirectUri } from './redirect-uri.ts';
import { err, ok, type Result } from './result.ts';

/**
 * Client metadata, wherever it came from: a registration request (RFC 7591 §2) or a client ID
 * metadata document. Unknown members are ignored, as RFC 7591 §2 asks.
 */

export const maxRedirectUris = 10;
export const maxClientNameLength = 100;

type AuthMethod = OAuthClient['tokenEndpointAuthMethod'];
type Metadata = Readonly<Record<string, unknown>>;

export interface ClientMetadata {
  readonly clientName: string;
  readonly redirectUris: readonly string[];
  readonly tokenEndpointAuthMethod: AuthMethod;
  readonly mayRefresh: boolean;
  readonly clientUri?: string;
}

const strings = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? (value as readonly string[])
    : undefined;

const redirectUrisOf = (
  metadata: Metadata,
  policy: RedirectPolicy,
): Result<readonly string[], OAuthRefusal> => {
  const uris = strings(metadata.redirect_uris);
  if (!uris || uris.length === 0) return err({ reason: 'redirect_uri_missing' });
  if (uris.length > maxRedirectUris) return err({ reason: 'metadata_too_large' });
  for (const uri of uris) {
    const valid = validateRedirectUri(uri, policy);
    // One bad URI refuses the whole registration: RFC 7591 gives no way to accept a part.
    if (!valid.ok) return err({ reason: valid.error, evidence: { redirectUri: uri } });
  }
  return ok([...new Set(uris)]);
};

const authMethodOf = (
  metadata: Metadata,
  supported: readonly AuthMethod[],
  byDefault: AuthMethod,
): AuthMethod | undefined => {
  const single = metadata.token_endpoint_auth_method;
  // Some metadata documents name a method of another server and list what else they can do.
  const listed = strings(metadata.token_endpoint_auth_methods_supported) ?? [];
  if (single === undefined && listed.length === 0) return byDefault;
  return (
    supported.find((method) => method === single) ??
    supported.find((method) => listed.includes(method))
  );
};

// Chosen by a stranger and shown to a user: no control, formatting or bidirectional characters, no
// half of a pair, and nothing that draws nothing (U+3164 and U+2800 are a letter and a symbol).
const unsafeInName =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const clientNameOf = (metadata: Metadata, redirectUris: readonly string[]): string => {
  const name = typeof metadata.client_name === 'string' ? metadata.client_name : '';
  // Cut first, so that cutting cannot leave half of a pair; long gaps would push words out of sight.
  const cut = name.slice(0, maxClientNameLength);
  const safe = cut.replaceAll(/\s+/g, ' ').replaceAll(unsafeInName, '').trim();
  return safe || new URL(redirectUris[0] as string).host || 'Unnamed client';
};

/** A link to show, or nothing: `https://claude.ai@evil.example` reads like a link to claude.ai. */
const httpsUrl = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || value.length > 256 || !URL.canParse(value)) return undefined;
  const origin = /^https:\/\/[^/?#]+(?=[/?#]|$)/.exec(value)?.[0];
  return origin === new URL(value).origin && /^[\x21-\x7E]+$/.test(value) ? value : undefined;
};

const grantTypesRefusal = (metadata: Metadata): OAuthRefusal | undefined => {
  const grantTypes = strings(metadata.grant_types ?? ['authorization_code']);
  if (!grantTypes?.includes('authorization_code'))
    return { reason: 'metadata_grant_type_unsupported' };
  const responseTypes = strings(metadata.response_types ?? ['code']);
  return responseTypes?.includes('code')
    ? undefined
    : { reason: 'metadata_response_type_unsupported' };
};

/**
 * Reads client metadata. Guarantees redirect URIs that the policy allows, an authentication method
 * that this server supports, and a display name without characters that deceive.
 *
 * Does not check `client_id`, and does not verify that the name belongs to whoever sent it.
 *
 * @see [RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2)
 */
export const parseClientMetadata = (
  metadata: unknown,
  options: {
    readonly redirectPolicy: RedirectPolicy;
    readonly authMethods: readonly AuthMethod[];
    readonly defaultAuthMethod: AuthMethod;
  },
): Result<ClientMetadata, OAuthRefusal> => {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    return err({ reason: 'metadata_malformed' });
  const members = metadata as Metadata;
  const redirectUris = redirectUrisOf(members, options.redirectPolicy);
  if (!redirectUris.ok) return redirectUris;
  const method = authMethodOf(members, options.authMethods, options.defaultAuthMethod);
  if (!method) return err({ reason: 'metadata_auth_method_unsupported' });
  const grants = grantTypesRefusal(members);
  if (grants) return err(grants);
  const clientUri = httpsUrl(members.client_uri);
  return ok({
    clientName: clientNameOf(members, redirectUris.value),
    redirectUris: redirectUris.value,
    tokenEndpointAuthMethod: method,
    // Absent grant_types means authorization_code only (RFC 7591 §2), but most MCP clients that
    // leave it out do refresh; a refresh handle harms nobody who does not use it.
    mayRefresh: strings(members.grant_types)?.includes('refresh_token') ?? true,
    ...(clientUri && { clientUri }),
  });
};
