import { protectedResourceMetadata } from '../oauth/protected-resource-metadata.ts';
import {
  protectedResourceMetadataPath,
  protectedResourceMetadataPrefix,
} from '../oauth/well-known.ts';
import type { ServerConfig } from './config.ts';
import { openCors } from './cross-origin.ts';
import { landingPage, landingPageSecurityPolicy } from './landing-page.ts';

/** The public part: what anybody may read without an access token. */

/** Answered before anything is looked at: a load balancer sends its own address as Host. */
export const healthPath = '/healthz';

interface PublicDocument {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const metadataDocument = (config: ServerConfig): PublicDocument => ({
  body: JSON.stringify(protectedResourceMetadata(config)),
  headers: {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=300',
    'x-content-type-options': 'nosniff',
    ...openCors,
  },
});

const landingDocument = (config: ServerConfig): PublicDocument => ({
  body: landingPage(config),
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'content-security-policy': landingPageSecurityPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  },
});

const respond = (method: string, { body, headers }: PublicDocument): Response => {
  if (method === 'GET') return new Response(body, { headers });
  if (method === 'HEAD') {
    const length = String(Buffer.byteLength(body));
    return new Response(null, { headers: { ...headers, 'content-length': length } });
  }
  // Browsers ask first, because SDK clients send MCP-Protocol-Version with this request.
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers: openCors });
  return Response.json(
    { error: 'method_not_allowed', error_description: 'Method not allowed' },
    { status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } },
  );
};

/** Red until keys are held, and from the moment a shutdown begins: then others are asked. */
export const healthResponse = (isReady: boolean): Response =>
  Response.json(
    { status: isReady ? 'ok' : 'not_ready' },
    { status: isReady ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  );

/**
 * The documents of one server, rendered once. The metadata is served at the path form, which clients
 * ask for first (RFC 9728 §3.1), and at the root, which older ones fall back to.
 */
export const createDocuments = (
  config: ServerConfig,
): ((method: string, path: string) => Response | undefined) => {
  const metadata = metadataDocument(config);
  const documents = new Map<string, PublicDocument>([
    [protectedResourceMetadataPrefix, metadata],
    [protectedResourceMetadataPath(config.resourceIdentifier), metadata],
    ['/', landingDocument(config)],
  ]);
  return (method, path) => {
    const document = documents.get(path);
    return document && respond(method, document);
  };
};
