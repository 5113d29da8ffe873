import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopbackRedirect, redirectDestination } from '../../oauth/redirect-uri.ts';
import { evidence, mcpClients, preregisteredClients } from './clients.ts';
import { type Deployment, httpsDeployment, localDeployment } from './deployments.ts';
import { clientName, type McpClient, rowName } from './mcp-client.ts';
import { type Walk, walk } from './sign-in-walk.ts';

const everydayScopes = 'mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read';
const tools = ['whoami', 'search_notes', 'add_note', 'delete_note'];

const textOf = (html: string): string =>
  html
    .replaceAll(/<style[\s\S]*?<\/style>|<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

/** How the consent page must tell who is asking. */
const identityOf = ({ registration }: McpClient): string => {
  if (registration.kind === 'document') return new URL(registration.document.client_id).host;
  return registration.kind === 'dynamic'
    ? 'not verified: any program can use this name'
    : 'registered by your administrator';
};

const expectSignedIn = (client: McpClient, seen: Walk): void => {
  const { tokens, refreshed, conversations } = seen;
  expect(tokens.scope).toBe(everydayScopes);
  // An hour, less what passed between Cognito’s answer and ours.
  expect(tokens.expires_in).toBeGreaterThan(3590);
  expect(conversations).toEqual(
    client.revisions.map((revision) => ({ revision, serverName: 'notes', tools })),
  );
  if (!refreshed) return;
  expect(refreshed.tokens.scope).toBe(everydayScopes);
  expect(refreshed.tokens.access_token).not.toBe(tokens.access_token);
  expect(refreshed.tokens.refresh_token).not.toBe(tokens.refresh_token);
};

const expectHonestConsent = (client: McpClient, { consentPage }: Walk): void => {
  const text = textOf(consentPage);
  expect(text).toContain(`Allow ${clientName(client)} to act for you?`);
  expect(text).toContain(`Identity ${identityOf(client)} Sends you to`);
  expect(text).toContain(`Sends you to ${redirectDestination(client.redirectUri)} Server`);
  expect(text.includes('A program on this computer is asking')).toBe(
    isLoopbackRedirect(client.redirectUri),
  );
};

const named = (clients: readonly McpClient[]) =>
  clients.map((client) => [rowName(client), client] as const);
const selfIdentified = mcpClients.filter(
  ({ registration }) => registration.kind !== 'preregistered',
);
const byDocument = mcpClients.filter(({ registration }) => registration.kind === 'document');

describe('the table of clients', () => {
  it('has every row once, because a row that hides another one tests nothing', () => {
    expect(new Set(mcpClients.map(rowName)).size).toBe(mcpClients.length);
  });

  it('says where the facts of every product come from, because they are not ours', () => {
    expect(Object.keys(evidence).sort()).toEqual(
      [...new Set(mcpClients.map(({ product }) => product))].sort(),
    );
  });

  it('covers every way of registering and both eras, because a server for one of them is half a server', () => {
    expect(byDocument.length).toBeGreaterThan(10);
    expect(selfIdentified.length - byDocument.length).toBeGreaterThan(10);
    expect(preregisteredClients.length).toBeGreaterThan(5);
    expect(new Set(mcpClients.flatMap(({ revisions }) => revisions)).size).toBe(4);
  });
});

describe('over real HTTP, a client', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await localDeployment('published');
  });
  afterAll(() => deployment.close());

  it.each(named(selfIdentified))(
    '%s signs in, works, refreshes and leaves, because this is what it sends',
    async (_, client) => {
      const seen = await walk(client, deployment);
      expectSignedIn(client, seen);
      expectHonestConsent(client, seen);
    },
  );
});

describe('below an https issuer, a client', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await httpsDeployment(preregisteredClients);
  });
  afterAll(() => deployment.close());

  it.each(named(mcpClients.filter(({ browserOrigin }) => !browserOrigin)))(
    '%s signs in, works, refreshes and leaves, because cookies and secrets are stricter there',
    async (_, client) => {
      const seen = await walk(client, deployment);
      expectSignedIn(client, seen);
      expectHonestConsent(client, seen);
    },
  );
});
