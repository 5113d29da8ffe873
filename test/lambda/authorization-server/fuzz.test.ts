import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeal, type SealPurpose } from '../../../lambda/authorization-server/seal.ts';
import { matchesRedirectUri } from '../../../oauth/redirect-uri.ts';
import { fromCognitoScopes, parseScope, toCognitoScope } from '../../../oauth/scope.ts';
import { aBroker, issuer, resource, type TestBroker } from '../../support/broker.ts';

/** Whatever is thrown at it: no 5xx, no redirect to where nobody registered, nothing that opens a seal. */

let broker: TestBroker;
let clientId: string;
beforeAll(async () => {
  broker = await aBroker();
  clientId = await broker.clientId();
});
afterAll(() => broker.close());

const names = [
  'grant_type',
  'client_id',
  'client_secret',
  'code',
  'code_verifier',
  'redirect_uri',
  'refresh_token',
  'resource',
  'scope',
  'token',
  'ticket',
  'decision',
  'state',
  'response_type',
  'code_challenge',
  'code_challenge_method',
  'form_token',
  'grant',
  'prompt',
  'login_hint',
  'identity_provider',
  '__proto__',
];
const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'S256',
    'plain',
    'code',
    'allow',
    resource,
  ),
  fc.webUrl(),
);
const parameters = fc
  .array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 10 })
  .map((pairs) => new URLSearchParams(pairs));
const withClient = fc.tuple(parameters, fc.boolean()).map(([search, isKnown]) => {
  if (isKnown) search.set('client_id', clientId);
  return search;
});

const paths = ['/oauth/token', '/oauth/revoke', '/oauth/consent', '/oauth/connections'];

describe('fuzzed requests', () => {
  it('never make a form endpoint fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), withClient, async (path, body) => {
        const { status } = await broker.serve(new Request(issuer + path, { method: 'POST', body }));
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  it('never make registration fail, whatever JSON or bytes arrive', async () => {
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.object().map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const { status } = await broker.serve(
          new Request(`${issuer}/oauth/register`, {
            method: 'POST',
            body: text,
            headers: { 'content-type': 'application/json' },
          }),
        );
        expect([201, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });

  it('never make the authorization endpoint redirect anywhere but to the registered URI', async () => {
    await fc.assert(
      fc.asyncProperty(withClient, async (search) => {
        const response = await broker.get(`/oauth/authorize?${search}`);
        expect(response.status).toBeLessThan(500);
        const location = response.headers.get('location');
        const registered = ['http://localhost/callback', 'https://client.example/callback'];
        if (location !== null)
          expect(matchesRedirectUri(location.split('?')[0] as string, registered)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('never make the callback fail', async () => {
    await fc.assert(
      fc.asyncProperty(parameters, fc.string({ maxLength: 60 }), async (search, cookie) => {
        const headers = {
          cookie: `__Host-mcp-signin-${encodeURIComponent(cookie)}=${encodeURIComponent(cookie)}`,
        };
        const response = await broker.get(`/oauth/callback?${search}`, headers);
        expect(response.status).toBe(400);
      }),
      { numRuns: 200 },
    );
  });
});

describe('sealed artefacts', () => {
  const key = (byte: number) => ({
    id: `k${byte}`,
    key: Buffer.alloc(32, byte).toString('base64url'),
  });
  const now = () => 1_000_000_000_000;
  const seal = createSeal([key(1), key(2)], now);
  const purposes: SealPurpose[] = ['consent', 'transaction', 'approval', 'client', 'tokens'];
  const json = fc.dictionary(fc.string(), fc.jsonValue());

  it('come back as they were sealed, and only for their purpose', async () => {
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.constantFrom(...purposes),
        fc.constantFrom(...purposes),
        async (value, made, opened) => {
          fc.pre(!('exp' in value) && !('__proto__' in value));
          const sealed = await seal.seal(made, value, 1_000_000_001);
          const back = await seal.open(opened, sealed);
          if (made === opened)
            expect(back).toEqual(JSON.parse(JSON.stringify({ ...value, exp: 1_000_000_001 })));
          else expect(back).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('do not open after any change of any character', async () => {
    const sealed = await seal.seal('tokens', { a: 'secret' }, 1_000_000_001);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: sealed.length - 1 }),
        fc.constantFrom(...'ABCxyz019-_.'),
        async (index, character) => {
          fc.pre(sealed[index] !== character);
          // The last character of a segment may have unused bits: another spelling of the same bytes.
          const altered = sealed.slice(0, index) + character + sealed.slice(index + 1);
          const opened = await seal.open('tokens', altered);
          const isSameBytes = altered
            .split('.')
            .every((part, position) =>
              Buffer.from(part, 'base64url').equals(
                Buffer.from(sealed.split('.')[position] ?? '', 'base64url'),
              ),
            );
          if (!isSameBytes) expect(opened).toBeUndefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it('open under an older key and not under a foreign one, because keys rotate', async () => {
    const before = createSeal([key(2)], now);
    const sealed = await before.seal('client', { n: 'x' }, 1_000_000_001);
    expect(await seal.open('client', sealed)).toMatchObject({ n: 'x' });
    expect(await createSeal([key(3)], now).open('client', sealed)).toBeUndefined();
  });

  it('do not open from the second on in which they expire', async () => {
    const sealed = await seal.seal('client', {}, 1_000_000_000);
    expect(await seal.open('client', sealed)).toBeUndefined();
  });

  it('do not show what they hold', async () => {
    const sealed = await seal.seal('tokens', { accessToken: 'marked-secret' }, 1_000_000_001);
    expect(
      sealed
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString())
        .join(),
    ).not.toContain('marked');
  });
});

describe('scope translation', () => {
  const scopeName = fc.stringMatching(/^[!#-[\]-~]{1,30}$/);

  it('is its own inverse for every name that RFC 6749 §3.3 allows', () => {
    fc.assert(
      fc.property(fc.uniqueArray(scopeName, { maxLength: 10 }), (list) => {
        const cognito = list.map((name) => toCognitoScope(resource, name));
        expect(fromCognitoScopes(resource, cognito)).toEqual(list);
      }),
    );
  });

  it('never takes a scope of another resource for one of ours', () => {
    fc.assert(
      fc.property(fc.webUrl(), scopeName, (other, name) => {
        fc.pre(!`${other}/`.startsWith(`${resource}/`));
        expect(
          fromCognitoScopes(resource, [
            `${other}/${name}`,
            name,
            `${resource}${name}`.replace('/mcp/', '/mcpx'),
          ]),
        ).toEqual([]);
      }),
    );
  });

  it('splits at single spaces only, because other white space is not a separator', () => {
    expect(parseScope('a\tb').ok).toBe(false);
    expect(parseScope('a b  a')).toEqual({ ok: true, value: ['a', 'b'] });
  });
});
