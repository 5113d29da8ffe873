import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import { type CallbackListener, listenForCallback } from '../support/callback-listener.ts';
import { CommandLineProvider } from '../support/command-line-provider.ts';
import { expiredCopy } from '../support/compact-jwt.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { signInAndReturn } from '../support/person.ts';
import { expectLoginNeeded, type SdkLogins, sdkLogins } from '../support/sdk-logins.ts';
import { sdks } from '../support/sdk-sessions.ts';

/** From a bare MCP URL to a tool result, with the SDKs as npm delivers them. */

const claudeCode = 'https://claude.ai/oauth/claude-code-client-metadata';

let local: LocalDeployment;
let callback: CallbackListener;
let logins: SdkLogins;

beforeAll(async () => {
  local = await aLocalDeployment();
  callback = await listenForCallback();
  logins = sdkLogins(local, callback);
});

afterEach(() => logins.closeAll());

afterAll(async () => {
  await callback.close();
  await local.close();
});

const selfRegistering = () => new CommandLineProvider({ redirectUrl: callback.redirectUrl });

/** Local mode has no client that an operator registered: this is an id typed into the client. */
const registeredBeforehand = async () => {
  const response = await fetch(`${local.origin}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Typed in by hand',
      redirect_uris: [callback.redirectUrl],
      token_endpoint_auth_method: 'client_secret_basic',
    }),
  });
  const { client_id, client_secret } = (await response.json()) as Record<string, string>;
  expect(client_secret).toMatch(/^[\w-]{43}$/);
  const provider = selfRegistering();
  provider.saveClientInformation({
    client_id: client_id as string,
    client_secret: client_secret as string,
    issuer: local.issuer,
  });
  return provider;
};

/** How the client comes to its client_id, and what its user is told about who it is. */
const registrations = {
  'registers itself (RFC 7591)': {
    identity: 'not verified: any program can use this name',
    clientId: /^dyn\./,
    provider: selfRegistering,
  },
  "brings Claude Code's metadata document (CIMD)": {
    identity: 'claude.ai',
    clientId: new RegExp(`^${claudeCode}$`),
    provider: () =>
      new CommandLineProvider({ redirectUrl: callback.redirectUrl, clientMetadataUrl: claudeCode }),
  },
  'was given an id and a secret beforehand': {
    identity: 'not verified: any program can use this name',
    clientId: /^dyn\./,
    provider: registeredBeforehand,
  },
} as const;

/** Codes and reasons, without the GET by which 2025 clients try for a stream and take 405 for no. */
const decisions = (events: readonly SecurityEvent[]) =>
  events
    .filter(({ status_code: reason }) => reason !== 'protocol_refused')
    .map((event) => [eventCode(event), event.status_code]);

describe.each(Object.entries(sdks))('%s', (_, { open, protocolVersion }) => {
  it.each(Object.entries(registrations))(
    'gets from a bare URL to a tool result when it %s, because nothing else is configured',
    async (_title, { identity, clientId, provider: makeProvider }) => {
      const provider = await makeProvider();
      const { session, pages } = await logins.connectFromBareUrl(open, provider);

      expect(session.protocolVersion).toBe(protocolVersion);
      const tools = ['whoami', 'search_notes', 'add_note', 'delete_note'];
      expect(await session.listTools()).toEqual(tools);
      const { structuredContent } = await session.callTool('whoami');
      expect(structuredContent).toMatchObject({ username: 'alice', tenant: 'acme' });

      const asked = provider.authorizationUrl?.searchParams;
      expect(asked?.get('code_challenge_method')).toBe('S256');
      expect(asked?.get('resource')).toBe(local.mcpUrl);
      expect(asked?.get('client_id')).toMatch(clientId);
      expect(pages[0]?.html).toContain(`<dt>Identity</dt><dd>${identity}</dd>`);
      expect(pages[0]?.html).toContain('A program on this computer is asking');
      expect(provider.tokens()?.refresh_token).toBeTruthy();
    },
  );

  it('refreshes by itself when its access token has expired, because nobody wants to log in every hour', async () => {
    const provider = selfRegistering();
    const { session } = await logins.connectFromBareUrl(open, provider);
    const refreshToken = provider.tokens()?.refresh_token;
    const { authorizationUrl } = provider;
    const expired = await expiredCopy(local, provider.accessToken);
    provider.replaceAccessToken(expired);

    const events = await local.eventsDuring(async () => {
      const { structuredContent } = await session.callTool('whoami');
      expect(structuredContent).toMatchObject({ username: 'alice' });
    });

    expect(decisions(events)).toEqual([
      ['token.rejected', 'expired'],
      ['token.scoped', undefined],
      ['token.refreshed', undefined],
      ['access.allowed', undefined],
    ]);
    expect(provider.timesSaved).toBe(2);
    expect(provider.accessToken).not.toBe(expired);
    expect(provider.tokens()?.refresh_token).not.toBe(refreshToken);
    expect(provider.authorizationUrl).toBe(authorizationUrl);
  });

  it('asks for a new login when its grant was ended at Cognito, because a dead grant must not hang a client', async () => {
    // SDK v2 tells its operator about invalid_grant.
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const provider = selfRegistering();
    const { session } = await logins.connectFromBareUrl(open, provider);
    const { authorizationUrl } = provider;
    provider.replaceAccessToken(await expiredCopy(local, provider.accessToken));
    local.simulator.misbehave({ endpoint: 'token', kind: 'invalid_grant' });
    await expectLoginNeeded(session.callTool('whoami'));
    expect(provider.authorizationUrl).not.toBe(authorizationUrl);
    warn.mockRestore();
  });

  it('learns that the person said no, with state and iss, because only then may it believe the answer', async () => {
    const provider = selfRegistering();
    await expectLoginNeeded(logins.open(open, provider).connect());
    const authorizationUrl = provider.authorizationUrl as URL;
    await signInAndReturn(local.user('alice'), authorizationUrl, { decision: 'deny' });
    const answer = provider.checkState(await callback.next());
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('iss')).toBe(local.issuer);
    expect(answer.has('code')).toBe(false);
  });
});

describe('what a person is', () => {
  it.each([
    ['alice', 'acme', 'admins'],
    ['carol', 'globex', 'editors'],
  ])(
    '%s acts in tenant %s as one of %s, because the token says so and the client cannot',
    async (username, tenant, role) => {
      const { open } = sdks['SDK v2, auto'];
      const { session } = await logins.connectFromBareUrl(open, selfRegistering(), username);
      const { structuredContent } = await session.callTool('whoami');
      expect(structuredContent).toMatchObject({ username, tenant });
      expect(structuredContent?.groups).toContain(role);
    },
  );

  it('bob reads but cannot use a tool, because his group is not granted what every client asks for', async () => {
    const { open } = sdks['SDK v2, auto'];
    const provider = selfRegistering();
    const { session } = await logins.connectFromBareUrl(open, provider, 'bob');
    expect(await session.listTools()).toHaveLength(4);
    expect(provider.tokens()?.scope).not.toContain('mcp:tools:execute');
    const events = await local.eventsDuring(async () => {
      await expectLoginNeeded(session.callTool('whoami'));
    });
    expect(decisions(events)).toEqual([['scope.denied', 'scope_insufficient']]);
  });

  it("cannot see another tenant's notes, because notebooks are kept per tenant", async () => {
    const { open } = sdks['SDK v2, auto'];
    const { session: acme } = await logins.connectFromBareUrl(open, selfRegistering(), 'alice');
    const { session: globex } = await logins.connectFromBareUrl(open, selfRegistering(), 'carol');
    await acme.callTool('add_note', { title: 'Only acme', text: 'may read this' });
    const { structuredContent } = await globex.callTool('search_notes', { words: '' });
    expect(structuredContent).toEqual({ notes: [] });
  });
});
