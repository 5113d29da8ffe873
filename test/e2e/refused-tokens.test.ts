import { createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CognitoSimulator, startCognitoSimulator } from '../../dev/cognito/simulator.ts';
import { demoDeployment } from '../../dev/demo-deployment.ts';
import { createPreTokenGeneration } from '../../lambda/pre-token-generation/handler.ts';
import { type ClaimChanges, resigned } from '../support/compact-jwt.ts';
import { aLocalDeployment, eventCode, type LocalDeployment } from '../support/local-deployment.ts';
import { accessTokenOf, postForm } from '../support/oauth-by-hand.ts';
import { aPost, messageOf, modernRequest } from '../support/resource-server.ts';
import { compactToken, encoded, hs256WithPublicKey } from '../support/tokens.ts';

/** Hostile tokens at the real server, most of them signed by the real key of the real issuer. */

let local: LocalDeployment;
/** Another user pool, with the same definition and keys of its own. */
let otherPool: CognitoSimulator;
let real: string;
let realIdToken: string;

const startOtherPool = (): Promise<CognitoSimulator> => {
  const deployment = demoDeployment(local.origin);
  return startCognitoSimulator({
    userPool: deployment.userPool,
    preTokenGeneration: createPreTokenGeneration(deployment.trigger),
  });
};

/** ID tokens never leave the broker, so one is taken on its way from Cognito to the broker. */
const idTokenOf = async (logIn: () => Promise<unknown>): Promise<string> => {
  const answers: Promise<{ id_token?: string }>[] = [];
  const originalFetch = globalThis.fetch;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await originalFetch(input, init);
    if (response.url.endsWith('/oauth2/token')) answers.push(response.clone().json());
    return response;
  });
  await logIn();
  spy.mockRestore();
  const idToken = (await Promise.all(answers)).at(-1)?.id_token;
  if (!idToken) throw new Error('Cognito issued no ID token');
  return idToken;
};

beforeAll(async () => {
  local = await aLocalDeployment();
  otherPool = await startOtherPool();
  realIdToken = await idTokenOf(async () => {
    real = await accessTokenOf(local, 'alice');
  });
});

afterAll(async () => {
  await otherPool.close();
  await local.close();
});

const everyday = 'mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read';
const metadataUrl = () => `${local.origin}/.well-known/oauth-protected-resource/mcp`;
const scopeAndMetadata = () => `scope="${everyday}", resource_metadata="${metadataUrl()}"`;
const invalidTokenText = 'The access token is missing, invalid or expired';
const insufficientScopeText = 'This operation needs a scope that the access token does not carry';
const challenge = {
  missing: () => `Bearer ${scopeAndMetadata()}`,
  invalid: () =>
    `Bearer error="invalid_token", error_description="${invalidTokenText}", ${scopeAndMetadata()}`,
  scope: (scopes: string) =>
    `Bearer error="insufficient_scope", error_description="${insufficientScopeText}", scope="${scopes}", resource_metadata="${metadataUrl()}"`,
};

const callTool = (name: string, args: object, token?: string): Promise<Response> => {
  const { body, headers } = modernRequest('tools/call', { name, arguments: args });
  return fetch(aPost(body, { url: local.mcpUrl, token, headers }));
};

/** A call that would leave a trace, if it ran. */
const addNote = (token?: string) => callTool('add_note', { title: 'Forged', text: 'x' }, token);

const countNotes = async (): Promise<number> => {
  const message = await messageOf(await callTool('search_notes', { words: '' }, real));
  const { structuredContent } = message.result as { structuredContent: { notes: unknown[] } };
  return structuredContent.notes.length;
};

const now = () => Math.floor(Date.now() / 1000);
const changed = (changes: ClaimChanges) => () => resigned(local, real, changes);
const { privateKey: strangersKey, publicKey: strangersPublicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});

/** Claims and header of the real token; what signs them is somebody else. */
const forged = (header: object, signInput: ((input: string) => Buffer) | null): string =>
  compactToken({ ...decodeProtectedHeader(real), ...header }, decodeJwt(real), signInput);

const byStranger = (input: string): Buffer => sign('sha256', Buffer.from(input), strangersKey);

const publishedKey = async (): Promise<JsonWebKey> => {
  const { keys } = (await (await fetch(local.simulator.jwksUri)).json()) as {
    keys: JsonWebKey[];
  };
  return keys.find(({ kid }) => kid === decodeProtectedHeader(real).kid) as JsonWebKey;
};

