import { type Demand, demands } from './demands.ts';
import type { Deployment } from './deployments.ts';

/** The same deployment with one thing wrong with it, on the way to the client. */

type Json = Record<string, unknown>;

export interface Tampering {
  /** What is wrong. */
  readonly title: string;
  /** The demand that it must break. */
  readonly demand: Demand;
  readonly path: string;
  readonly method?: string;
  readonly change: (response: Response) => Promise<Response> | Response;
}

const rewritten = (response: Response, body: BodyInit | null, status = response.status) =>
  new Response(body, { status, headers: response.headers });

const withMembers =
  (changes: Json | ((body: Json) => Json)): Tampering['change'] =>
  async (response) => {
    const body = (await response.json()) as Json;
    const more = typeof changes === 'function' ? changes(body) : changes;
    return rewritten(response, JSON.stringify({ ...body, ...more }));
  };

const withHeader =
  (name: string, change: (value: string) => string | undefined): Tampering['change'] =>
  (response) => {
    const headers = new Headers(response.headers);
    const value = change(headers.get(name) ?? '');
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
    const { status, body } = response;
    return new Response(body, { status, headers });
  };

const withStatus =
  (status: number): Tampering['change'] =>
  async (response) =>
    rewritten(response, await response.text(), status);

const inLocation = (change: (parameters: URLSearchParams) => void): Tampering['change'] =>
  withHeader('location', (location) => {
    const [target, query = ''] = location.split('?');
    const parameters = new URLSearchParams(query);
    change(parameters);
    return `${target}?${parameters}`;
  });

const resourceMetadata = '/.well-known/oauth-protected-resource';
const metadata = '/.well-known/oauth-authorization-server';
const [mcp, register, token, callback] = [
  '/mcp',
  '/oauth/register',
  '/oauth/token',
  '/oauth/callback',
];

const list = (value: unknown): string[] => [...(value as string[])];

