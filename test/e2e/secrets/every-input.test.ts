import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPreTokenGeneration } from '../../../lambda/pre-token-generation/handler.ts';
import type { SecurityEvent } from '../../../oauth/security-event.ts';
import { faultLine } from '../../../server/application-log.ts';
import { guardUpstream } from '../../../server/guard/guard.ts';
import { anOperator } from '../../lambda/operator/an-operator.ts';
import { type ExampleProcess, startExample } from '../../server/library/example-process.ts';
import { aBroker, issuer, type TestBroker } from '../../support/broker.ts';
import { checkedLog } from '../../support/checked-log.ts';
import { matchesPattern } from '../../support/filter-pattern.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { SecretSearch } from '../../support/secret-search.ts';
import { anAccessToken } from '../../support/tokens.ts';

/**
 * A marked secret through every input of every component, in success and failure, and none of them
 * in anything that a component puts out. What a log shows on purpose is not marked: Host, Origin,
 * User-Agent, paths, names of tools, client ids and client names.
 */

const secrets = new SecretSearch();
const marked = (input: string): string => {
  const secret = `${input.replaceAll(/\W/g, '')}${randomBytes(18).toString('hex')}`;
  secrets.add(input, secret);
  return secret;
};

const found = (output: unknown): readonly string[] =>
  secrets.findIn(typeof output === 'string' ? output : JSON.stringify(output));

/** Every header that may carry a secret, and some that nobody has thought of. */
const markedHeaders = (): Record<string, string> => ({
  cookie: `session=${marked('cookie')}`,
  'proxy-authorization': `Basic ${marked('proxyauthorization')}`,
  'x-api-key': marked('xapikey'),
  'x-forwarded-for': marked('forwardedfor'),
  'x-amz-security-token': marked('securitytoken'),
  'x-amz-cf-id': `{"forged":"${marked('cfid')}"}`,
  'x-amzn-trace-id': `Root=${marked('traceid')}`,
  traceparent: `00-${marked('traceparent')}-00f067aa0ba902b7-01`,
  tracestate: `vendor=${marked('tracestate')}`,
  baggage: `token=${marked('baggage')}`,
  referer: `https://a.example/?code=${marked('referer')}`,
  'last-event-id': marked('lasteventid'),
  'mcp-session-id': marked('sessionid'),
  'x-anything': marked('anything'),
});

const meta = () => ({ traceparent: marked('metatraceparent'), baggage: marked('metabaggage') });

