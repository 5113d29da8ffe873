import { request as httpRequest } from 'node:http';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { CognitoFault } from '../../../dev/cognito/fault.ts';
import {
  type CognitoSimulator,
  type CognitoSimulatorOptions,
  startCognitoSimulator,
} from '../../../dev/cognito/simulator.ts';
import { InvalidUserPoolError } from '../../../dev/cognito/user-pool.ts';
import {
  aUserPool,
  callbackUrl,
  confidential,
  machine,
  password,
  publicClient,
} from './a-user-pool.ts';
import { type Browser, claimsOf, createBrowser, locationOf } from './subject.ts';

const running: CognitoSimulator[] = [];
const aSimulator = async (
  options: Partial<CognitoSimulatorOptions> = {},
): Promise<CognitoSimulator> => {
  const simulator = await startCognitoSimulator({
    userPool: aUserPool(),
    preTokenGeneration: (event) => event,
    onFault: () => undefined,
    ...options,
  });
  running.push(simulator);
  return simulator;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const askForMachineToken = ({ domain }: CognitoSimulator, more: Record<string, string> = {}) =>
  fetch(`${domain}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: machine.clientId,
      client_secret: machine.clientSecret ?? '',
      ...more,
    }),
  });

const publishedKeys = async ({ jwksUri }: CognitoSimulator) => (await fetch(jwksUri)).json();

const isVerifiable = async (simulator: CognitoSimulator, token: string): Promise<boolean> => {
  const keys = createLocalJWKSet(await publishedKeys(simulator));
  return jwtVerify(token, keys).then(
    () => true,
    (error) => {
      if (error instanceof errors.JWKSNoMatchingKey) return false;
      throw error;
    },
  );
};

/** fetch() sets Host itself, so a request with another one needs the module below it. */
const statusWithHost = ({ domain }: CognitoSimulator, path: string, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    httpRequest(`${domain}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the Cognito simulator', () => {
  it('refuses a definition that Cognito would refuse, because a test pool must be deployable', async () => {
    const userPool = aUserPool({ id: 'local_pool' });
    await expect(aSimulator({ userPool })).rejects.toBeInstanceOf(InvalidUserPoolError);
  });

  it('names itself localhost, because callback URLs and resources of http are for that name alone', async () => {
    const { domain, issuer, jwksUri, userPoolId } = await aSimulator();
    expect(domain).toMatch(/^http:\/\/localhost:\d+$/);
    expect([issuer, jwksUri]).toEqual([
      `${domain}/${userPoolId}`,
      `${domain}/${userPoolId}/.well-known/jwks.json`,
    ]);
  });

  it('makes new keys at every start, because a key that is known forges tokens', async () => {
    const [one, other] = [await aSimulator(), await aSimulator()];
    expect(await isVerifiable(other, await one.signAs('access', {}))).toBe(false);
  });

  it('refuses a foreign Host header, because a web page could rebind its own name to 127.0.0.1', async () => {
    const simulator = await aSimulator();
    const path = new URL(simulator.jwksUri).pathname;
    const { host } = new URL(simulator.domain);
    expect(await statusWithHost(simulator, path, host)).toBe(200);
    expect(await statusWithHost(simulator, path, host.replace('localhost', '127.0.0.1'))).toBe(200);
    expect(await statusWithHost(simulator, path, host.replace('localhost', 'evil.example'))).toBe(
      421,
    );
  });

  it('records method, path and time but no query, because queries hold codes', async () => {
    const simulator = await aSimulator({ now: () => 1_000 });
    await fetch(`${simulator.domain}/oauth2/authorize?client_id=secret`);
    expect(simulator.requests).toEqual([{ method: 'GET', path: '/oauth2/authorize', at: 1_000 }]);
  });

  it('refuses a body beyond 64 KB, because no form of OAuth comes near it', async () => {
    const simulator = await aSimulator();
    expect((await askForMachineToken(simulator, { filler: 'x'.repeat(70_000) })).status).toBe(413);
  });

  it('answers invalid_request when the trigger throws, without its message, because messages leak', async () => {
    const seen: unknown[] = [];
    const fault = new Error('table tenants not found');
    const simulator = await aSimulator({
      preTokenGeneration: () => Promise.reject(fault),
      onFault: (error) => seen.push(error),
    });
    const response = await askForMachineToken(simulator);
    expect([response.status, await response.text()]).toEqual([400, '{"error":"invalid_request"}']);
    expect(seen).toEqual([fault]);
  });

  it('gives the trigger a copy of the event, because Lambda shares no memory either', async () => {
    const simulator = await aSimulator({
      preTokenGeneration: (event) => {
        (event.request.scopes as string[]).length = 0;
        return event;
      },
    });
    for (const _ of [1, 2]) {
      const { access_token } = await (await askForMachineToken(simulator)).json();
      const payload = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString());
      expect(payload.scope).toBe(machine.allowedOauthScopes.join(' '));
    }
  });

  it('can ignore resource at the token endpoint, because direct mode clients send it there', async () => {
    const form = { resource: 'https://mcp.example.com/mcp' };
    expect((await askForMachineToken(await aSimulator(), form)).status).toBe(400);
    const lenient = await aSimulator({ resourceOnTokenRequests: 'ignored' });
    expect((await askForMachineToken(lenient, form)).status).toBe(200);
  });
});