const hs256 = async (): Promise<string> => {
  const publicKey = createPublicKey({ key: await publishedKey(), format: 'jwk' });
  const key = { kid: '', privateKey: strangersKey, publicKey, jwk: {} };
  return forged({ alg: 'HS256' }, hs256WithPublicKey(key));
};

const machineClaims = (): ClaimChanges => ({
  sub: local.machineClient.clientId,
  client_id: local.machineClient.clientId,
  username: undefined,
  origin_jti: undefined,
  'cognito:groups': undefined,
  aud: undefined,
});

type Case = readonly [title: string, reason: string, token: () => Promise<string> | string];

const invalidTokens: readonly Case[] = [
  [
    'minted for another resource, because RFC 8707 binds a token to one',
    'audience_mismatch',
    () => resigned(local, real, { aud: 'https://other.example.com/mcp' }),
  ],
  [
    'for this origin but not for its MCP path, because audiences are compared exactly',
    'audience_mismatch',
    () => resigned(local, real, { aud: local.origin }),
  ],
  [
    'without an audience, as a user gets it who forgot `resource`',
    'audience_mismatch',
    changed({ aud: undefined }),
  ],
  [
    "of another pool, correctly signed by that pool's key",
    'issuer_mismatch',
    () => otherPool.signAs('access', { ...decodeJwt(real), iss: otherPool.issuer }),
  ],
  [
    'of another pool that claims to be of this one, because only this pool has the key',
    'kid_unknown',
    () => otherPool.signAs('access', decodeJwt(real)),
  ],
  ['that is a real ID token of the same login', 'token_use_wrong', () => realIdToken],
  [
    'that is an ID token dressed with the audience and scopes of an access token',
    'token_use_wrong',
    () => local.simulator.signAs('id', { ...decodeJwt(real), token_use: 'id' }),
  ],
  ['that never expires', 'claim_missing', changed({ exp: undefined })],
  [
    'that has expired',
    'expired',
    () => resigned(local, real, { iat: now() - 3601, exp: now() - 1 }),
  ],
  [
    'that lives for a year',
    'lifetime_too_long',
    () => resigned(local, real, { exp: now() + 31_536_000 }),
  ],
  ['that is not valid yet', 'not_yet_valid', () => resigned(local, real, { nbf: now() + 3600 })],
  [
    'from the future',
    'issued_in_future',
    () => resigned(local, real, { iat: now() + 3600, exp: now() + 7200 }),
  ],
  ['with alg none', 'alg_not_allowed', () => forged({ alg: 'none' }, null)],
  [
    'with alg none and the real signature',
    'alg_not_allowed',
    () => `${forged({ alg: 'none' }, null)}${real.split('.')[2]}`,
  ],
  ['signed with HS256 and the published key as its secret', 'alg_not_allowed', hs256],
  [
    "signed by a stranger in the name of the pool's key",
    'signature_invalid',
    () => forged({}, byStranger),
  ],
  [
    "signed by a stranger's key that it brings along",
    'header_not_allowed',
    () => forged({ jwk: strangersPublicKey.export({ format: 'jwk' }) }, byStranger),
  ],
  [
    'whose tenant was changed after signing',
    'signature_invalid',
    () => real.replace(/\.[^.]+\./, `.${encoded({ ...decodeJwt(real), tenant_id: 'globex' })}.`),
  ],
  [
    'signed by a key that the pool never had',
    'kid_unknown',
    () => forged({ kid: 'made-up' }, byStranger),
  ],
  [
    'of an app client of the pool that is not listed',
    'client_not_allowed',
    changed({ client_id: 'anotherAppClient' }),
  ],
  ['without a tenant', 'tenant_missing', changed({ tenant_id: undefined })],
  [
    'of a machine without mcp_resource, because Cognito binds machines to nothing',
    'audience_mismatch',
    () => resigned(local, real, machineClaims()),
  ],
  [
    'of a machine with the mcp_resource of another server',
    'audience_mismatch',
    () =>
      resigned(local, real, { ...machineClaims(), mcp_resource: 'https://other.example.com/mcp' }),
  ],
  [
    'of a user that carries mcp_resource instead of aud, because that is for machines',
    'audience_mismatch',
    () => resigned(local, real, { aud: undefined, mcp_resource: local.mcpUrl }),
  ],
  ['that is no JWT at all', 'malformed', () => 'c2VjcmV0'],
  [
    'that is longer than any that Cognito makes',
    'too_large',
    changed({ padding: 'x'.repeat(9000) }),
  ],
];