describe('the server, whose author threw secrets around', () => {
  let server: ExampleProcess;
  beforeAll(async () => {
    server = await startExample('test/e2e/secrets/leaky-server.ts', {
      LOG_LEVEL: 'trace',
      DEBUG: '*',
      LOG_PSEUDONYM_KEY: marked('pseudonymkey'),
      METRICS_NAMESPACE: 'Test',
    });
  });
  afterAll(() => server.close());

  const send = async (body: unknown, options: { token?: string; query?: string } = {}) => {
    const { token = server.token(['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:read']) } =
      options;
    secrets.add('access token', token);
    const url = server.mcpUrl.href + (options.query ?? '');
    const { headers } = aPost({}, { token });
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...Object.fromEntries(headers), ...markedHeaders() },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    await response.text();
    return response.status;
  };

  const call = (name: string) =>
    legacyRequest('tools/call', {
      name,
      arguments: { secret: marked(`argument of ${name}`), more: { deep: marked('deepargument') } },
      _meta: meta(),
    });

  it('puts none of them out: not in an event, a metric or a line about a fault', async () => {
    expect(await send(call('echo'))).toBe(200);
    for (const name of ['throw_error', 'throw_text', 'throw_object', 'reject_later'])
      expect(await send(call(name))).toBe(200);
    await send(
      legacyRequest('resources/read', {
        uri: `files:///x?token=${marked('uriquery')}#${marked('urifragment')}`,
      }),
    );
    const modern = modernRequest('tools/call', {
      name: 'throw_error',
      arguments: { secret: marked('modern') },
    });
    await send(modern.body);
    // Refused, for every kind of reason.
    expect(await send(call('echo'), { token: marked('opaquetoken') })).toBe(401);
    expect(
      await send(call('echo'), {
        token: server.token([], { exp: 1, iat: 0, custom: marked('claim') }),
      }),
    ).toBe(401);
    expect(
      await send(call('echo'), {
        token: server.token(['mcp:tools:read'], { aud: marked('audience') }),
      }),
    ).toBe(401);
    expect(
      await send(call('echo'), {
        query: `?access_token=${marked('querytoken')}&code=${marked('querycode')}`,
      }),
    ).toBe(400);
    expect(await send(`{"jsonrpc":"2.0","secret":"${marked('malformedbody')}"`)).toBe(400);
    expect(
      await send(
        legacyRequest('nothing/known', {
          secret: marked('parameter'),
        }),
      ),
    ).toBeLessThan(500);
    expect(await send({ jsonrpc: '2.0', id: marked('messageid'), method: 'ping' })).toBe(200);

    server.child.kill('SIGTERM');
    await server.exited;
    const { stdout, stderr } = server.output;
    expect([...secrets.kinds].length).toBeGreaterThan(30);
    expect(found(stdout)).toEqual([]);
    expect(found(stderr)).toEqual([]);
  });

  it('keeps its streams apart, and its lines distinct where a log driver merges them', () => {
    const { stdout, stderr } = server.output;
    const parsed = (text: string) => text.trimEnd().split('\n');
    const application = parsed(stderr);
    const [events, metrics] = [
      parsed(stdout).filter((line) => matchesPattern('{ $.class_uid = * }', line)),
      parsed(stdout).filter((line) => matchesPattern('{ $._aws.Timestamp = * }', line)),
    ];
    expect(events.length).toBeGreaterThan(12);
    expect(metrics.length).toBeGreaterThan(0);
    expect(events.length + metrics.length).toBe(parsed(stdout).length);
    expect(application.length).toBeGreaterThan(3);
    for (const line of application) {
      expect(matchesPattern('{ $.level = * }', line)).toBe(true);
      expect(matchesPattern('{ $.class_uid = * }', line)).toBe(false);
    }
    for (const line of [...events, ...metrics])
      expect(matchesPattern('{ $.level = * }', line)).toBe(false);
  });

  it('still says what failed and where, because somebody has to repair it', () => {
    expect(server.output.stderr).toContain(
      '"name":"UpstreamError","code":"E_UPSTREAM","frames":["at ',
    );
    expect(server.output.stderr).toContain('leaky-server.ts');
    expect(server.output.stderr).toContain('"causes":[{"name":"TypeError"');
  });
});

describe('the guard, whose upstream answers with secrets', () => {
  const answers: Readonly<Record<string, (response: ServerResponse, secret: string) => void>> = {
    'server error': (response, secret) => {
      response.writeHead(500, secret, { 'set-cookie': `id=${secret}`, 'x-debug': secret });
      response.end(`<pre>${secret}</pre>`);
    },
    'asks for a password': (response, secret) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${secret}"` });
      response.end(secret);
    },
    'no JSON': (response, secret) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"jsonrpc":"2.0","id":1,"result":"${secret}`);
    },
    'hangs up': (response, secret) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-debug': secret });
      response.flushHeaders();
      response.socket?.destroy();
    },
    redirects: (response, secret) => {
      response.writeHead(302, { location: `https://a.example/?token=${secret}` });
      response.end();
    },
    'error in JSON-RPC': (response, secret) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: secret } }),
      );
    },
  };
  let behaviour = 'server error';
  const upstream = createServer((request: IncomingMessage, response) => {
    request.resume();
    answers[behaviour]?.(response, marked(`upstream ${behaviour}`));
  });
  let server: TestServer;
  beforeAll(async () => {
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    server = await aResourceServer({
      application: guardUpstream({
        upstreamUrl: `http://127.0.0.1:${port}/mcp`,
        identityKey: { secret: Buffer.from(marked('identity key')) },
        access: { tools: { any: {} }, resources: [] },
      }),
    });
  });
  afterAll(async () => {
    await server.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  it.each(Object.keys(answers))('when it is: %s', async (name) => {
    behaviour = name;
    const before = secrets.size;
    const token = anAccessToken(server.key);
    const body = legacyRequest('tools/call', {
      name: 'any',
      arguments: { x: marked('guardargument') },
    });
    const response = await server.send(aPost(body, { token, headers: markedHeaders() }));
    await response.text().catch(() => undefined);
    expect(secrets.size).toBeGreaterThan(before);
    expect(server.log.decisions.length).toBeGreaterThan(0);
    expect(found(server.log.events)).toEqual([]);
    expect(found(server.faults.map((fault) => faultLine(fault, 'c')).join(''))).toEqual([]);
  });
});

