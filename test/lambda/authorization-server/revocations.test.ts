import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loggedClientId } from '../../../lambda/authorization-server/client-registry.ts';
import { digest } from '../../../lambda/authorization-server/digest.ts';
import {
  createRevocations,
  revocationFeedKeyOf,
} from '../../../lambda/authorization-server/revocations.ts';
import { memoryGrantStore } from '../../../lambda/authorization-server/store/memory-grant-store.ts';
import { EnvironmentReader } from '../../../server/environment-reader.ts';
import { readRevocationSettings } from '../../../server/revocation-config.ts';
import { aBroker, type TestBroker } from '../../support/broker.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await aBroker();
});
afterAll(() => broker.close());

const seconds = (): number => Math.floor(broker.now() / 1000);

const block = async (kind: 'client' | 'tenant', value: string): Promise<void> => {
  await broker.store.putRevocation({ kind, digest: digest(value), revokedAt: seconds() });
  broker.advance(3);
};
const lift = async (kind: 'client' | 'tenant', value: string): Promise<void> => {
  await broker.store.deleteRevocation(kind, digest(value));
  broker.advance(3);
};

describe('a blocked client', () => {
  it('gets neither authorization, nor tokens, nor new ones, until the block is lifted', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const another = await broker.login({ clientId: login.clientId });
    const loggedId = loggedClientId(login.clientId);
    await block('client', loggedId);

    const page = await broker.get(
      new URL(await broker.authorizeUrl(login.clientId)).href.slice(
        'https://mcp.example.com'.length,
      ),
    );
    expect(page.status).toBe(400);
    expect(broker.lastReason()).toBe('client_blocked');
    const refresh = () =>
      broker.post('/oauth/token', {
        grant_type: 'refresh_token',
        client_id: login.clientId,
        refresh_token: body.refresh_token as string,
      });
    expect(await broker.redeem(another)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await refresh()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(broker.events.at(-1)).toMatchObject({
      severity_id: 3,
      status_code: 'client_blocked',
      unmapped: { evidence: { clientId: loggedId } },
    });

    await lift('client', loggedId);
    expect((await refresh()).status).toBe(200);
  });

  it('blocks nobody else', async () => {
    await block('client', 'dyn-somebody-else');
    expect((await broker.redeem(await broker.login())).status).toBe(200);
    await lift('client', 'dyn-somebody-else');
  });
});