describe('an access token over real HTTP', () => {
  it('that is in order runs the tool, so that the tables below mean something', async () => {
    const before = await countNotes();
    expect((await addNote(real)).status).toBe(200);
    expect(await countNotes()).toBe(before + 1);
  });

  it('made by a machine client with the trigger’s mcp_resource is good, so that its refusals mean something', async () => {
    const { clientId, clientSecret } = local.machineClient;
    const { status, body } = await postForm(local, '/oauth/token', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    expect(status).toBe(200);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ mcp_resource: local.mcpUrl });
    const message = await messageOf(await callTool('whoami', {}, String(body.access_token)));
    expect(message.result).toMatchObject({
      structuredContent: { subject: clientId, tenant: 'acme', isMachine: true },
    });
  });

  it.each(invalidTokens)('%s is refused as %s', async (_, reason, makeToken) => {
    const token = await makeToken();
    const before = await countNotes();
    let response: Response | undefined;
    const events = await local.eventsDuring(async () => {
      response = await addNote(token);
    });

    expect(response?.status).toBe(401);
    expect(response?.headers.get('www-authenticate')).toBe(challenge.invalid());
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(await response?.json()).toEqual({
      error: 'invalid_token',
      error_description: invalidTokenText,
    });
    expect(events.map(eventCode)).toEqual(['token.rejected']);
    expect(events[0]).toMatchObject({ status_code: reason, http_response: { code: 401 } });
    expect(JSON.stringify(events)).not.toContain(token.slice(0, 40));
    expect(await countNotes()).toBe(before);
  });

  it.each([
    ['no scope but OpenID ones', () => 'openid email'],
    ['scopes of another resource', () => 'https://other.example.com/mcp/mcp:tools:execute'],
    ['names without the resource, which nobody granted', () => everyday],
  ])(
    'with %s is 403 with the scopes to ask for, because logging in again can help',
    async (_, scope) => {
      const token = await resigned(local, real, { scope: scope() });
      const before = await countNotes();
      let response: Response | undefined;
      const events = await local.eventsDuring(async () => {
        response = await addNote(token);
      });
      expect(response?.status).toBe(403);
      expect(response?.headers.get('www-authenticate')).toBe(challenge.scope(everyday));
      expect(events.map((event) => [eventCode(event), event.status_code])).toEqual([
        ['scope.denied', 'scope_missing'],
      ]);
      expect(await countNotes()).toBe(before);
    },
  );

  it('without the scope of the tool is 403 naming what it has and what it lacks, because SDK v1 asks for no more', async () => {
    let response: Response | undefined;
    const events = await local.eventsDuring(async () => {
      response = await callTool('delete_note', { id: crypto.randomUUID() }, real);
    });
    expect(response?.status).toBe(403);
    expect(response?.headers.get('www-authenticate')).toBe(
      challenge.scope(`${everyday} mcp:notes:delete`),
    );
    expect(await response?.json()).toEqual({
      error: 'insufficient_scope',
      error_description: insufficientScopeText,
    });
    expect(events[0]).toMatchObject({
      metadata: { event_code: 'scope.denied', tenant_uid: 'acme' },
      status_code: 'scope_insufficient',
      api: { operation: 'tools/call' },
      resources: [{ type: 'tool', name: 'delete_note' }],
      unmapped: { evidence: { missing: ['mcp:notes:delete'] } },
    });
  });

  it('that is missing is 401 without an error code, because that is how clients find the way', async () => {
    let response: Response | undefined;
    const events = await local.eventsDuring(async () => {
      response = await addNote();
    });
    expect(response?.status).toBe(401);
    expect(response?.headers.get('www-authenticate')).toBe(challenge.missing());
    expect(events.map((event) => [eventCode(event), event.status_code])).toEqual([
      ['token.missing', 'token_missing'],
    ]);
  });

  it.each([
    [
      'in the URL',
      'in_query',
      (token: string) => ({ url: `${local.mcpUrl}?access_token=${token}` }),
    ],
    [
      'in the URL beside a header',
      'in_query',
      (token: string) => ({ url: `${local.mcpUrl}?access_token=${token}`, token }),
    ],
  ])(
    '%s is refused although it is good, because URLs end up in logs',
    async (_, reason, placed) => {
      const { body } = modernRequest('tools/list');
      let response: Response | undefined;
      const events = await local.eventsDuring(async () => {
        response = await fetch(aPost(body, placed(real)));
      });
      expect(response?.status).toBe(400);
      expect(await response?.json()).toMatchObject({ error: 'invalid_request' });
      expect(events[0]).toMatchObject({ status_code: reason });
      expect(JSON.stringify(events)).not.toContain(real.slice(0, 40));
    },
  );
});
