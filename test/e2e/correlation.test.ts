import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { runQuery } from '../support/logs-insights.ts';
import { logIn, postForm, redeem, refresh, registerClient } from '../support/oauth-by-hand.ts';
import { modernRequest } from '../support/resource-server.ts';

/** The queries of docs/correlation.md, run on what a login and its calls really leave behind. */

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const cloudFrontId = 'VYhHbGV0b25zQ2xvdWRGcm9udElk0123456789abcdefghij_-A==';

let local: LocalDeployment;
beforeAll(async () => {
  local = await aLocalDeployment();
});
afterAll(() => local.close());

const documentation = readFileSync(new URL('../../docs/correlation.md', import.meta.url), 'utf8');

const queryNamed = (name: string, values: Readonly<Record<string, string>>): string => {
  const [, text] =
    new RegExp(`\`\`\`insights ${name}\\n(.*?)\`\`\``, 's').exec(documentation) ?? [];
  if (!text) throw new Error(`no query ${name} in docs/correlation.md`);
  return Object.entries(values).reduce(
    (query, [placeholder, value]) => query.replaceAll(placeholder, value),
    text,
  );
};

const codesFound = (name: string, values: Readonly<Record<string, string>>) =>
  runQuery(
    queryNamed(name, values),
    local.events.map((event) => ({ message: JSON.stringify(event) })),
  ).map((row) => row['metadata.event_code']);

const sessionOf = ({ actor }: SecurityEvent): string =>
  (actor as { session?: { uid_alt?: string } }).session?.uid_alt ?? '';

const callTool = async (accessToken: string, name: string, headers = {}): Promise<Response> => {
  const request = modernRequest('tools/call', { name, arguments: {} });
  return fetch(local.mcpUrl, {
    method: 'POST',
    headers: {
      ...request.headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${accessToken}`,
      ...headers,
    },
    body: JSON.stringify(request.body),
  });
};

const last = (code: string): SecurityEvent =>
  local.events.findLast((event) => eventCode(event) === code) as SecurityEvent;

describe('one login and its calls', () => {
  it('are found by one id from the first page to the tokens, although no step of a browser carries a header', async () => {
    const client = await registerClient(local, { client_name: 'Found again' });
    const login = await logIn(local, 'alice', { clientId: client.client_id });
    await redeem(local, login);
    const id = last('token.issued').metadata.correlation_uid;
    expect(codesFound('correlation', { CORRELATION: id })).toEqual([
      'authorization.started',
      'authorization.approved',
      'authorization.completed',
      'token.issued',
    ]);
    // Another login has another id.
    const other = await logIn(local, 'bob');
    await redeem(local, other);
    expect(last('token.issued').metadata.correlation_uid).not.toBe(id);
  });

  it('are joined by the hash of the sign-in, so that a call is attributed to the client the user approved', async () => {
    const client = await registerClient(local, { client_name: 'The approved one' });
    const login = await logIn(local, 'alice', { clientId: client.client_id });
    const { body } = await redeem(local, login);
    await callTool(String(body.access_token), 'whoami');
    const next = await refresh(local, login.clientId, String(body.refresh_token));
    await callTool(String(next.body.access_token), 'whoami');

    const call = last('access.allowed');
    const session = sessionOf(call);
    expect(session).toMatch(/^[0-9a-f]{16}$/);
    const codes = codesFound('session', { SESSION: session });
    expect(codes).toEqual([
      'authorization.completed',
      'token.issued',
      'access.allowed',
      'token.refreshed',
      'access.allowed',
    ]);
    // The call knows Cognito's app client only; the joined event names the one that the user approved.
    expect(call.actor).toMatchObject({ app_uid: 'localBrokerClient' });
    expect(last('token.issued').actor).toMatchObject({ app_name: 'The approved one' });

    const story = { SESSION: session, CORRELATION: last('token.issued').metadata.correlation_uid };
    expect(codesFound('story', story)).toEqual([
      'authorization.started',
      'authorization.approved',
      ...codes,
    ]);
    await postForm(local, '/oauth/revoke', {
      client_id: login.clientId,
      token: String(next.body.refresh_token),
    }).catch(() => undefined);
    expect(codesFound('session', { SESSION: session }).at(-1)).toBe('token.revoked');
  });

  it('carry the caller’s trace from the edge through the tool to the answer', async () => {
    const { body } = await redeem(local, await logIn(local, 'alice'), { traceparent });
    const response = await callTool(String(body.access_token), 'whoami', {
      traceparent,
      'x-amz-cf-id': cloudFrontId,
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    });
    expect(response.headers.get('x-correlation-id')).toBe(traceId);
    const call = last('access.allowed');
    expect(call).toMatchObject({
      metadata: { correlation_uid: traceId },
      http_request: { uid: cloudFrontId },
      unmapped: { amzn_trace_id: '1-67891233-abcdef012345678912345678' },
    });
    expect(await response.text()).toContain('result');
  });

  it('find the trigger by subject and time, because Cognito tells it nothing else', async () => {
    await redeem(local, await logIn(local, 'bob'));
    const { uid } = (last('token.issued').actor as { user: { uid: string } }).user;
    const codes = codesFound('trigger', { SUBJECT: uid });
    expect(codes.slice(-2)).toEqual(['token.scoped', 'authorization.completed']);
  });

  it('of a machine share their id with the trigger, because Cognito hands client metadata on', async () => {
    const { clientId, clientSecret } = local.machineClient;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    await postForm(
      local,
      '/oauth/token',
      { grant_type: 'client_credentials' },
      { authorization: `Basic ${basic}` },
    );
    const id = last('token.issued').metadata.correlation_uid;
    expect(last('token.scoped').metadata.correlation_uid).toBe(id);
    expect(codesFound('correlation', { CORRELATION: id })).toEqual([
      'token.scoped',
      'token.issued',
    ]);
  });

  it('say that a client got more than before, because a step-up is what a thief would want, too', async () => {
    const client = await registerClient(local);
    const at = (scope: string) =>
      logIn(local, 'alice', { clientId: client.client_id, changes: { scope } });
    const events = await local.eventsDuring(async () => {
      await redeem(local, await at('mcp:tools:read'));
      await redeem(local, await at('mcp:tools:read mcp:notes:delete'));
      await redeem(local, await at('mcp:tools:read'));
    });
    const elevated = events.filter((event) => eventCode(event) === 'scope.elevated');
    expect(elevated).toHaveLength(1);
    expect(elevated[0]?.unmapped).toMatchObject({ evidence: { gained: ['mcp:notes:delete'] } });
    expect(sessionOf(elevated[0] as SecurityEvent)).toMatch(/^[0-9a-f]{16}$/);
  });
});
