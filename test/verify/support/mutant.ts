import type { Mutation, RelayedRequest, RelayedResponse } from './relay.ts';

/** Words for saying in one line what is wrong with a server. */

export interface Mutant extends Mutation {
  /** The one thing that is wrong. */
  readonly name: string;
  /** With what the verification goes past the door. @default 'none' */
  readonly access?: 'none' | 'token' | 'everything';
  /** Whether the verification may send bursts. @default false */
  readonly isBurst?: boolean;
  /** Ids of the checks that have to fail, and no others. */
  readonly breaks: readonly string[];
}

export const pathOf = ({ url }: RelayedRequest): string => url.split('?', 1)[0] ?? '';

export const isDocument = (request: RelayedRequest): boolean =>
  request.method === 'GET' && pathOf(request).startsWith('/.well-known/');

export const isResourceMetadata = (request: RelayedRequest, response?: RelayedResponse): boolean =>
  isDocument(request) &&
  pathOf(request).includes('oauth-protected-resource') &&
  (response === undefined || response.status === 200);

export const isServerMetadata = (request: RelayedRequest, response?: RelayedResponse): boolean =>
  isDocument(request) &&
  pathOf(request).includes('oauth-authorization-server') &&
  (response === undefined || response.status === 200);

export const isMcp = (request: RelayedRequest): boolean => pathOf(request) === '/mcp';

export const isAt =
  (path: string) =>
  (request: RelayedRequest): boolean =>
    pathOf(request) === path;

export const isAuthorize = isAt('/oauth/authorize');
export const isToken = isAt('/oauth/token');
export const isRegister = isAt('/oauth/register');

/** The members of a form body. */
export const formOf = ({ body }: { readonly body: string }): URLSearchParams =>
  new URLSearchParams(body);

/** A token request with this grant type. */
export const isGrant =
  (grantType: string) =>
  (request: RelayedRequest): boolean =>
    isToken(request) && formOf(request).get('grant_type') === grantType;

export const isCode = isGrant('authorization_code');
export const isRefresh = isGrant('refresh_token');

/** The JSON-RPC method of a request, or nothing. */
export const methodOf = ({ body }: RelayedRequest): string =>
  /"method":"([^"]*)"/.exec(body)?.[1] ?? '';

export const isModern = ({ headers }: RelayedRequest): boolean =>
  headers['mcp-protocol-version'] === '2026-07-28';

type Which = (request: RelayedRequest, response: RelayedResponse) => boolean;
type ChangeResponse = (response: RelayedResponse, request: RelayedRequest) => RelayedResponse;

/** Changes the answers to some requests. */
export const answers =
  (which: Which, change: ChangeResponse): ChangeResponse =>
  (response, request) =>
    which(request, response) ? change(response, request) : response;

type Json = Record<string, unknown>;

/** Changes members of a JSON answer; `undefined` takes one out. */
export const withJson =
  (changes: Json | ((document: Json) => Json)): ChangeResponse =>
  (response) => {
    if (!response.body.startsWith('{')) return response;
    const document = JSON.parse(response.body) as Json;
    const changed = typeof changes === 'function' ? changes(document) : changes;
    return { ...response, body: JSON.stringify({ ...document, ...changed }) };
  };

/** Changes headers of an answer; `undefined` takes one out. */
export const withHeaders =
  (changes: Readonly<Record<string, string | undefined>>): ChangeResponse =>
  (response) => ({
    ...response,
    headers: Object.fromEntries(
      Object.entries({ ...response.headers, ...changes }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as RelayedResponse['headers'],
  });

export const withStatus =
  (status: number): ChangeResponse =>
  (response) => ({ ...response, status });

export const withChallenge = (change: (challenge: string) => string): ChangeResponse =>
  answers(
    (_, { headers }) => headers['www-authenticate'] !== undefined,
    (response) => ({
      ...response,
      headers: {
        ...response.headers,
        'www-authenticate': change(String(response.headers['www-authenticate'])),
      },
    }),
  );

export const withLocation = (change: (location: URL) => void): ChangeResponse =>
  answers(
    (_, { headers }) => headers.location !== undefined,
    (response) => {
      const location = new URL(String(response.headers.location));
      change(location);
      return { ...response, headers: { ...response.headers, location: location.href } };
    },
  );

/** Changes the query of a request. */
export const withQuery = (
  request: RelayedRequest,
  change: (query: URLSearchParams) => void,
): RelayedRequest => {
  const url = new URL(request.url, 'http://relay.invalid');
  change(url.searchParams);
  return { ...request, url: `${url.pathname}${url.search}` };
};

export const queryOf = ({ url }: RelayedRequest): URLSearchParams =>
  new URL(url, 'http://relay.invalid').searchParams;

/** Changes a form body. */
export const withForm = (
  request: RelayedRequest,
  change: (form: URLSearchParams) => void,
): RelayedRequest => {
  const form = new URLSearchParams(request.body);
  change(form);
  return { ...request, body: form.toString() };
};

export const withRequestHeaders = (
  request: RelayedRequest,
  changes: Readonly<Record<string, string | undefined>>,
): RelayedRequest => ({
  ...request,
  headers: Object.fromEntries(
    Object.entries({ ...request.headers, ...changes }).filter(([, value]) => value !== undefined),
  ) as RelayedRequest['headers'],
});

export const isRefusal: Which = (request, { status }) => isMcp(request) && status === 401;

export const blockPage: RelayedResponse = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>403 Forbidden</title></head><body>Request blocked.</body></html>',
};

export const page = (text: string): RelayedResponse => ({
  status: 200,
  headers: {
    'content-type': 'text/html',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  },
  body: `<!doctype html><title>Page</title><p>${text}`,
});

export const jsonAnswer = (status: number, body: object): RelayedResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** What a careless server would know and the relay is told: a good token, a machine's secret. */
export const known = { token: '', machineSecret: '' };
