import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resigned } from '../support/compact-jwt.ts';
import { eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { logIn, postForm, refresh } from '../support/oauth-by-hand.ts';
import { compactToken } from '../support/tokens.ts';
import { aDay, type Day, findings, isFinding, login, passes, repeat, times } from './day.ts';
import { adminTools } from './day-application.ts';

/**
 * A day at the real server, over HTTP: logins, mistakes, and each attack that a process can see. Every
 * scene leaves exactly the events that are written next to it, in that order; an attack leaves one
 * finding, and nothing else leaves any.
 */

let day: Day;
let local: LocalDeployment;
let tokens: Day['tokens'];
let call: Day['call'];
let scene: Day['scene'];
let clientId: string;

beforeAll(async () => {
  // Only the clock: sockets and timers go on.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 23, 7, 0) });
  day = await aDay();
  ({ local, tokens, call, scene } = day);
});
afterAll(async () => {
  vi.useRealTimers();
  await local.close();
});

const connect = (username: string) => day.connect(username, clientId);

const { privateKey: strangersKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const forged = (header: object): string =>
  compactToken(
    { ...decodeProtectedHeader(tokens.alice as string), ...header },
    { ...decodeJwt(tokens.alice as string), jti: randomUUID() },
    (input) => sign('sha256', Buffer.from(input), strangersKey),
  );
const changed = (changes: Record<string, unknown>) =>
  resigned(local, tokens.alice as string, { jti: randomUUID(), ...changes });

describe('the morning', () => {
  it('a client registers, and three people log in and work', async () => {
    const lines = await scene(async () => {
      clientId = await day.register();
      for (const username of ['alice', 'bob', 'carol']) {
        await connect(username);
        await call(undefined);
        await repeat(3, () => call(tokens[username]));
        passes(2);
      }
    });
    expect(lines).toEqual([
      'client.registered',
      ...times(3, ...login, 'token.missing token_missing', ...times(3, 'access.allowed')),
    ]);
  });

  it('mistakes are made, and none of them is an attack', async () => {
    const lines = await scene(async () => {
      await call(tokens.alice, { name: 'purge' });
      await call('no-token-at-all');
      await call(await changed({ exp: Math.floor(Date.now() / 1000) - 5 }));
      await repeat(2, () =>
        postForm(local, '/oauth/token', {
          grant_type: 'refresh_token',
          client_id: clientId,
          refresh_token: 'made-up',
        }),
      );
      await logIn(local, 'alice', {
        clientId,
        changes: { resource: 'https://other.example.com' },
      }).catch(() => undefined);
      passes(10);
    });
    expect(findings(lines)).toEqual([]);
    expect(lines).toEqual([
      'scope.denied scope_insufficient',
      'token.rejected malformed',
      'token.rejected expired',
      ...times(2, 'token.refused refresh_unknown'),
      'authorization.failed resource_mismatch',
    ]);
  });
});

type Scene = readonly [rule: string, work: () => Promise<unknown>, expected: readonly string[]];

/** The finding comes with the n-th line of its kind, before or after the rest of the scene. */
const attacks: readonly Scene[] = [
  [
    'invalid_token_burst',
    () => repeat(25, () => call(forged({}), { address: '198.51.100.1' })),
    times(25, 'token.rejected signature_invalid'),
  ],
  [
    'bad_token_hammered',
    async () => {
      const token = await changed({ client_id: 'somebody' });
      await repeat(52, () => call(token, { address: '198.51.100.2' }));
    },
    times(52, 'token.rejected client_not_allowed'),
  ],
  [
    'token_from_many_networks',
    () => repeat(6, (index) => call(tokens.bob, { address: `198.51.${index}.3` })),
    times(6, 'access.allowed'),
  ],
  [
    'audience_mismatch_burst',
    () => repeat(6, async () => call(await changed({ aud: 'https://other.example.com/mcp' }))),
    times(6, 'token.rejected audience_mismatch'),
  ],
  [
    'cross_tenant_probe',
    () => call(tokens.carol, { name: 'open' }),
    ['tenant.denied tenant_mismatch'],
  ],
  [
    'scope_probing',
    () =>
      repeat(adminTools.length, (index) => call(tokens.bob, { name: adminTools[index] as string })),
    times(5, 'scope.denied scope_insufficient'),
  ],
  ['registration_flood', () => repeat(12, () => day.register()), times(12, 'client.registered')],
  [
    'refresh_token_reuse',
    async () => {
      const { refreshToken } = await connect('alice');
      const { body } = await refresh(local, clientId, refreshToken);
      passes(1);
      await refresh(local, clientId, String(body.refresh_token));
      await refresh(local, clientId, refreshToken);
    },
    [
      ...login,
      ...times(2, 'token.scoped', 'token.refreshed'),
      'token.refresh_reuse refresh_reused',
      'token.refused refresh_reused',
    ],
  ],
  [
    'algorithm_confusion',
    () => call(forged({ alg: 'none' }), { address: '198.51.100.9' }),
    ['token.rejected alg_not_allowed'],
  ],
  [
    'unknown_key_ids',
    () =>
      repeat(7, (index) => call(forged({ kid: `made-up-${index}` }), { address: '198.51.100.10' })),
    times(7, 'token.rejected kid_unknown'),
  ],
  [
    'expired_token_storm',
    () =>
      repeat(105, async () =>
        call(await changed({ sub: 'robot', exp: Math.floor(Date.now() / 1000) - 5 })),
      ),
    times(105, 'token.rejected expired'),
  ],
  [
    'handle_hijack',
    async () => {
      const answer = await call(tokens.alice, { name: 'begin' });
      const handle = /"text":"([^"]+)"/.exec(answer)?.[1] as string;
      await call(tokens.bob, { name: 'finish', id: handle });
    },
    ['access.allowed', 'session.hijack_suspected handle_foreign'],
  ],
  [
    'principal_burst',
    async () => {
      await repeat(12, async () => {
        await call(tokens.carol);
        passes(1);
      });
      await repeat(305, () => call(tokens.carol));
    },
    times(317, 'access.allowed'),
  ],
  [
    // One client from four addresses: only the client crosses its line.
    'authorization_failures',
    () => repeat(12, (index) => day.guessCode(clientId, `198.51.100.${20 + (index % 4)}`)),
    times(12, 'token.refused code_unknown'),
  ],
  ['impossible_consent_rate', () => repeat(6, () => connect('bob')), times(6, ...login)],
];