describe('the authorization server', () => {
  let broker: TestBroker;
  beforeAll(async () => {
    broker = await aBroker();
  });
  afterAll(() => broker.close());

  it('keeps what stands in queries of redirect URIs and resources out of its evidence', async () => {
    const clientId = await broker.clientId();
    const redirect = `https://evil.example/callback?token=${marked('redirectquery')}#${marked('redirectfragment')}`;
    const withUser = `https://${marked('userinfo')}:x@evil.example/`;
    for (const changes of [
      { redirect_uri: redirect },
      { redirect_uri: withUser },
      { resource: `https://other.example/mcp?key=${marked('resourcequery')}` },
      { code_challenge: marked('challenge') },
      { prompt: marked('prompt'), login_hint: marked('hint') },
      { request: marked('requestobject') },
    ])
      await broker.get(
        (await broker.authorizeUrl(clientId, changes)).slice(issuer.length),
        markedHeaders(),
      );
    await broker.register({
      redirect_uris: [redirect, withUser, `javascript:${marked('script')}`],
    });
    await broker.register({
      redirect_uris: ['https://a.example/cb'],
      token_endpoint_auth_method: marked('method'),
      contacts: [marked('contact')],
      software_statement: marked('statement'),
    });
    for (const path of ['/oauth/token', '/oauth/revoke'])
      await broker.post(
        path,
        {
          grant_type: 'authorization_code',
          client_id: clientId,
          client_secret: marked('clientsecret'),
          code: marked('code'),
          code_verifier: marked('verifier'),
          redirect_uri: redirect,
          resource: `https://other.example/?k=${marked('tokenresource')}`,
          refresh_token: marked('handle'),
          token: marked('token'),
          username: marked('username'),
          password: marked('password'),
        },
        {
          ...markedHeaders(),
          authorization: `Basic ${btoa(`${marked('basicuser')}:${marked('basicpassword')}`)}`,
        },
      );
    await broker.get(
      `/oauth/callback?code=${marked('upstreamcode')}&state=${marked('state')}&error_description=${marked('description')}`,
      markedHeaders(),
    );
    expect(broker.events.length).toBeGreaterThan(9);
    expect(found(broker.events)).toEqual([]);
  });
});

describe('the trigger', () => {
  it('says nothing of a user but the subject, whatever attributes there are', () => {
    const events: SecurityEvent[] = [];
    const trigger = createPreTokenGeneration(
      {
        resourceIdentifier: 'https://mcp.example.com/mcp',
        groupScopes: {},
        defaultScopes: [],
        identityProviderTenants: {},
        machineClients: {},
      },
      { securityLog: checkedLog(events) },
    );
    const event = {
      version: '3',
      triggerSource: 'TokenGeneration_HostedAuth',
      region: 'r',
      userPoolId: 'p',
      userName: marked('username of Cognito'),
      callerContext: { awsSdkVersion: 'x', clientId: 'client' },
      request: {
        userAttributes: {
          sub: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
          email: `${marked('email')}@example.com`,
          phone_number: marked('phone'),
          name: marked('personname'),
          identities: `[{"providerName":"x","userId":"${marked('identity')}"}]`,
        },
        scopes: ['openid'],
        groupConfiguration: { groupsToOverride: [] },
        clientMetadata: { correlationId: marked('correlation'), other: marked('metadata') },
      },
      response: { claimsAndScopeOverrideDetails: null },
    } as const;
    trigger(event);
    expect(() => trigger({ ...event, version: '1' })).toThrow(/^'LambdaVersion' must be/);
    expect(events).toHaveLength(1);
    expect(found(events)).toEqual([]);
  });
});

describe('the operator', () => {
  it('quotes neither what somebody pasted nor what AWS said', async () => {
    const secret = marked('awserror');
    const { operate, events } = anOperator({
      ListUsers: () => {
        throw Object.assign(new Error(`denied for ${secret}`), { name: 'AccessDeniedException' });
      },
    });
    const subject = 'a1b2c3d4-0000-4000-8000-00000000000a';
    const outcomes: string[] = [];
    for (const request of [
      { action: 'disable-user', username: marked('operatorusername') },
      { action: 'disable-user', subject },
      { action: 'revoke-grants', grantId: marked('pastedgrant') },
      { action: 'revoke-grants', token: marked('pastedtoken') },
      marked('pastedtext'),
      { action: marked('action') },
    ]) {
      const outcome = await operate(request).catch(
        (fault: Error) => `${fault.name}: ${fault.message}`,
      );
      outcomes.push(typeof outcome === 'string' ? outcome : JSON.stringify(outcome.ok));
    }
    expect(events.length).toBeGreaterThan(4);
    expect(found(events)).toEqual([]);
    expect(found(outcomes)).toEqual([]);
  });
});
