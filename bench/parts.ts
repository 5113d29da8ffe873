import { createPublicKey, verify } from 'node:crypto';
import { Writable } from 'node:stream';
import { securityEvent } from '../oauth/security-event.ts';
import { createAdmission } from '../server/admit.ts';
import { createAuthenticate } from '../server/authenticate.ts';
import { createCallCounter } from '../server/call-counter.ts';
import { createSecurityLog } from '../server/security-log.ts';
import { createSigningKeys } from '../server/signing-keys.ts';
import { createVerifiedTokens } from '../server/verified-tokens.ts';
import { serverConfig } from './servers/server-config.ts';
import { accessTokens, issuer, jwksUri, type Signer } from './tokens.ts';

/** Single steps, in a tight loop: what is compared here is always done to the very same input. */

const calls = 10_000;

/** Microseconds of CPU for one run, the least of five. */
const cpuOf = async (run: (index: number) => unknown): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round += 1) {
    const before = process.cpuUsage();
    for (let index = 0; index < calls; index += 1) {
      await run(index);
      // A log that never gets its turn would drop what it is given, which is fast.
      if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(before);
    // The first round is the compiler's.
    if (round > 0) least = Math.min(least, (user + system) / calls);
  }
  return least;
};

const verificationFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const tokens = accessTokens(signer, 64);
  const [jwk] = (JSON.parse(signer.jwks) as { keys: JsonWebKey[] }).keys;
  const key = createPublicKey({ key: jwk as never, format: 'jwk' });
  const parts = tokens.map((token) => token.split(/\.(?=[^.]*$)/) as [string, string]);
  const keys = createSigningKeys([jwksUri], {
    fetchJwks: async () => new Response(signer.jwks),
    now: Date.now,
  });
  await keys.warm();
  keys.close();
  const policy = { ...serverConfig, maxLifetimeSeconds: 86_400 };
  const options = { tokenIssuers: [{ issuer, jwksUri }], policy, keys, now: Date.now };
  const query = new URLSearchParams();
  const heads = tokens.map((token) => new Headers({ authorization: `Bearer ${token}` }));
  const authenticating = (places: number) => {
    const verifiedTokens = createVerifiedTokens(places);
    const { authenticate } = createAuthenticate({ ...options, verifiedTokens });
    return (index: number) =>
      authenticate({ headers: heads[index % 64] as Headers, duplicateAuthorization: false }, query);
  };
  return {
    'RS256 verification by OpenSSL alone (µs)': await cpuOf((index) => {
      const [input, signature] = parts[index % 64] as [string, string];
      return verify('sha256', Buffer.from(input), key, Buffer.from(signature, 'base64url'));
    }),
    'authentication, first-seen token (µs)': await cpuOf(authenticating(0)),
    'authentication, warm token (µs)': await cpuOf(authenticating(1000)),
  };
};

const principal = {
  subject: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
  tenant: 'acme',
  clientId: '1example23456789abcdefghij',
  isMachine: false,
  scopes: ['mcp:tools:execute'],
  groups: ['tenant:acme'],
  issuer,
  tokenId: 'f3b0c442-98fc-4c14-9afb-f4c8996fb924',
  issuedAt: 1_799_996_400,
  expiresAt: 1_800_000_000,
};

const eventFigures = async (): Promise<Record<string, number>> => {
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const log = createSecurityLog(nowhere);
  const context = {
    time: Date.now(),
    correlationId: '0af7651916cd43dd8448eb211c80319c',
    component: 'resource-server',
    clientAddress: '203.0.113.7',
    httpMethod: 'POST',
    path: '/mcp',
  } as const;
  const event = () =>
    securityEvent('access.allowed', context, {
      principal,
      operation: 'tools/call',
      target: 'echo',
      status: 200,
    });
  const one = event();
  return {
    'JSON.stringify of an event (µs)': await cpuOf(() => JSON.stringify(one)),
    'building and recording an event (µs)': await cpuOf(() => log.record(event())),
  };
};

const admissionFigures = async (): Promise<Record<string, number>> => {
  const limits = serverConfig.rateLimits;
  if (!limits) throw new Error('the benchmark counts every limit');
  const admit = createAdmission(limits, createCallCounter(Date.now));
  const operations = [{ method: 'tools/call', target: 'echo' }];
  return {
    'all rate limits of one call (µs)': await cpuOf(async () => {
      await admit.address('203.0.113.7');
      await admit.caller(principal);
      await admit.operations(principal, operations);
    }),
  };
};

export const partFigures = async (signer: Signer): Promise<Record<string, number>> => ({
  ...(await verificationFigures(signer)),
  ...(await eventFigures()),
  ...(await admissionFigures()),
});