describe('the attacks of the day', () => {
  it.each(attacks)(
    '%s is found once, among exactly the events it causes',
    async (rule, work, expected) => {
      // Everything before is over, and everybody has a fresh access token.
      passes(61);
      await scene(async () => {
        for (const username of ['alice', 'bob', 'carol']) {
          await connect(username);
          passes(1);
        }
      });
      const lines = await scene(work);
      expect(lines.filter((text) => !isFinding(text))).toEqual(expected);
      expect(findings(lines)).toEqual([`detection.${rule} create`]);
    },
  );

  it('has a scene for every rule that a process computes', () => {
    expect(attacks).toHaveLength(15);
  });
});

describe('the evening', () => {
  it('is quiet: every finding is closed, and work goes on', async () => {
    passes(120);
    const lines = await scene(async () => {
      await connect('alice');
      await repeat(5, () => call(tokens.alice));
    });
    expect(lines.filter((text) => !isFinding(text))).toEqual([
      ...login,
      ...times(5, 'access.allowed'),
    ]);
    const count = (activity: number) =>
      local.events.filter(
        (event) => eventCode(event).startsWith('detection.') && event.activity_id === activity,
      ).length;
    expect(count(3)).toBe(count(1));
    expect(local.faults).toEqual([]);
  });
});
