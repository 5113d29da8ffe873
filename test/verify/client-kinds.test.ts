import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LocalModeOptions } from '../../dev/local-mode.ts';
import type { PreregisteredClient } from '../../lambda/authorization-server/settings.ts';
import { err, ok } from '../../oauth/result.ts';
import type { Credentials } from '../../verify/credentials.ts';
import type { HttpClient } from '../../verify/http/http-client.ts';
import { givenClient } from '../../verify/oauth/client.ts';
import type { Report } from '../../verify/report/report.ts';
import { type Deployment, failuresIn, reportOf, startDeployment } from './support/deployment.ts';
import { type OriginMap, startRelay } from './support/relay.ts';

/** Servers that nobody can register at: the verification goes as far as the client it was given. */

const documentUrl = 'https://verify.example.com/client.json';
const operatorDocument = {
  client_id: documentUrl,
  client_name: 'Verification by the operator',
  redirect_uris: ['http://127.0.0.1:33419/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

const aClient = (changes: Partial<PreregisteredClient>): PreregisteredClient => ({
  clientId: 'verification',
  clientName: 'Verification',
  redirectUris: ['http://127.0.0.1:33419/callback'],
  registration: 'preregistered',
  tokenEndpointAuthMethod: 'none',
  mayRefresh: true,
  ...changes,
});

const secret = 'a-secret-of-the-operator-and-nobody-else';
const preregisteredClients = [
  aClient({}),
  aClient({
    clientId: 'confidential',
    redirectUris: ['https://operator.example.com/done'],
    tokenEndpointAuthMethod: 'client_secret_basic',
    clientSecretHash: createHash('sha256').update(secret).digest('base64url'),
  }),
];

/** Advice, no failure: such a server says so in its metadata. */
const closed = 'clients-can-register-themselves: absent (expected a URL)';

let deployment: Deployment;
beforeAll(async () => {
  const changes: Partial<LocalModeOptions> = {
    brokerSettings: {
      dynamicRegistration: { isEnabled: false, lifetimeSeconds: 1 },
      preregisteredClients,
    },
    fetchDocument: async (clientId) =>
      clientId === documentUrl
        ? ok({ document: operatorDocument, maxAgeSeconds: 300 })
        : err({ reason: 'client_document_unavailable' }),
  };
  deployment = await startDeployment(changes, { clientId: 'verification' });
});
afterAll(() => deployment.local.close());

const verified = (credentials: Credentials): Promise<Report> =>
  reportOf({ url: new URL(deployment.local.mcpUrl), credentials });

const person = (): Credentials => {
  const { username = '', password = '', otherTenantToken = '' } = deployment.credentials;
  return { username, password, otherTenantToken };
};

/** Reasons of what was skipped in these groups, each once. */
const skippedIn = ({ results }: Report, ...groups: readonly string[]): readonly string[] => [
  ...new Set(
    results.flatMap(({ groupId, outcome }) =>
      groups.includes(groupId) && outcome.kind === 'skipped' ? [outcome.why] : [],
    ),
  ),
];

const outcomeOf = ({ results }: Report, id: string) =>
  results.find(({ check }) => check.id === id)?.outcome.kind;

describe('a server without registration', () => {
  it.each([
    [
      'its own metadata document',
      { clientId: documentUrl, redirectUri: 'http://127.0.0.1:33419/callback' },
    ],
    ['a public client that the operator registered', { clientId: 'verification' }],
    [
      'a confidential client that returns to a web page',
      {
        clientId: 'confidential',
        clientSecret: secret,
        redirectUri: 'https://operator.example.com/done',
      },
    ],
  ])(
    'is verified to the end through %s, because operators switch registration off',
    async (_, client) => {
      const report = await verified({ ...person(), ...client });
      expect(failuresIn(report)).toEqual([closed]);
      // The whole login, the refresh, the end of it, scopes and tenants: nothing is left out.
      expect(skippedIn(report, 'login', 'transport', 'token-endpoint')).toEqual([]);
      expect(outcomeOf(report, 'what-belongs-to-one-tenant-is-closed-to-another')).toBe('passed');
      expect(skippedIn(report, 'registration')).toEqual([
        'clients cannot register themselves here',
      ]);
    },
  );

  it('is looked at as a known client where none was given, because its pages are for everybody', async () => {
    const report = await verified({});
    expect(failuresIn(report)).toEqual([closed]);
    expect(skippedIn(report, 'authorize')).toEqual(['clients cannot register themselves here']);
    expect(outcomeOf(report, 'an-honest-request-goes-on')).toBe('passed');
    expect(outcomeOf(report, 'plain-pkce-is-refused')).toBe('passed');
  });

  it('fails a sign-in for which there is no client, because a skipped one would look like a pass', async () => {
    const report = await verified(person());
    expect(failuresIn(report)).toEqual([
      closed,
      'a-person-can-sign-in: clients cannot register themselves here: give one with --client-id (expected a code, and a token for it)',
    ]);
  });

  it('fails a wrong secret of the client, because then nobody can sign in through it', async () => {
    const report = await verified({
      ...person(),
      clientId: 'confidential',
      clientSecret: 'not-the-secret',
      redirectUri: 'https://operator.example.com/done',
    });
    expect(failuresIn(report)).toContain(
      'a-person-can-sign-in: the token endpoint answered 401 invalid_client instead of handing out a token (expected a code, and a token for it)',
    );
  });
});

describe('what one kind of access cannot show', () => {
  it('says what a token alone leaves open, because nothing was renewed or revoked with it', async () => {
    const { token = '', otherTenantToken = '' } = deployment.credentials;
    const report = await verified({ token, otherTenantToken });
    expect(failuresIn(report)).toEqual([closed]);
    expect(skippedIn(report, 'transport')).toEqual([]);
    expect(outcomeOf(report, 'what-belongs-to-one-tenant-is-closed-to-another')).toBe('passed');
    expect(skippedIn(report, 'login')).toEqual(['no test user was given (--username)']);
    expect(skippedIn(report, 'machine')).toContain('no machine client was given (--machine-id)');
  });

  it('checks the scopes of a machine, because nobody else would notice that it may do everything', async () => {
    const { machineId = '', machineSecret = '' } = deployment.credentials;
    const report = await verified({ machineId, machineSecret });
    expect(failuresIn(report)).toEqual([closed]);
    expect(skippedIn(report, 'transport', 'machine')).toEqual([]);
    expect(outcomeOf(report, 'too-little-scope-does-nothing')).toBe('passed');
    expect(outcomeOf(report, 'too-little-scope-is-named')).toBe('passed');
    expect(skippedIn(report, 'login')).toEqual(['no test user was given (--username)']);
  });

  it('fails for a machine that the server does not let in, because it was brought to be tried', async () => {
    const origins: OriginMap = [];
    const edge = await startRelay(deployment.local.origin, origins, {
      response: (response, { url }) =>
        url.startsWith('/.well-known/oauth-authorization-server')
          ? { ...response, status: 404, body: '{}' }
          : response,
    });
    const { machineId = '', machineSecret = '' } = deployment.credentials;
    const credentials = { machineId, machineSecret };
    const report = await reportOf({ url: new URL(`${edge.origin}/mcp`), credentials });
    await edge.close();
    expect(failuresIn(report).find((line) => line.startsWith('a-machine-gets-a-token'))).toMatch(
      /there is no authorization-server metadata/,
    );
  });
});

describe('the metadata document of an operator', () => {
  const served: { status: number; body: object } = { status: 200, body: operatorDocument };
  const http = {
    send: async () => ({ status: served.status, headers: {}, text: JSON.stringify(served.body) }),
  } as unknown as HttpClient;
  afterEach(() => Object.assign(served, { status: 200, body: operatorDocument }));
  const read = () => givenClient(http, { clientId: documentUrl }, async () => ({}));

  it('says where to return to, because then nobody has to type it', async () => {
    expect(await read()).toEqual({
      clientId: documentUrl,
      redirectUri: 'http://127.0.0.1:33419/callback',
      name: 'Verification by the operator',
    });
  });

  it.each([
    ['is not there', { status: 404 }, /does not name its own address/],
    [
      'is the document of somebody else',
      { body: { ...operatorDocument, client_id: 'https://other.example/' } },
      /does not name its own address/,
    ],
    [
      'has no redirect URI',
      { body: { ...operatorDocument, redirect_uris: [] } },
      /no redirect URI/,
    ],
  ])('is of no use when it %s', async (_, changes, sentence) => {
    Object.assign(served, changes);
    await expect(read()).rejects.toThrow(sentence);
  });
});
