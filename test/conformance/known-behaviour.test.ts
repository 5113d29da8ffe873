import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';
import { wellKnownClientIds } from '../../lambda/authorization-server/clients/well-known-documents.ts';
import { s256 } from '../../oauth/pkce.ts';
import { aPost, legacyRequest } from '../support/resource-server.ts';
import * as documents from './client-documents.ts';
import { mcpClients } from './clients.ts';
import { type Deployment, localDeployment } from './deployments.ts';
import { clientName, type McpClient, rowName } from './mcp-client.ts';
import { refusalOf, walk } from './sign-in-walk.ts';

/** What single products are known to do or to want, beyond the walk that all of them go through. */

let deployment: Deployment;
let silent: Deployment;
beforeAll(async () => {
  [deployment, silent] = await Promise.all([
    localDeployment('published'),
    localDeployment('silent'),
  ]);
});
afterAll(() => Promise.all([deployment.close(), silent.close()]));

const find = (product: string, kind: McpClient['registration']['kind']): McpClient => {
  const client = mcpClients.find(
    (row) => row.product === product && row.registration.kind === kind,
  );
  if (!client) throw new Error(`no ${product} in the table`);
  return client;
};

const isOfOperator = ({ registration }: McpClient) =>
  registration.kind === 'document' && registration.document === documents.operatorSupplied;

describe('when publishers answer us with a bot challenge (claude-ai-mcp#650, claude-code#84263)', () => {
  const byDocument = mcpClients.filter(({ registration }) => registration.kind === 'document');

  it.each(
    byDocument.filter((client) => !isOfOperator(client)).map((row) => [rowName(row), row] as const),
  )('%s signs in all the same, because a copy of its document is pinned', async (_, client) => {
    const { consentPage } = await walk(client, silent);
    expect(consentPage).toContain(`<q>${clientName(client)}</q>`);
  });

  it('a client nobody knows does not, because only a published document identifies it', async () => {
    const [client] = byDocument.filter(isOfOperator);
    await expect(walk(client as McpClient, silent)).rejects.toThrow(/could not be read/);
  });

  it('every pinned copy is of a client of this table, because an untested copy is a guess', () => {
    expect([...wellKnownClientIds].sort()).toEqual(
      [...documents.publishedDocuments.keys()]
        .filter((id) => id !== documents.operatorSupplied.client_id)
        .filter((id) => id !== documents.chatGptApp.client_id)
        .sort(),
    );
  });
});

const register = (body: unknown) =>
  deployment.fetch(`${deployment.issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const postToken = (form: Record<string, string>) =>
  deployment.fetch(`${deployment.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });

const authorizationUrl = async (changes: Record<string, string>): Promise<string> =>
  `${deployment.issuer}/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: documents.claude.client_id,
    redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
    state: 'a state',
    code_challenge: await s256('x'.repeat(43)),
    code_challenge_method: 'S256',
    resource: deployment.mcpUrl,
    ...changes,
  })}`;

const answerTo = async (changes: Record<string, string>, decision: 'allow' | 'deny' = 'allow') =>
  signInAs(createScriptedBrowser(deployment.fetch), await authorizationUrl(changes), {
    ...deployment.user,
    decision,
    redirectUri: changes.redirect_uri ?? 'https://claude.ai/api/mcp/auth_callback',
  });

