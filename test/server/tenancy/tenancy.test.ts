import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken, cognitoScopes, everydayScopes } from '../../support/tokens.ts';
import { application, ran } from './application.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aResourceServer({ application });
});
afterAll(() => server.close());
beforeEach(() => {
  server.log.clear();
  ran.length = 0;
});

type Claims = Record<string, unknown>;

const send = (method: string, params: Record<string, unknown>, claims: Claims = {}) => {
  const { body, headers } = modernRequest(method, params);
  return server.send(aPost(body, { token: anAccessToken(server.key, claims), headers }));
};
const call = (name: string, args: Record<string, unknown>, claims?: Claims) =>
  send('tools/call', { name, arguments: args }, claims);
const read = (uri: string, claims?: Claims) => send('resources/read', { uri }, claims);
const withScopes = (...names: string[]) => ({
  scope: cognitoScopes([...everydayScopes, ...names]),
});
const codes = () => server.log.decisions.map(({ metadata }) => metadata.event_code);

describe('a tool argument that names a tenant', () => {
  it.each([undefined, 'acme'])('may be %j for a caller of acme', async (tenant) => {
    const response = await call('export', tenant === undefined ? {} : { tenant });
    expect(response.status).toBe(200);
    expect(ran).toEqual([`export ${tenant}`]);
    expect(codes()).toEqual(['access.allowed']);
  });

  it('is refused before the handler runs when it names another one, and leaves tenant.denied', async () => {
    const response = await call('export', { tenant: 'evil' });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: -32600 } });
    expect(ran).toEqual([]);
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'tenant.denied', tenant_uid: 'acme' },
      severity_id: 4,
      status_code: 'tenant_mismatch',
      api: { operation: 'tools/call' },
      resources: [{ type: 'tool', name: 'export' }],
      unmapped: { evidence: { callerTenant: 'acme', requestedTenant: 'evil' } },
    });
  });

  it('is refused in a batch as well, because one message must not carry another in', async () => {
    const batch = [
      legacyRequest('ping', {}, 1),
      legacyRequest('tools/call', { name: 'export', arguments: { tenant: 'evil' } }, 2),
    ];
    const response = await server.send(aPost(batch, { token: anAccessToken(server.key) }));
    expect(response.status).toBe(403);
    expect(ran).toEqual([]);
  });

  it('says the same for a tenant that exists and one that does not, because that is a secret', async () => {
    const faces = await Promise.all(
      ['evil', 'nobody-has-this'].map(async (tenant) => {
        const response = await call('export', { tenant });
        return [response.status, await response.text()];
      }),
    );
    expect(faces[0]).toEqual(faces[1]);
  });
});

