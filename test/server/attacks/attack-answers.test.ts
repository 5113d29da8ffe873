import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncomingCall } from '../../../server/incoming-call.ts';
import { legacyRequest } from '../../support/mcp-requests.ts';
import { aResourceServer, type TestServer } from '../../support/resource-server.ts';
import { anAccessToken, resourceIdentifier } from '../../support/tokens.ts';
import { attacks, key } from './jwt-attack-table.ts';

/** The same attacks as a client sees them: what comes back, not why. */

let server: TestServer;

beforeAll(async () => {
  server = await aResourceServer({ key });
});

afterAll(() => server.close());

/** Not a `Request`: its headers would not carry a NUL, and a server must stand what a socket brings. */
const callWith = (token: string): IncomingCall => {
  const body = new TextEncoder().encode(JSON.stringify(legacyRequest('tools/list', {})));
  const headers = new Map([
    ['host', 'mcp.example.com'],
    ['content-type', 'application/json'],
    ['accept', 'application/json, text/event-stream'],
    ['authorization', `Bearer ${token}`],
  ]);
  return {
    method: 'POST',
    target: '/mcp',
    headers: { get: (name) => headers.get(name) ?? null, entries: () => headers },
    toRequest: () => new Request(resourceIdentifier, { method: 'POST', headers: [...headers] }),
    onGone: () => undefined,
    readBody: async () => ({ ok: true, value: body }),
    duplicateAuthorization: false,
    clientAddress: '203.0.113.77',
  };
};

// A token in order that holds no scope of ours is asked for one (RFC 6750 §3.1), not for another token.
const invalid = attacks.filter(({ reason }) => reason !== 'scope_missing');

describe('every attack on the token verifier', () => {
  it('gets another answer than the token without its flaw, so that a 401 means something', async () => {
    const response = await server.handle(callWith(anAccessToken(key)));
    expect(response.status).toBe(200);
  });

  it('is answered 401 with a challenge and never 500, because a 500 tells an attacker to go on', async () => {
    const answers = new Map<string, readonly string[]>();
    for (const { name, token } of invalid) {
      const { status, headers } = await server.handle(callWith(token));
      const answer = `${status} ${headers.get('www-authenticate')}`;
      answers.set(answer, [...(answers.get(answer) ?? []), name]);
    }
    expect(invalid.length).toBeGreaterThanOrEqual(80);
    // One answer for all of them: which check refused it is nobody's business.
    expect([...answers.keys()]).toEqual([
      expect.stringMatching(
        /^401 Bearer .*error="invalid_token".*resource_metadata="https:\/\/mcp\.example\.com\/\.well-known\/oauth-protected-resource\/mcp"/,
      ),
    ]);
    expect([...answers.values()].flat()).toHaveLength(invalid.length);
    expect(server.faults).toEqual([]);
  });
});
