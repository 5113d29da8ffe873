import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CognitoFault } from '../../../dev/cognito/fault.ts';
import { memoryGrantStore } from '../../../lambda/authorization-server/store/memory-grant-store.ts';
import { aBroker, issuer, type TestBroker } from '../../support/broker.ts';

/** Cognito misbehaves: the client gets an error of its own protocol, and nothing is half written. */

let broker: TestBroker;
beforeAll(async () => {
  broker = await aBroker();
});
afterAll(() => broker.close());
beforeEach(() => {
  broker.events.length = 0;
});

type Kind = CognitoFault['kind'];

const misbehave = (endpoint: CognitoFault['endpoint'], kind: Kind) =>
  broker.simulator.misbehave({ endpoint, kind, times: 1 });

const refresh = (clientId: string, handle: unknown) =>
  broker.post('/oauth/token', {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(handle),
  });

const transient: Kind[] = ['http_500', 'http_429', 'malformed_json', 'html', 'timeout'];

describe('while a code is redeemed at Cognito', () => {
  it.each([...transient, 'invalid_grant' as Kind])(
    '%s reaches the client as an OAuth error with `iss` and state, and no code is stored',
    async (kind) => {
      misbehave('token', kind);
      const { answer } = await broker.login();
      expect(answer.searchParams.get('error')).toMatch(
        /^(server_error|temporarily_unavailable|invalid_grant|access_denied)$/,
      );
      expect(answer.searchParams.get('iss')).toBe(issuer);
      expect(answer.searchParams.get('state')).toBe('client-state');
      expect(answer.searchParams.has('code')).toBe(false);
      expect(broker.eventNames().at(-1)).toBe('authorization.failed');
    },
    15_000,
  );
});

describe('while a handle is refreshed at Cognito', () => {
  it.each(transient)(
    '%s is a passing error: the same handle works again afterwards',
    async (kind) => {
      const login = await broker.login();
      const { body } = await broker.redeem(login);
      misbehave('token', kind);
      const failed = await refresh(login.clientId, body.refresh_token);
      expect(failed.status).toBeGreaterThanOrEqual(500);
      expect(failed.body.error).toMatch(/^(server_error|temporarily_unavailable)$/);
      expect(JSON.stringify(failed.body)).not.toContain('stack');
      expect(broker.eventNames().at(-1)).toBe('token.refused');
      expect((await refresh(login.clientId, body.refresh_token)).status).toBe(200);
    },
    15_000,
  );

  it('invalid_grant is final: the client must sign in again, and the grant is gone', async () => {
    const login = await broker.login();
    const { body } = await broker.redeem(login);
    misbehave('token', 'invalid_grant');
    const failed = await refresh(login.clientId, body.refresh_token);
    expect(failed.status).toBe(400);
    expect(failed.body.error).toBe('invalid_grant');
    expect((await refresh(login.clientId, body.refresh_token)).body.error).toBe('invalid_grant');
    expect(broker.lastReason()).toBe('refresh_unknown');
  });
});

describe('while a grant is revoked at Cognito', () => {
  it.each(transient)(
    '%s does not keep the grant alive here',
    async (kind) => {
      const login = await broker.login();
      const { body } = await broker.redeem(login);
      misbehave('revoke', kind);
      const token = body.refresh_token as string;
      const revoked = await broker.post('/oauth/revoke', { client_id: login.clientId, token });
      expect(revoked.status).toBe(200);
      expect((await refresh(login.clientId, token)).body.error).toBe('invalid_grant');
    },
    15_000,
  );
});

describe('while the table cannot be written', () => {
  const failing = async (method: 'putCode' | 'putGrant') => {
    const store = {
      ...memoryGrantStore(),
      [method]: async () => {
        throw new Error('marked-fault-text');
      },
    };
    return aBroker({ store });
  };
  const revocations = (broken: TestBroker) =>
    broken.simulator.requests.filter(({ path }) => path === '/oauth2/revoke').length;

  it('a login ends with server_error at the client, and the sign-in is ended at Cognito', async () => {
    const broken = await failing('putCode');
    const { answer } = await broken.login();
    expect(answer.searchParams.get('error')).toBe('server_error');
    expect(answer.searchParams.get('iss')).toBe(issuer);
    expect(revocations(broken)).toBe(1);
    expect(broken.eventNames()).toContain('fault.unexpected');
    expect(JSON.stringify(broken.events)).not.toContain('marked-fault-text');
    await broken.close();
  });

  it('a code ends with server_error, gives no token, and the sign-in is ended at Cognito', async () => {
    const broken = await failing('putGrant');
    const { status, body } = await broken.redeem(await broken.login());
    expect(status).toBe(500);
    expect(body).toEqual({ error: 'server_error', error_description: 'Unexpected error' });
    expect(revocations(broken)).toBe(1);
    await broken.close();
  });
});