describe('a URI that names a tenant', () => {
  it('is served for the own one', async () => {
    expect(await (await read('invoices:///acme/1')).text()).toContain('topsecret of acme');
  });

  it.each([
    'invoices:///evil/2',
    'invoices:///acme/../evil/2',
    'invoices:///acme/%2e%2e/evil/2',
    'invoices:///%65vil/2',
    'INVOICES:///evil/2',
  ])('%s is refused before the handler runs', async (uri) => {
    expect((await read(uri)).status).toBe(403);
    expect(ran).toEqual([]);
    expect(codes()).toEqual(['tenant.denied']);
  });

  it('is checked for prompts too', async () => {
    const get = (tenant: string) =>
      send('prompts/get', { name: 'remind', arguments: { tenant } }, withScopes('mcp:remind'));
    expect((await get('acme')).status).toBe(200);
    expect((await get('evil')).status).toBe(403);
  });

  it('cannot be subscribed to for another tenant, because notifications tell what happens', async () => {
    const listen = (uri: string) =>
      send('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } });
    expect((await listen('invoices:///evil/2')).status).toBe(403);
    const own = await listen('invoices:///acme/1');
    expect(own.status).toBe(200);
    await own.body?.cancel();
  });
});

describe('a record of another tenant', () => {
  it('is answered word for word like one that does not exist, and only the log knows', async () => {
    const answer = async (id: string) =>
      (await (await call('invoice', { id })).text()).replaceAll(`invoice ${id}`, 'invoice X');
    const foreign = await answer('2');
    expect(codes()).toEqual(['tenant.denied']);
    server.log.clear();
    expect(await answer('9')).toBe(foreign);
    expect(codes()).toEqual(['access.allowed']);
    expect(await answer('1')).toContain('topsecret of acme');
  });

  it('is nobody else’s either when the caller has no tenant at all', async () => {
    const open = await aResourceServer({
      application,
      config: { tenancy: 'optional' },
      key: server.key,
    });
    const { body, headers } = modernRequest('tools/call', {
      name: 'invoice',
      arguments: { id: '1' },
    });
    const token = anAccessToken(server.key, { tenant_id: undefined });
    const response = await open.send(aPost(body, { token, headers }));
    expect(await response.text()).toContain('There is no invoice 1.');
    await open.close();
  });
});

describe('requestState', () => {
  const ada = {};
  const step = async (claims: Claims, requestState?: string) =>
    messageOf(
      await send(
        'tools/call',
        { name: 'step', arguments: {}, ...(requestState !== undefined && { requestState }) },
        claims,
      ),
    );
  const minted = async () => {
    const { result } = (await step(ada)) as { result: { requestState: string } };
    return result.requestState;
  };

  it('comes back to the same caller', async () => {
    expect(JSON.stringify(await step(ada, await minted()))).toContain('state 7');
  });

  it.each([
    ['another person', { sub: 'bob' }, 'session.hijack_suspected', 'handle_foreign'],
    [
      'the same person in another tenant',
      { tenant_id: 'evil' },
      'tenant.denied',
      'tenant_mismatch',
    ],
  ])(
    'of %s is 403 and on the record, because it says what was approved',
    async (_, claims, code, reason) => {
      const requestState = await minted();
      server.log.clear();
      const params = { name: 'step', arguments: {}, requestState };
      const response = await send('tools/call', params, claims);
      expect(response.status).toBe(403);
      expect(server.log.only).toMatchObject({
        metadata: { event_code: code },
        status_code: reason,
      });
    },
  );

  it('is refused and on the record when it was changed', async () => {
    const state = await minted();
    server.log.clear();
    const changed = `${state.slice(0, -2)}${state.at(-2) === 'A' ? 'B' : 'A'}${state.slice(-1)}`;
    expect(await step(ada, changed)).toMatchObject({ error: { code: -32602 } });
    expect(server.log.only).toMatchObject({ status_code: 'handle_unknown' });
  });
});

describe('groups and the scope hierarchy', () => {
  it('a missing group is 403 without a challenge, because no login could add one', async () => {
    const response = await call('finance', {});
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(server.log.only).toMatchObject({
      metadata: { event_code: 'scope.denied' },
      status_code: 'group_missing',
    });
    expect((await call('finance', {}, { 'cognito:groups': ['finance'] })).status).toBe(200);
  });

  it('a scope that includes the needed one is enough', async () => {
    expect((await call('delete', {})).status).toBe(403);
    expect((await call('delete', {}, withScopes('mcp:admin'))).status).toBe(200);
  });

  it('a resource demands what is declared beside it', async () => {
    const board = { 'cognito:groups': ['board'] };
    expect((await read('balance://now', withScopes('mcp:balance'))).status).toBe(403);
    expect((await read('balance://now', board)).status).toBe(403);
    expect((await read('balance://now', { ...board, ...withScopes('mcp:balance') })).status).toBe(
      200,
    );
  });
});

describe('hiding what the caller could never use', () => {
  let hiding: TestServer;
  beforeAll(async () => {
    const options = { key: server.key, config: { machineClients: ['robot'] } };
    hiding = await aResourceServer({
      application: { ...application, hideUnreachable: true },
      ...options,
    });
  });
  afterAll(() => hiding.close());

  const list = async (method: string, claims: Claims = {}) => {
    const { body, headers } = modernRequest(method);
    const token = anAccessToken(server.key, claims);
    const { result } = (await messageOf(await hiding.send(aPost(body, { token, headers })))) as {
      result: Record<string, unknown>;
    };
    return result;
  };
  const names = async (claims?: Claims) =>
    ((await list('tools/list', claims)).tools as { name: string }[]).map(({ name }) => name);

  it('leaves out tools by group and keeps those that a step-up would open, in the same order', async () => {
    expect(await names()).toEqual(['export', 'invoice', 'delete', 'step']);
    expect(await names({ 'cognito:groups': ['finance'] })).toEqual([
      'export',
      'invoice',
      'finance',
      'delete',
      'step',
    ]);
  });

  it('leaves out for a machine what its scopes do not cover, because a machine cannot step up', async () => {
    const machine = { sub: 'robot', client_id: 'robot' };
    expect(await names(machine)).not.toContain('delete');
    expect(await names({ ...machine, ...withScopes('mcp:delete') })).toContain('delete');
  });

  it('marks lists as private, because a shared cache would show one caller the list of another', async () => {
    expect(await list('tools/list')).toMatchObject({ cacheScope: 'private' });
    const { resources } = await list('resources/list');
    expect(JSON.stringify(resources)).not.toContain('balance');
  });
});
