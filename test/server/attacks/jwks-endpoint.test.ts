import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthenticate } from '../../../server/authenticate.ts';
import { createSigningKeys } from '../../../server/signing-keys.ts';
import {
  anAccessToken,
  aSigningKey,
  frozenNow,
  issuer,
  resourceIdentifier,
  userClient,
} from '../../support/tokens.ts';

/** A key set behind a real socket that misbehaves after the first, good answer. */

const key = aSigningKey('key-1');
const evil = aSigningKey('evil');
const servers: Server[] = [];

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
};

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const document = (...keys: readonly { jwk: object }[]) =>
  JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

type Misbehaviour = (evilUri: string) => RequestListener;

const misbehaviours: readonly (readonly [string, string, Misbehaviour])[] = [
  ['hangs without a word', 'timeout', () => () => undefined],
  [
    'drips a byte a second',
    'timeout',
    () => (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 1000);
      response.on('close', () => clearInterval(timer));
    },
  ],
  ['cuts the connection', 'unreachable', () => (request) => request.socket.destroy()],
  [
    'cuts the connection in the middle of the document',
    'unreachable',
    () => (request, response) => {
      response.writeHead(200, { 'content-length': 5000 });
      response.write(document(key).slice(0, 40), () => request.socket.destroy());
    },
  ],
  ['answers 500', 'status_500', () => (_, response) => response.writeHead(500).end('sorry')],
  ['answers 404', 'status_404', () => (_, response) => response.writeHead(404).end()],
  [
    'sends megabytes',
    'too_large',
    () => (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(5_000_000)}"}`),
  ],
  [
    'hides megabytes behind compression',
    'too_large',
    () => (_, response) => {
      void import('node:zlib').then(({ gzipSync }) => {
        const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      });
    },
  ],
  [
    'redirects to keys of an attacker',
    'unreachable',
    (evilUri) => (_, response) => response.writeHead(302, { location: evilUri }).end(),
  ],
  ['sends HTML', 'not_json', () => (_, response) => response.end('<html>')],
  ['sends an empty set', 'no_usable_key', () => (_, response) => response.end('{"keys":[]}')],
  [
    'sends private-looking rubbish',
    'no_usable_key',
    () => (_, response) =>
      response.end('{"keys":[{"kty":"RSA","kid":"key-1","n":"AQAB","e":"AQAB"},null,7]}'),
  ],
];

describe('a key set endpoint', () => {
  it.each(misbehaviours)(
    'that %s leaves known keys working and unknown ones refused',
    async (_, cause, misbehave) => {
      const evilUri = await serve((_request, response) => response.end(document(evil)));
      let listener: RequestListener = (_request, response) => response.end(document(key));
      const jwksUri = await serve((request, response) => listener(request, response));
      const causes: unknown[] = [];
      const keys = createSigningKeys([jwksUri], {
        fetchJwks: fetch,
        now: () => frozenNow,
        onFailed: (_uri, evidence) => causes.push(evidence.cause),
      });
      const { authenticate } = createAuthenticate({
        tokenIssuers: [{ issuer, jwksUri }],
        policy: {
          resourceIdentifier,
          userClients: [userClient],
          machineClients: [],
          tenancy: 'required',
          maxLifetimeSeconds: 86_400,
        },
        keys,
        now: () => frozenNow,
      });
      const outcome = async (token: string) => {
        const headers = new Headers({ authorization: `Bearer ${token}` });
        const result = await authenticate(
          { headers, duplicateAuthorization: false },
          new URLSearchParams(),
        );
        return result.ok ? 'accepted' : result.error.reason;
      };
      await keys.warm();
      listener = misbehave(evilUri);
      const stranger = outcome(anAccessToken(evil));
      const startedAt = performance.now();
      expect(await outcome(anAccessToken(key))).toBe('accepted');
      expect(performance.now() - startedAt).toBeLessThan(500);
      expect(await stranger).toBe('kid_unknown');
      expect(causes).toEqual([cause]);
      expect(await outcome(anAccessToken(key))).toBe('accepted');
      keys.close();
    },
  );
});
