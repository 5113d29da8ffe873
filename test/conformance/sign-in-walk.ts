import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';
import { s256 } from '../../oauth/pkce.ts';
import { browserFetch } from './browser-fetch.ts';
import { ClientRefusal, demand } from './demands.ts';
import type { Deployment } from './deployments.ts';
import { type Discovery, discover, scopeToRequest } from './discovery.ts';
import type { McpClient } from './mcp-client.ts';
import { converse, type McpConversation } from './mcp-exchange.ts';
import { type Client, isUnstoredJson, postForm, readTokens } from './token-exchange.ts';

/**
 * One client's whole life at a deployment: discovery, registration, consent and login, code, token,
 * MCP, refresh, revocation. Plays the client's side and turns away where clients do; what it saw is
 * returned for closer inspection.
 */

type Json = Readonly<Record<string, unknown>>;

export interface Walk {
  readonly discovery: Discovery;
  /** The registration's answer; undefined for clients that need none. */
  readonly registration?: Json;
  /** The consent page, as HTML. */
  readonly consentPage: string;
  /** What the client received at its redirect URI. */
  readonly answer: URL;
  readonly tokens: Json;
  readonly conversations: readonly McpConversation[];
  /** Undefined for a client that did not register for refresh tokens. */
  readonly refreshed?: { readonly tokens: Json; readonly conversation: McpConversation };
}

const codeVerifier = 'conformance-conformance-conformance-conformance';
const patienceMs = 10_000;

/** Claude gives up after ten seconds; the clock is a parameter so that this can be seen to work. */
const impatient = (send: typeof fetch, now: () => number): typeof fetch =>
  (async (input: URL | string, init?: RequestInit) => {
    const start = now();
    const response = await send(input, init);
    demand('fast', now() - start < patienceMs, new URL(input).pathname);
    return response;
  }) as typeof fetch;

const register = async (send: typeof fetch, discovery: Discovery, body: Json): Promise<Json> => {
  const response = await send(String(discovery.metadata.registration_endpoint), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const isRegistered = response.status === 201 && isUnstoredJson(response);
  const registered = (await response.json()) as Json;
  const times = [registered.client_id_issued_at, registered.client_secret_expires_at ?? 0];
  demand(
    'registration_response',
    isRegistered &&
      times.every(Number.isInteger) &&
      typeof registered.client_id === 'string' &&
      registered.token_endpoint_auth_method === body.token_endpoint_auth_method &&
      JSON.stringify(registered.redirect_uris) === JSON.stringify(body.redirect_uris),
    { status: response.status, registered },
  );
  return registered;
};

const grantTypesAllowRefresh = (metadata: Json): boolean =>
  !Array.isArray(metadata.grant_types) || metadata.grant_types.includes('refresh_token');

const identify = ({ registration }: McpClient, registered: Json | undefined): Client => {
  if (registration.kind === 'preregistered') {
    const { clientId, tokenEndpointAuthMethod: authMethod, mayRefresh } = registration.client;
    const { clientSecret } = registration;
    return { clientId, authMethod, mayRefresh, ...(clientSecret && { clientSecret }) };
  }
  const metadata: Json =
    registration.kind === 'document' ? registration.document : registration.body;
  return {
    clientId: String(registration.kind === 'document' ? metadata.client_id : registered?.client_id),
    authMethod: 'none',
    mayRefresh: grantTypesAllowRefresh(metadata),
  };
};

const authorize = async (
  deployment: Deployment,
  client: McpClient,
  { clientId }: Client,
  discovery: Discovery,
) => {
  const scope = scopeToRequest(client, discovery);
  const url = new URL(String(discovery.metadata.authorization_endpoint));
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: client.redirectUri,
    state: client.state,
    code_challenge: await s256(codeVerifier),
    code_challenge_method: 'S256',
    ...(scope !== undefined && { scope }),
    ...(client.sendsResource && { resource: String(discovery.resourceMetadata.resource) }),
  }).toString();
  const pages: string[] = [];
  const answer = await signInAs(createScriptedBrowser(deployment.fetch), url, {
    ...deployment.user,
    redirectUri: client.redirectUri,
    onPage: ({ html }) => pages.push(html),
  });
  demand('state_untouched', answer.searchParams.get('state') === client.state, answer.search);
  const issuers = answer.searchParams.getAll('iss');
  demand('iss_exact', issuers.length === 1 && issuers[0] === discovery.issuer, answer.search);
  demand('token_response', answer.searchParams.getAll('code').length === 1, answer.search);
  return { answer, consentPage: pages[0] ?? '' };
};