describe('a blocked tenant', () => {
  it('gets no code at the end of a sign-in, and the client hears access_denied', async () => {
    await block('tenant', 'globex');
    const { answer } = await broker.login({ username: 'carol' });
    expect(answer.searchParams.get('error')).toBe('access_denied');
    expect(broker.lastReason()).toBe('tenant_blocked');
    const { answer: bobs } = await broker.login({ username: 'bob' });
    expect(bobs.searchParams.get('code')).not.toBeNull();
    await lift('tenant', 'globex');
  });

  it('gets nothing for a code or a refresh handle that it had before', async () => {
    const first = await broker.login({ username: 'carol' });
    const { body } = await broker.redeem(first);
    const second = await broker.login({ username: 'carol' });
    await block('tenant', 'globex');
    expect((await broker.redeem(second)).body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('grant_tenant_blocked');
    const answer = await broker.post('/oauth/token', {
      grant_type: 'refresh_token',
      client_id: first.clientId,
      refresh_token: body.refresh_token as string,
    });
    expect(answer.body.error).toBe('invalid_grant');
    await lift('tenant', 'globex');
  });
});

describe('the feed', () => {
  const get = (headers: Record<string, string> = {}) =>
    broker.get('/oauth/revocations', {
      authorization: `Bearer ${broker.settings.revocationFeedKey}`,
      ...headers,
    });

  it('lists a revocation as a digest with its time, and answers 304 as long as nothing changes', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    const claims = JSON.parse(
      Buffer.from(String(body.access_token).split('.')[1] as string, 'base64url').toString(),
    ) as { origin_jti: string };
    await broker.post('/oauth/revoke', {
      client_id: login.clientId,
      token: body.refresh_token as string,
    });
    const response = await get();
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    expect(text).toContain(digest(claims.origin_jti));
    expect(text).not.toContain(claims.origin_jti);
    const etag = response.headers.get('etag') as string;
    const again = await get({ 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await block('client', 'dyn-x');
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
    await lift('client', 'dyn-x');
  });

  it('leaves no event when it is read, because that is every few seconds', async () => {
    const before = broker.events.length;
    await get();
    expect(broker.events).toHaveLength(before);
  });

  it('is closed when no key is configured, because an empty key must not open it', async () => {
    const closed = await aBroker({ settings: { revocationFeedKey: undefined } });
    for (const authorization of ['', 'Bearer ', 'Bearer undefined'])
      expect((await closed.get('/oauth/revocations', { authorization })).status).toBe(401);
    await closed.close();
  });

  it('ends the access tokens of a grant that Cognito no longer renews, because the user was disabled there', async () => {
    const login = await broker.login({ username: 'bob' });
    const { body } = await broker.redeem(login);
    const before = (await broker.store.revocations(seconds())).length;
    broker.simulator.updateUser('bob', { isEnabled: false });
    await broker.post('/oauth/token', {
      grant_type: 'refresh_token',
      client_id: login.clientId,
      refresh_token: body.refresh_token as string,
    });
    expect(broker.lastReason()).toBe('grant_revoked_upstream');
    expect(await broker.store.revocations(seconds())).toHaveLength(before + 1);
    broker.simulator.updateUser('bob', { isEnabled: true });
  });
});

describe('the key of the feed', () => {
  it('is the same at the server that is given the same secret, and not that secret', () => {
    const secret = 's'.repeat(43);
    const reader = new EnvironmentReader({
      REVOCATION_FEED: 'https://mcp.example.com/oauth/revocations',
      LOG_PSEUDONYM_KEY: secret,
    });
    const settings = readRevocationSettings(reader);
    expect(settings?.key).toBe(revocationFeedKeyOf(secret));
    expect(settings?.key).not.toContain(secret);
    expect(reader.problems).toEqual([]);
  });

  it('does not exist without a secret, which closes the feed', () => {
    expect(revocationFeedKeyOf(undefined)).toBeUndefined();
    const reader = new EnvironmentReader({ REVOCATION_FEED: 'https://mcp.example.com/r' });
    expect(readRevocationSettings(reader)).toBeUndefined();
    expect(reader.problems).toEqual(['REVOCATION_FEED_KEY or LOG_PSEUDONYM_KEY must be set']);
  });

  it.each([
    [{ REVOCATION_FEED: 'http://mcp.example.com/r' }, /must use https/],
    [{ REVOCATION_FEED_KEY: 'short' }, /must be 32 to 256 visible characters/],
    [{ REVOCATION_POLL_SECONDS: '0' }, /whole number from 1 to 300/],
    [{ REVOCATION_MAX_AGE_SECONDS: '5' }, /whole number from 10 to 86400/],
  ])('and its neighbours are checked at the start: %j', (changes, problem) => {
    const reader = new EnvironmentReader({
      REVOCATION_FEED: 'https://mcp.example.com/r',
      REVOCATION_FEED_KEY: 'k'.repeat(32),
      ...changes,
    });
    readRevocationSettings(reader);
    expect(reader.problems.join()).toMatch(problem);
  });
});

describe('what a process knows', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const now = () => Date.now();

  it('is read once for all who ask within two seconds, because logins come in bursts', async () => {
    vi.useFakeTimers();
    const store = memoryGrantStore();
    const read = vi.spyOn(store, 'revocations');
    const revocations = createRevocations(store, now);
    await Promise.all(Array.from({ length: 20 }, () => revocations.isBlocked('client', 'x')));
    await revocations.isBlocked('tenant', 'y');
    expect(read).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2001);
    await revocations.current();
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('includes at once what it has revoked itself', async () => {
    const revocations = createRevocations(memoryGrantStore(), now);
    await revocations.current();
    await revocations.revoke('subject', 'ada');
    expect(await revocations.current()).toMatchObject([{ kind: 'subject', digest: digest('ada') }]);
  });

  it('holds for a minute when the table does not answer, and is no guess after that', async () => {
    vi.useFakeTimers();
    const store = memoryGrantStore();
    await store.putRevocation({ kind: 'client', digest: digest('x'), revokedAt: 1 });
    const revocations = createRevocations(store, now);
    await revocations.current();
    vi.spyOn(store, 'revocations').mockRejectedValue(new Error('throttled'));
    vi.advanceTimersByTime(59_000);
    expect(await revocations.isBlocked('client', 'x')).toBe(true);
    vi.advanceTimersByTime(2_000);
    await expect(revocations.isBlocked('client', 'x')).rejects.toThrow('throttled');
  });
});
