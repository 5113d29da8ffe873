import { connect } from 'node:net';
import { legacyRequest, modernRequest } from '../../support/mcp-requests.ts';
import type { startIssuer } from '../../support/server-bundle.ts';
import { attacks } from '../attacks/jwt-attack-table.ts';

/** One round of a soak: who calls, with what. Each resolves with a status, or 0 when cut off. */

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

interface Target {
  readonly port: number;
  readonly issuer: Issuer;
}

const post = async (
  { port }: Target,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<number> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body,
      ...(signal && { signal }),
    });
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
};

const modern = (ms: number) => modernRequest('tools/call', { name: 'slow', arguments: { ms } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

// What a header can carry at all.
const sendable = attacks.map(({ token }) => token).filter((token) => /^[!-~]{1,8000}$/.test(token));

const wrongClaims: readonly Readonly<Record<string, unknown>>[] = [
  { exp: 1 },
  { aud: 'https://other.test' },
  { scope: 'openid' },
  { client_id: 'stranger' },
  { tenant_id: undefined },
  { token_use: 'id' },
];

const bodies: readonly string[] = [
  '',
  '{',
  '[]',
  '['.repeat(5000),
  JSON.stringify({ jsonrpc: '1.0', method: 'x' }),
  JSON.stringify(Array.from({ length: 21 }, () => legacyRequest('ping'))),
  JSON.stringify(legacyRequest('no/such/method')),
  JSON.stringify(legacyRequest('tools/call', { name: '__proto__' })),
  JSON.stringify(
    legacyRequest('tools/call', { name: 'slow', arguments: { ms: 'x'.repeat(200_000) } }),
  ),
];

/** Bytes that are no HTTP. */
const garbage = ({ port }: Target): Promise<number> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('\x16\x03\x01 GET nonsense\r\n\r\n'),
    );
    socket.on('error', () => resolve(0)).on('close', () => resolve(0));
    socket.setTimeout(2000, () => socket.destroy());
    socket.resume();
  });

export const traffic: readonly ((target: Target) => Promise<number>)[] = [
  async (target) => {
    const { body, headers } = modern(Math.floor(Math.random() * 20));
    const token = bearer(target.issuer.token({ sub: `user-${Math.floor(Math.random() * 500)}` }));
    return post(target, JSON.stringify(body), { ...headers, ...token });
  },
  async (target) =>
    post(target, JSON.stringify(legacyRequest('tools/list')), bearer(target.issuer.token())),
  async (target) => post(target, JSON.stringify(legacyRequest('ping')), {}),
  async (target) => post(target, JSON.stringify(legacyRequest('ping')), bearer(pick(sendable))),
  async (target) =>
    post(target, JSON.stringify(modern(0).body), {
      ...modern(0).headers,
      ...bearer(target.issuer.token(pick(wrongClaims))),
    }),
  async (target) => post(target, pick(bodies), bearer(target.issuer.token())),
  async (target) => {
    const { body, headers } = modern(500);
    const token = bearer(target.issuer.token());
    const signal = AbortSignal.timeout(10 + Math.floor(Math.random() * 40));
    return post(target, JSON.stringify(body), { ...headers, ...token }, signal);
  },
  async (target) =>
    post(target, JSON.stringify(legacyRequest('ping')), {
      ...bearer(target.issuer.token()),
      origin: 'https://evil.example.com',
    }),
  garbage,
];