/** Refreshes, works with the new token, revokes, and finds the grant dead. */
const refreshAndRevoke = async (
  send: typeof fetch,
  deployment: Deployment,
  client: { readonly row: McpClient; readonly identity: Client },
  { discovery, tokens }: { readonly discovery: Discovery; readonly tokens: Json },
): Promise<NonNullable<Walk['refreshed']>> => {
  const { token_endpoint: tokenEndpoint, revocation_endpoint: revocationEndpoint } =
    discovery.metadata;
  const refresh = (token: unknown) =>
    postForm(send, tokenEndpoint, client.identity, {
      grant_type: 'refresh_token',
      refresh_token: String(token),
      ...(client.row.sendsResource && { resource: String(discovery.resourceMetadata.resource) }),
    });
  const refreshed = await readTokens(await refresh(tokens.refresh_token), client.identity);
  const conversation = await converse(
    { fetch: send, mcpUrl: deployment.mcpUrl, accessToken: String(refreshed.access_token) },
    client.row.revisions[0] ?? '2025-11-25',
  );
  const revoked = await postForm(send, revocationEndpoint, client.identity, {
    token: String(refreshed.refresh_token),
    token_type_hint: 'refresh_token',
  });
  demand('dead_grant', revoked.status === 200, `${revoked.status} to a revocation`);
  const dead = await refresh(refreshed.refresh_token);
  const { error } = (await dead.json()) as { error?: string };
  demand('dead_grant', dead.status === 400 && error === 'invalid_grant', { error });
  return { tokens: refreshed, conversation };
};

/** @throws {ClientRefusal} where the client would turn away */
export const walk = async (
  client: McpClient,
  deployment: Deployment,
  now: () => number = () => performance.now(),
): Promise<Walk> => {
  const { browserOrigin, registration: way } = client;
  const network = impatient(deployment.fetch, now);
  const send = browserOrigin ? browserFetch(network, browserOrigin) : network;
  const discovery = await discover(send, deployment.mcpUrl);
  const registration =
    way.kind === 'dynamic' ? await register(send, discovery, way.body) : undefined;
  const identity = identify(client, registration);
  const { answer, consentPage } = await authorize(deployment, client, identity, discovery);
  const code = await postForm(send, discovery.metadata.token_endpoint, identity, {
    grant_type: 'authorization_code',
    code: answer.searchParams.get('code') ?? '',
    redirect_uri: client.redirectUri,
    code_verifier: codeVerifier,
    ...(client.sendsResource && { resource: String(discovery.resourceMetadata.resource) }),
  });
  const tokens = await readTokens(code, identity);
  const conversations: McpConversation[] = [];
  for (const revision of client.revisions)
    conversations.push(
      await converse(
        { fetch: send, mcpUrl: deployment.mcpUrl, accessToken: String(tokens.access_token) },
        revision,
      ),
    );
  const refreshed = identity.mayRefresh
    ? await refreshAndRevoke(send, deployment, { row: client, identity }, { discovery, tokens })
    : undefined;
  return {
    discovery,
    consentPage,
    answer,
    tokens,
    conversations,
    ...(registration && { registration }),
    ...(refreshed && { refreshed }),
  };
};

/** The demand that a client turned away over, or undefined when it did not. */
export const refusalOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ClientRefusal) return error.demand;
    throw error;
  }
};