const discoveryTamperings: readonly Tampering[] = [
  {
    title: 'a challenge with 200',
    demand: 'challenge',
    path: mcp,
    change: withStatus(200),
  },
  {
    title: 'a challenge without scope',
    demand: 'challenge',
    path: mcp,
    change: withHeader('www-authenticate', (value) => value.replace(/scope="[^"]*", /, '')),
  },
  {
    title: 'no document at the root',
    demand: 'metadata_places',
    path: resourceMetadata,
    change: withStatus(404),
  },
  {
    title: 'another document at the root',
    demand: 'metadata_places',
    path: resourceMetadata,
    change: withMembers({ resource_name: 'another' }),
  },
  {
    title: 'a resource with a trailing slash',
    demand: 'resource_exact',
    path: '*/.well-known/oauth-protected-resource',
    change: withMembers(({ resource }) => ({ resource: `${resource}/` })),
  },
  {
    title: 'two authorization servers',
    demand: 'one_authorization_server',
    path: '*/.well-known/oauth-protected-resource',
    change: withMembers(({ authorization_servers: servers }) => ({
      authorization_servers: [...list(servers), 'https://other.example'],
    })),
  },
  {
    title: 'an issuer with a trailing slash',
    demand: 'issuer_exact',
    path: metadata,
    change: withMembers(({ issuer }) => ({ issuer: `${issuer}/` })),
  },
  {
    title: 'no response types',
    demand: 'code_listed',
    path: metadata,
    change: withMembers({ response_types_supported: undefined }),
  },
  {
    title: 'no S256, as Cognito has it',
    demand: 's256_advertised',
    path: metadata,
    change: withMembers({ code_challenge_methods_supported: undefined }),
  },
  {
    title: 'secrets only',
    demand: 'none_listed',
    path: metadata,
    change: withMembers({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
  },
  {
    title: 'no word about metadata documents',
    demand: 'documents_advertised',
    path: metadata,
    change: withMembers({ client_id_metadata_document_supported: undefined }),
  },
  {
    title: 'no word about iss',
    demand: 'iss_advertised',
    path: metadata,
    change: withMembers({ authorization_response_iss_parameter_supported: undefined }),
  },
  {
    title: 'no registration endpoint',
    demand: 'registration_advertised',
    path: metadata,
    change: withMembers({ registration_endpoint: undefined }),
  },
  {
    title: 'offline_access among the scopes',
    demand: 'no_offline_access',
    path: metadata,
    change: withMembers(({ scopes_supported: scopes }) => ({
      scopes_supported: [...list(scopes), 'offline_access'],
    })),
  },
  {
    title: 'a token endpoint over plain http',
    demand: 'endpoints_secure',
    path: metadata,
    change: withMembers({ token_endpoint: 'http://mcp.example.com/oauth/token' }),
  },
];

const laterTamperings: readonly Tampering[] = [
  {
    title: 'a registration with 200',
    demand: 'registration_response',
    path: register,
    change: withStatus(200),
  },
  {
    title: 'a registration with the time as text',
    demand: 'registration_response',
    path: register,
    change: withMembers(({ client_id_issued_at: time }) => ({ client_id_issued_at: `${time}` })),
  },
  {
    title: 'a registration that drops a redirect URI',
    demand: 'registration_response',
    path: register,
    change: withMembers({ redirect_uris: [] }),
  },
  {
    title: 'a state that was decoded once too often',
    demand: 'state_untouched',
    path: callback,
    change: inLocation((parameters) =>
      parameters.set('state', decodeURIComponent(`${parameters.get('state')}%21`)),
    ),
  },
  {
    title: 'no iss',
    demand: 'iss_exact',
    path: callback,
    change: inLocation((parameters) => parameters.delete('iss')),
  },
  {
    title: 'the issuer of somebody else in iss',
    demand: 'iss_exact',
    path: callback,
    change: inLocation((parameters) => parameters.set('iss', 'https://other.example')),
  },
  {
    title: 'expires_in as text',
    demand: 'token_response',
    path: token,
    change: withMembers(({ expires_in: seconds }) => ({ expires_in: `${seconds}` })),
  },
  {
    title: 'tokens that may be stored',
    demand: 'token_response',
    path: token,
    change: withHeader('cache-control', () => undefined),
  },
  {
    title: 'no refresh token',
    demand: 'refresh_token',
    path: token,
    change: withMembers({ refresh_token: undefined }),
  },
  {
    title: 'an access token that is no good',
    demand: 'mcp_answer',
    path: token,
    change: withMembers({ access_token: 'eyJhbGciOiJub25lIn0.e30.' }),
  },
  {
    title: 'invalid_request for a dead refresh token',
    demand: 'dead_grant',
    path: token,
    change: async (response) =>
      response.status === 400
        ? rewritten(response, JSON.stringify({ error: 'invalid_request' }))
        : response,
  },
];

/** For a client in a browser. */
export const corsTamperings: readonly Tampering[] = [
  ...[resourceMetadata, metadata, register, token, '/oauth/revoke', mcp].map((path) => ({
    title: `no CORS at ${path}`,
    demand: 'cors' as const,
    path,
    change: withHeader('access-control-allow-origin', () => undefined),
  })),
  {
    title: 'a preflight at the MCP path that wants a token',
    demand: 'cors',
    path: mcp,
    method: 'OPTIONS',
    change: withStatus(401),
  },
  {
    title: 'a challenge that scripts cannot read',
    demand: 'challenge',
    path: mcp,
    change: withHeader('access-control-expose-headers', () => undefined),
  },
];

export const tamperings: readonly Tampering[] = [...discoveryTamperings, ...laterTamperings];

/** Demands that no tampering breaks; `fast` is broken by the clock instead. */
export const untamperedDemands = (Object.keys(demands) as Demand[]).filter(
  (name) => ![...tamperings, ...corsTamperings].some(({ demand }) => demand === name),
);

const concerns = ({ path, method }: Tampering, url: URL, init?: RequestInit): boolean =>
  (path.startsWith('*') ? url.pathname.startsWith(path.slice(1)) : url.pathname === path) &&
  (method === undefined || method === init?.method);

/** A deployment behind a proxy that spoils one thing. */
export const tamperedWith = (deployment: Deployment, tampering: Tampering): Deployment => ({
  ...deployment,
  fetch: (async (input: URL | string, init?: RequestInit) => {
    const response = await deployment.fetch(input, init);
    return concerns(tampering, new URL(input), init) ? tampering.change(response) : response;
  }) as typeof fetch,
});