const query = new URLSearchParams({
  response_type: 'code',
  client_id: publicClient.clientId,
  redirect_uri: callbackUrl,
});

const signIn = async ({ domain }: CognitoSimulator, browser: Browser): Promise<URL> => {
  const login = `${domain}/login?${query}`;
  const page = await (await browser.get(login)).text();
  const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  return locationOf(await browser.post(login, { _csrf, username: 'alice', password }));
};

describe('beyond the contract', () => {
  it('logout ends the session on the server too, because a copied cookie must not outlive it', async () => {
    const simulator = await aSimulator();
    const browser = createBrowser();
    await signIn(simulator, browser);
    const cookie = `cognito=${browser.cookies.get('cognito')}`;
    const pathWithCopy = async () => {
      const url = `${simulator.domain}/oauth2/authorize?${query}`;
      return locationOf(await fetch(url, { headers: { cookie }, redirect: 'manual' })).pathname;
    };
    expect(await pathWithCopy()).toBe(new URL(callbackUrl).pathname);
    await browser.get(`${simulator.domain}/logout?${query}`);
    expect(await pathWithCopy()).toBe('/login');
  });

  it('userInfo refuses an ID token whatever scope it claims, because it is not for resources', async () => {
    const simulator = await aSimulator();
    const code = (await signIn(simulator, createBrowser())).searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      client_id: publicClient.clientId,
      redirect_uri: callbackUrl,
      code,
    };
    const response = await fetch(`${simulator.domain}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    const claims = claimsOf((await response.json()).access_token);
    const statusFor = async (token_use: string) => {
      const token = await simulator.signAs('id', { ...claims, token_use });
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${simulator.domain}/oauth2/userInfo`, { headers })).status;
    };
    expect([await statusFor('access'), await statusFor('id')]).toEqual([200, 401]);
  });
});

describe('key rotation', () => {
  it('signs with new keys and keeps the old public ones until the next rotation', async () => {
    const simulator = await aSimulator();
    const token = await simulator.signAs('access', {});
    await simulator.rotateSigningKeys();
    expect(await isVerifiable(simulator, token)).toBe(true);
    expect(await isVerifiable(simulator, await simulator.signAs('access', {}))).toBe(true);
    expect((await publishedKeys(simulator)).keys).toHaveLength(4);
    await simulator.rotateSigningKeys();
    expect(await isVerifiable(simulator, token)).toBe(false);
  });

  it('withdraws the old keys at once when told to, because that is what a compromise looks like', async () => {
    const simulator = await aSimulator();
    const token = await simulator.signAs('id', {});
    await simulator.rotateSigningKeys({ withdraw: true });
    expect(await isVerifiable(simulator, token)).toBe(false);
    expect((await publishedKeys(simulator)).keys).toHaveLength(2);
  });
});