describe('Claude', () => {
  it('learns from 401 invalid_client that its registration is gone, and registers anew', async () => {
    const answer = await postToken({
      grant_type: 'refresh_token',
      refresh_token: 'unknown',
      client_id: 'dyn.of.another.deployment',
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  it('gets `iss` with a refusal of the user, too, because the rule is about every response', async () => {
    const answer = await answerTo({}, 'deny');
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'a state',
      iss: deployment.issuer,
    });
  });

  it('asks for more rights after a 403 insufficient_scope that names old and new ones', async () => {
    const { tokens } = await walk({ ...find('Claude', 'document'), revisions: [] }, deployment);
    const call = legacyRequest('tools/call', {
      name: 'delete_note',
      arguments: { id: crypto.randomUUID() },
    });
    const request = aPost(call, { token: String(tokens.access_token), url: deployment.mcpUrl });
    const response = await deployment.fetch(request);
    expect(response.status).toBe(403);
    const challenge = response.headers.get('www-authenticate') ?? '';
    expect(challenge).toMatch(/^Bearer error="insufficient_scope", /);
    expect(challenge).toContain(`scope="${tokens.scope} mcp:notes:delete"`);
  });
});

describe('ChatGPT', () => {
  it('refreshes at once after 401 invalid_token, because that is all the challenge has to say', async () => {
    const response = await deployment.fetch(
      aPost(legacyRequest('tools/list'), { token: 'no.good.token', url: deployment.mcpUrl }),
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token", /);
  });

  it('cannot use the redirect URI of another app, because the app’s document lists one', async () => {
    const { client_id: clientId } = documents.chatGptApp;
    const visit = await createScriptedBrowser(deployment.fetch).open(
      await authorizationUrl({
        client_id: clientId,
        redirect_uri: 'https://chatgpt.com/connector/oauth/anotherApp01',
      }),
    );
    expect(visit).toMatchObject({ kind: 'page', page: { status: 400 } });
  });
});

describe('Claude Code and SDK v2', () => {
  it('may ask for offline_access and openid beside real scopes, because some do so unasked', async () => {
    const scope = 'mcp:tools:read openid offline_access';
    const answer = await answerTo({ scope, prompt: 'consent' });
    expect(answer.searchParams.has('code')).toBe(true);
  });
});

describe('Codex and MCP Inspector', () => {
  it('open a GET stream first and live with a no, because 2026-07-28 has none (recorded 2026-09-08)', async () => {
    const headers = { accept: 'text/event-stream', 'mcp-protocol-version': '2024-11-05' };
    const without = await deployment.fetch(deployment.mcpUrl, { headers });
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toContain('resource_metadata="');
    const { tokens } = await walk({ ...find('Codex', 'document'), revisions: [] }, deployment);
    const authorization = `Bearer ${tokens.access_token}`;
    const response = await deployment.fetch(deployment.mcpUrl, {
      headers: { ...headers, authorization },
    });
    expect(response.status).toBe(405);
  });
});

describe('Cursor', () => {
  it('is refused as a whole when one URI is bad, because RFC 7591 knows no half registration', async () => {
    const { registration } = find('Cursor', 'dynamic');
    if (registration.kind !== 'dynamic') throw new Error('Cursor registers');
    const { redirect_uris: uris } = registration.body;
    expect((await register(registration.body)).status).toBe(201);
    const response = await register({
      ...registration.body,
      redirect_uris: [...uris, 'http://www.cursor.com/agents/mcp/oauth/callback'],
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_redirect_uri' });
  });
});

describe('clients with a port of their own choice', () => {
  it.each([
    [documents.claudeCode.client_id, 'http://[::1]:3118/callback'],
    [documents.claudeCode.client_id, 'http://localhost:3118/other'],
    [documents.zed.client_id, 'http://localhost:27523/callback'],
    [documents.copilotCli.client_id, 'http://127.0.0.1:60005/callback'],
  ])(
    '%s may not use %s, because only the port is free (RFC 8252 §7.3)',
    async (clientId, redirectUri) => {
      const visit = await createScriptedBrowser(deployment.fetch).open(
        await authorizationUrl({ client_id: clientId, redirect_uri: redirectUri }),
      );
      expect(visit).toMatchObject({ kind: 'page', page: { status: 400 } });
    },
  );
});

describe('clients that look elsewhere', () => {
  const places = [
    '/.well-known/openid-configuration',
    '/.well-known/openid-configuration/mcp',
    '/.well-known/oauth-authorization-server/mcp',
    '/mcp/.well-known/openid-configuration',
    '/mcp/.well-known/oauth-protected-resource',
  ];
  it.each(places)(
    'get a clean 404 at %s, because a 5xx ends the search of SDK v1',
    async (place) => {
      const response = await deployment.fetch(new URL(place, deployment.mcpUrl), {
        redirect: 'manual',
      });
      expect(response.status).toBe(404);
    },
  );

  it('find documents that do not depend on a header, because caches sit in front of them', async () => {
    const url = `${deployment.issuer}/.well-known/oauth-authorization-server`;
    const versions = ['2024-11-05', '2025-11-25', '2099-01-01', 'nonsense'];
    const bodies = await Promise.all(
      versions.map(async (version) => {
        const headers = { 'mcp-protocol-version': version };
        return (await deployment.fetch(url, { headers })).text();
      }),
    );
    expect(new Set(bodies).size).toBe(1);
  });
});

describe('a page of a foreign origin', () => {
  it('gets nowhere near the MCP endpoint, because CORS is for loopback tools in local mode', async () => {
    const client = { ...find('MCP Inspector', 'dynamic'), browserOrigin: 'https://evil.example' };
    expect(await refusalOf(walk(client, deployment))).toBe('cors');
  });
});
