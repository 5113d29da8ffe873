import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CallbackListener, listenForCallback } from '../support/callback-listener.ts';
import { CommandLineProvider } from '../support/command-line-provider.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { expectLoginNeeded, type SdkLogins, sdkLogins } from '../support/sdk-logins.ts';
import { type SdkSession, sdks } from '../support/sdk-sessions.ts';

/** A tool that needs more than every client asks for: the 403 challenge, and what clients make of it. */

const everyday = 'mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read';
const elevated = `${everyday} mcp:notes:delete`;

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

const addNote = async (session: SdkSession): Promise<string> => {
  const { structuredContent } = await session.callTool('add_note', { title: 'Old', text: 'x' });
  return String(structuredContent?.id);
};

const { 'SDK v1': v1, ...v2 } = sdks;

describe.each(Object.entries(v2))('%s', (_, { open }) => {
  it('asks for the union of old and new scopes and then succeeds, because the challenge names them all', async () => {
    const provider = new CommandLineProvider({ redirectUrl: callback.redirectUrl });
    const { session } = await logins.connectFromBareUrl(open, provider);
    expect(provider.tokens()?.scope).toBe(everyday);
    const id = await addNote(session);

    const events = await local.eventsDuring(() =>
      expectLoginNeeded(session.callTool('delete_note', { id })),
    );
    expect(events.map(eventCode)).toContain('scope.denied');
    expect(provider.authorizationUrl?.searchParams.get('scope')?.split(' ').sort()).toEqual(
      elevated.split(' ').sort(),
    );
    const pages = await logins.logIn(session, provider);
    expect(pages[0]?.html).toContain('Delete notes for good');

    const { structuredContent } = await session.callTool('delete_note', { id });
    expect(structuredContent).toEqual({ deleted: id });
    expect(provider.tokens()?.scope?.split(' ').sort()).toEqual(elevated.split(' ').sort());
  });

  it('stays refused when the person may not have the scope, because consent grants nothing that a group does not', async () => {
    const provider = new CommandLineProvider({ redirectUrl: callback.redirectUrl });
    const { session } = await logins.connectFromBareUrl(open, provider, 'carol');
    const id = await addNote(session);
    await expectLoginNeeded(session.callTool('delete_note', { id }));
    await logins.logIn(session, provider, 'carol');
    expect(provider.tokens()?.scope).toBe(everyday);
    await expect(session.callTool('delete_note', { id })).rejects.toThrow();
    const { structuredContent } = await session.callTool('search_notes', { words: '' });
    expect(structuredContent?.notes).toContainEqual(expect.objectContaining({ id }));
  });
});

describe('SDK v1', () => {
  it('steps up when it holds no refresh token, because then it has to send its user to log in', async () => {
    const provider = new CommandLineProvider({
      redirectUrl: callback.redirectUrl,
      wantsRefresh: false,
    });
    const { session } = await logins.connectFromBareUrl(v1.open, provider);
    expect(provider.tokens()?.refresh_token).toBeUndefined();
    const id = await addNote(session);
    await expectLoginNeeded(session.callTool('delete_note', { id }));
    // Version 1 asks for the challenged scopes only: they must include those it already has.
    expect(provider.authorizationUrl?.searchParams.get('scope')?.split(' ').sort()).toEqual(
      elevated.split(' ').sort(),
    );
    await logins.logIn(session, provider);
    const { structuredContent } = await session.callTool('delete_note', { id });
    expect(structuredContent).toEqual({ deleted: id });
  });

  it('gives up when it holds a refresh token, because it refreshes instead and gets the same scopes', async () => {
    const provider = new CommandLineProvider({ redirectUrl: callback.redirectUrl });
    const { session } = await logins.connectFromBareUrl(v1.open, provider);
    const id = await addNote(session);
    const { authorizationUrl } = provider;
    const events = await local.eventsDuring(() =>
      expect(session.callTool('delete_note', { id })).rejects.toThrow(/403/),
    );
    const posts = events.filter(({ status_code: reason }) => reason !== 'protocol_refused');
    expect(posts.map(eventCode)).toEqual([
      'scope.denied',
      'token.scoped',
      'token.refreshed',
      'scope.denied',
    ]);
    expect(provider.authorizationUrl).toBe(authorizationUrl);
    // The connection itself is unharmed.
    expect((await session.callTool('search_notes', { words: '' })).isError).toBeFalsy();
  });
});
