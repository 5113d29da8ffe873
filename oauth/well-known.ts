/** RFC 8615: every path that a client finds by convention, once. */
export const protectedResourceMetadataPrefix = '/.well-known/oauth-protected-resource';
export const authorizationServerMetadataPath = '/.well-known/oauth-authorization-server';
export const openidConfigurationPath = '/.well-known/openid-configuration';

/** The broker's own endpoints, below its issuer (which has no path). */
export const brokerPaths = {
  register: '/oauth/register',
  authorize: '/oauth/authorize',
  consent: '/oauth/consent',
  callback: '/oauth/callback',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  connections: '/oauth/connections',
  revocations: '/oauth/revocations',
} as const;

/**
 * RFC 9728 §3.1: the path of the resource goes after the well-known suffix, so
 * `https://mcp.example.com/mcp` is described at `/.well-known/oauth-protected-resource/mcp`.
 */
export const protectedResourceMetadataPath = (resourceIdentifier: string): string => {
  const { pathname } = new URL(resourceIdentifier);
  return pathname === '/'
    ? protectedResourceMetadataPrefix
    : `${protectedResourceMetadataPrefix}${pathname}`;
};

/** Absolute URL of the metadata document, for the `resource_metadata` parameter of a challenge. */
export const protectedResourceMetadataUrl = (resourceIdentifier: string): string =>
  new URL(resourceIdentifier).origin + protectedResourceMetadataPath(resourceIdentifier);
