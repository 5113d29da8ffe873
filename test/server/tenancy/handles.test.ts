import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserFacingError } from '../../../server/mcp/caller.ts';
import { createHandles } from '../../../server/mcp/handles.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import { createOwnedHandles } from '../../../server/owned-handle.ts';
import { aPrincipal } from '../../support/principal.ts';
import {
  aPost,
  aResourceServer,
  messageOf,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

const key = new Uint8Array(32).fill(7);
const ada = aPrincipal();

describe('an owned handle', () => {
  const handles = createOwnedHandles({ key, purpose: 'export', now: () => 0, ttlSeconds: 60 });
  const handle = handles.seal('7', ada);

  it('opens for whoever it was given to, in every process with the key', () => {
    const elsewhere = createOwnedHandles({ key, purpose: 'export', now: () => 59_999 });
    expect(elsewhere.open(handle, ada)).toEqual({ ok: true, value: '7' });
  });

  it.each([
    ['another tenant', { tenant: 'evil' }, 'tenant'],
    ['no tenant', { tenant: undefined }, 'tenant'],
    ['another person', { subject: 'bob' }, 'subject'],
    ['another client of the same person', { clientId: 'other' }, 'subject'],
    ['the same subject of another issuer', { issuer: 'https://other.example.com' }, 'subject'],
  ])('does not open for %s', (_, changes, error) => {
    expect(handles.open(handle, { ...ada, ...changes })).toEqual({ ok: false, error });
  });

  it('does not open when anything in it was changed, nor for another purpose, nor with another key', () => {
    for (let index = 0; index < handle.length; index += 1) {
      const other = handle[index] === 'A' ? 'B' : 'A';
      const changed = handle.slice(0, index) + other + handle.slice(index + 1);
      expect(handles.open(changed, ada).ok, changed).toBe(false);
    }
    for (const options of [
      { key, purpose: 'session' },
      { key: new Uint8Array(32).fill(8), purpose: 'export' },
    ])
      expect(createOwnedHandles({ ...options, now: () => 0 }).open(handle, ada)).toEqual({
        ok: false,
        error: 'unknown',
      });
  });

  it.each(['', '.', '...', 'a.b.c', 'a.b.c.d', `${'a'.repeat(5000)}.b.c.d`])(
    'made up as %j is unknown',
    (made) => {
      expect(handles.open(made, ada)).toEqual({ ok: false, error: 'unknown' });
    },
  );

  it('ends', () => {
    const later = createOwnedHandles({ key, purpose: 'export', now: () => 60_000 });
    expect(later.open(handle, ada)).toEqual({ ok: false, error: 'expired' });
  });

  it('needs a key that cannot be guessed', () => {
    const short = { key: new Uint8Array(31), purpose: 'x', now: () => 0 };
    expect(() => createOwnedHandles(short)).toThrow('at least 32 bytes');
  });
});

describe('a tool that takes a handle back', () => {
  const exports = createHandles({ key, purpose: 'export', ttlSeconds: 600 });
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
  const common = { description: 'x', requiredScopes: [], annotations: {} };
  let server: TestServer;
  beforeAll(async () => {
    server = await aResourceServer({
      application: {
        name: 'exports',
        version: '1.0.0',
        tools: [
          defineTool({
            ...common,
            name: 'begin',
            title: 'Begin',
            inputSchema: z.object({}),
            handler: (_, { principal }) => text(exports.seal('export 7', principal)),
          }),
          defineTool({
            ...common,
            name: 'fetch',
            title: 'Fetch',
            inputSchema: z.object({ handle: z.string() }),
            handler: ({ handle }, caller) =>
              text(
                caller.openHandle(
                  exports,
                  handle,
                  () => new UserFacingError('There is no such export.'),
                ),
              ),
          }),
        ],
      },
    });
  });
  beforeEach(() => server.log.clear());
  afterAll(() => server.close());

  const call = async (name: string, args: Record<string, unknown>, claims = {}) => {
    const { body, headers } = modernRequest('tools/call', { name, arguments: args });
    const token = anAccessToken(server.key, claims);
    const { result } = (await messageOf(await server.send(aPost(body, { token, headers })))) as {
      result: { content: { text: string }[] };
    };
    return result.content[0]?.text as string;
  };

  it('finds what is behind it for its owner only; all others are told that there is nothing', async () => {
    const handle = await call('begin', {});
    expect(await call('fetch', { handle })).toBe('export 7');
    const faces: string[] = [];
    const reasons: unknown[] = [];
    for (const [changed, claims] of [
      [`${handle}x`, {}],
      [handle, { tenant_id: 'evil' }],
      [handle, { sub: 'bob' }],
    ] as const) {
      server.log.clear();
      faces.push(await call('fetch', { handle: changed }, claims));
      reasons.push(server.log.only.status_code);
    }
    expect(new Set(faces)).toEqual(new Set(['There is no such export.']));
    expect(reasons).toEqual(['handle_unknown', 'tenant_mismatch', 'handle_foreign']);
  });
});
