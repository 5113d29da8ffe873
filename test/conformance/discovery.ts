import { demand } from './demands.ts';
import type { McpClient } from './mcp-client.ts';

/** From the URL that a user typed to the endpoints of the authorization server, as clients do it. */

type Json = Readonly<Record<string, unknown>>;

export interface Discovery {
  readonly challengedScope: string;
  readonly resourceMetadata: Json;
  readonly metadata: Json;
  readonly issuer: string;
}

const parameterOf = (challenge: string, name: string): string | undefined =>
  new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1];

/** Asks without a token, and reads where to go next. */
const readChallenge = async (send: typeof fetch, mcpUrl: string) => {
  const response = await send(mcpUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}',
  });
  await response.body?.cancel();
  const challenge = response.headers.get('www-authenticate') ?? '';
  const metadataUrl = parameterOf(challenge, 'resource_metadata');
  const scope = parameterOf(challenge, 'scope');
  const isOne = /^Bearer /.test(challenge) && challenge.match(/Bearer /g)?.length === 1;
  demand(
    'challenge',
    response.status === 401 && isOne && metadataUrl !== undefined && scope !== undefined,
    `${response.status} ${challenge}`,
  );
  return { metadataUrl, scope };
};

const readJson = async (send: typeof fetch, url: string): Promise<Json> => {
  const response = await send(url, {
    // Both SDKs send their newest legacy revision here, whatever they speak later.
    headers: { accept: 'application/json', 'mcp-protocol-version': '2025-11-25' },
    redirect: 'manual',
  });
  const type = response.headers.get('content-type') ?? '';
  const isJson = response.status === 200 && type.startsWith('application/json');
  demand('metadata_places', isJson, `${response.status} ${type} at ${url}`);
  return (await response.json()) as Json;
};

const readResourceMetadata = async (send: typeof fetch, mcpUrl: string, announced: string) => {
  const { origin, pathname } = new URL(mcpUrl);
  const wellKnown = `${origin}/.well-known/oauth-protected-resource`;
  const places = [announced, wellKnown + pathname, wellKnown];
  const found = await Promise.all(places.map((url) => readJson(send, url)));
  const [first, ...others] = found.map((document) => JSON.stringify(document));
  const isSame = others.every((other) => other === first);
  demand('metadata_places', isSame, found);
  return found[0] as Json;
};

const includes = (metadata: Json, member: string, value: string): boolean => {
  const list = metadata[member];
  return Array.isArray(list) && list.includes(value);
};

const isSecure = (url: unknown): boolean =>
  typeof url === 'string' && /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(url);

const checkMetadata = (metadata: Json, issuer: string): void => {
  demand('issuer_exact', metadata.issuer === issuer && !issuer.endsWith('/'), metadata.issuer);
  demand('code_listed', includes(metadata, 'response_types_supported', 'code'), metadata);
  demand(
    's256_advertised',
    includes(metadata, 'code_challenge_methods_supported', 'S256'),
    metadata,
  );
  demand(
    'none_listed',
    includes(metadata, 'token_endpoint_auth_methods_supported', 'none'),
    metadata,
  );
  demand('documents_advertised', metadata.client_id_metadata_document_supported === true, metadata);
  demand(
    'iss_advertised',
    metadata.authorization_response_iss_parameter_supported === true,
    metadata,
  );
  demand('registration_advertised', typeof metadata.registration_endpoint === 'string', metadata);
  for (const name of ['authorization', 'token', 'registration', 'revocation'])
    demand('endpoints_secure', isSecure(metadata[`${name}_endpoint`]), metadata);
};

export const discover = async (send: typeof fetch, mcpUrl: string): Promise<Discovery> => {
  const challenge = await readChallenge(send, mcpUrl);
  const resourceMetadata = await readResourceMetadata(
    send,
    mcpUrl,
    challenge.metadataUrl as string,
  );
  demand('resource_exact', resourceMetadata.resource === mcpUrl, resourceMetadata.resource);
  const servers = (resourceMetadata.authorization_servers ?? []) as readonly string[];
  demand('one_authorization_server', servers.length === 1, servers);
  const issuer = servers[0] as string;
  const metadata = await readJson(send, `${issuer}/.well-known/oauth-authorization-server`);
  checkMetadata(metadata, issuer);
  const everything = JSON.stringify([challenge, resourceMetadata, metadata]);
  demand('no_offline_access', !everything.includes('offline_access'), everything);
  return { challengedScope: challenge.scope as string, resourceMetadata, metadata, issuer };
};

/** What the client puts into `scope`; undefined when it sends none. */
export const scopeToRequest = (client: McpClient, discovery: Discovery): string | undefined => {
  const listed = (document: Json) =>
    ((document.scopes_supported ?? []) as readonly string[]).join(' ');
  switch (client.scopeSource) {
    case 'challenge':
      return discovery.challengedScope;
    case 'protected resource':
      return listed(discovery.resourceMetadata);
    case 'authorization server':
      return listed(discovery.metadata);
    case 'omitted':
      return undefined;
  }
};