describe('hostile tokens', () => {
  it('carry the claims and header members given, because a test must be able to lie about everything', async () => {
    const simulator = await aSimulator();
    const token = await simulator.signAs('access', { exp: 'soon' }, { alg: 'none', jku: 'x' });
    const [header, payload] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(header).toEqual({ kid: expect.any(String), alg: 'none', jku: 'x' });
    expect(payload).toEqual({ exp: 'soon' });
  });

  it('are signed with the pool key of the kind named, because only then they are worth refusing', async () => {
    const simulator = await aSimulator();
    const kidOf = async (use: 'access' | 'id') =>
      JSON.parse(
        Buffer.from((await simulator.signAs(use, {})).split('.')[0] ?? '', 'base64').toString(),
      ).kid;
    expect(await kidOf('access')).not.toBe(await kidOf('id'));
    expect(await isVerifiable(simulator, await simulator.signAs('id', { a: 1 }))).toBe(true);
  });
});

describe('misbehaviour', () => {
  const paths: Readonly<Record<CognitoFault['endpoint'], (s: CognitoSimulator) => string>> = {
    token: ({ domain }) => `${domain}/oauth2/token`,
    authorize: ({ domain }) => `${domain}/oauth2/authorize?client_id=${confidential.clientId}`,
    revoke: ({ domain }) => `${domain}/oauth2/revoke`,
    jwks: ({ jwksUri }) => jwksUri,
    'openid-configuration': ({ issuer }) => `${issuer}/.well-known/openid-configuration`,
  };

  it.each(Object.keys(paths) as CognitoFault['endpoint'][])(
    'hits %s as often as told and nothing else, because a test counts retries',
    async (endpoint) => {
      const simulator = await aSimulator();
      const url = paths[endpoint](simulator);
      const method = endpoint === 'token' || endpoint === 'revoke' ? 'POST' : 'GET';
      simulator.misbehave({ endpoint, kind: 'http_500', times: 2 });
      expect((await fetch(`${simulator.domain}/login`)).status).toBe(400);
      const statuses = [];
      for (const _ of [1, 2, 3]) statuses.push((await fetch(url, { method })).status);
      expect(statuses.slice(0, 2)).toEqual([500, 500]);
      expect(statuses[2]).not.toBe(500);
    },
  );

  it.each([
    ['http_429', 429, 'application/json'],
    ['malformed_json', 200, 'application/json'],
    ['invalid_grant', 400, 'application/json'],
    ['html', 200, 'text/html'],
  ] as const)('%s is a %i of %s', async (kind, status, type) => {
    const simulator = await aSimulator();
    simulator.misbehave({ endpoint: 'token', kind });
    const response = await askForMachineToken(simulator);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain(type);
    const text = await response.text();
    if (kind === 'invalid_grant') expect(text).toBe('{"error":"invalid_grant"}');
    else if (status === 200) expect(() => JSON.parse(text)).toThrow();
    expect((await askForMachineToken(simulator)).status).toBe(200);
  });

  it('timeout keeps the request waiting, and close ends it', async () => {
    const simulator = await aSimulator();
    simulator.misbehave({ endpoint: 'token', kind: 'timeout' });
    const pending = askForMachineToken(simulator).then(
      (response) => response.status,
      () => 'connection closed',
    );
    const first = await Promise.race([
      pending,
      new Promise((resolve) => setTimeout(() => resolve('still waiting'), 200)),
    ]);
    expect(first).toBe('still waiting');
    await simulator.close();
    expect(['connection closed', 503]).toContain(await pending);
  });
});
