import { sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { detectionRule } from '../../oauth/detection-rules.ts';
import { logIn, redeem } from '../support/oauth-by-hand.ts';
import { aSigningKey, compactToken } from '../support/tokens.ts';
import { aDay, type Day, findings, isFinding, login, passes, repeat, times } from './day.ts';
import { foreignTools } from './day-application.ts';

/**
 * What is left of the rules after the scripted day, over HTTP: the other key that a rule counts under,
 * the point where it gets worse, and its other event. Each is found once, and one fewer is not found.
 */

let day: Day;
let clientIds: readonly string[];

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 24, 7, 0) });
  day = await aDay();
  const register = async (index: number) => day.register(`198.51.100.${index}`);
  clientIds = await Promise.all(Array.from({ length: 5 }, (_, index) => register(index)));
});
afterAll(async () => {
  vi.useRealTimers();
  await day.local.close();
});

beforeEach(async () => {
  // Everything before is over, and everybody has a fresh access token.
  passes(61);
  for (const username of ['alice', 'bob', 'carol'])
    await day.connect(username, clientIds[0] as string);
  passes(2);
});

const { privateKey } = aSigningKey('made-up');
const withKeyId = (kid: string): string => {
  const token = day.tokens.alice as string;
  return compactToken({ ...decodeProtectedHeader(token), kid }, decodeJwt(token), (input) =>
    sign('sha256', Buffer.from(input), privateKey),
  );
};
/** Few enough from each address, so that only the sum crosses a line. */
const anAddress = (index: number, addresses: number) => `198.51.${index % addresses}.1`;

type Line = readonly [
  title: string,
  rule: Parameters<typeof detectionRule>[0],
  threshold: number,
  work: (index: number) => Promise<unknown>,
  event: string,
];

const lines: readonly Line[] = [
  [
    'codes guessed by one client from several addresses',
    'authorization_failures',
    detectionRule('authorization_failures').threshold,
    (index) => day.guessCode(clientIds[0] as string, anAddress(index, 4)),
    'token.refused code_unknown',
  ],
  [
    'codes guessed from one address in the name of several clients',
    'authorization_failures',
    detectionRule('authorization_failures').second?.threshold as number,
    (index) => day.guessCode(clientIds[index % 5] as string, '198.51.100.40'),
    'token.refused code_unknown',
  ],
  [
    'clients registered from many addresses',
    'registration_flood',
    detectionRule('registration_flood').second?.threshold as number,
    (index) => day.register(anAddress(index, 25)),
    'client.registered',
  ],
  [
    'key ids made up from many addresses',
    'unknown_key_ids',
    detectionRule('unknown_key_ids').second?.threshold as number,
    (index) => day.call(withKeyId(`made-up-${index}`), { address: anAddress(index, 25) }),
    'token.rejected kid_unknown',
  ],
];

describe('a line of its own key', () => {
  it.each(lines)('%s: nothing is found with one fewer', async (_, __, threshold, work, event) => {
    const left = await day.scene(() => repeat(threshold - 1, work));
    expect(left.filter((text) => !isFinding(text))).toEqual(times(threshold - 1, event));
    expect(findings(left)).toEqual([]);
  });

  it.each(lines)('%s: found once at the threshold', async (_, rule, threshold, work, event) => {
    const left = await day.scene(() => repeat(threshold + 2, work));
    expect(left.filter((text) => !isFinding(text))).toEqual(times(threshold + 2, event));
    expect(findings(left)).toEqual([`detection.${rule} create`]);
  });
});

describe('D5, other tenants', () => {
  const open = (names: readonly string[]) =>
    day.scene(() =>
      repeat(names.length, (index) => day.call(day.tokens.carol, { name: names[index] as string })),
    );
  const denied = 'tenant.denied tenant_mismatch';
  const found = 'detection.cross_tenant_probe';

  it('gets no worse while it is the same two records', async () => {
    const [first, second] = foreignTools as [string, string];
    const left = await open([first, second, first, second]);
    expect(left.filter((text) => !isFinding(text))).toEqual(times(4, denied));
    expect(findings(left)).toEqual([`${found} create`]);
  });

  it('gets worse once, at the third', async () => {
    const left = await open([...foreignTools, ...foreignTools]);
    expect(left.filter((text) => !isFinding(text))).toEqual(times(6, denied));
    expect(findings(left)).toEqual([`${found} create`, `${found} update`]);
    const severities = day.local.events
      .slice(-left.length)
      .filter(({ metadata }) => metadata.event_code === found)
      .map(({ severity_id: severity }) => severity);
    expect(severities.slice(-2)).toEqual([4, 5]);
  });
});

describe('D8, a code that comes back', () => {
  it('is found once, however often it comes', async () => {
    const left = await day.scene(async () => {
      const attempt = await logIn(day.local, 'alice', { clientId: clientIds[1] as string });
      await redeem(day.local, attempt);
      await repeat(3, () => redeem(day.local, attempt));
    });
    expect(left.filter((text) => !isFinding(text))).toEqual([
      ...login,
      ...times(3, 'token.code_reuse code_reused', 'token.refused code_reused'),
    ]);
    expect(findings(left)).toEqual(['detection.refresh_token_reuse create']);
  });

  it('is not a code that came too late, nor one of another client, because nobody used those', async () => {
    const left = await day.scene(async () => {
      const late = await logIn(day.local, 'alice', { clientId: clientIds[1] as string });
      passes(30);
      await redeem(day.local, late);
      const foreign = await logIn(day.local, 'bob', { clientId: clientIds[1] as string });
      await redeem(day.local, { ...foreign, clientId: clientIds[2] as string });
    });
    expect(left.filter((text) => text.startsWith('token.refused'))).toHaveLength(2);
    expect(findings(left)).toEqual([]);
  });
});
