import { isMcp, known, type Mutant, methodOf, withRequestHeaders } from '../support/mutant.ts';
import type { RelayedRequest } from '../support/relay.ts';

/** Tokens that open the door and should not. */

const headerOf = (authorization: string): { readonly alg?: string; readonly jwk?: object } => {
  try {
    const [first = ''] = authorization.replace('Bearer ', '').split('.');
    return JSON.parse(Buffer.from(first, 'base64url').toString('utf8'));
  } catch {
    return {};
  }
};

const claimsOf = (
  authorization: string,
): { readonly aud?: string; readonly tenant_id?: string } => {
  try {
    const [, second = ''] = authorization.split('.');
    return JSON.parse(Buffer.from(second, 'base64url').toString('utf8'));
  } catch {
    return {};
  }
};

/** Lets a token in that should not be, by putting the good one in its place. */
const believing =
  (isBelieved: (authorization: string, request: RelayedRequest) => boolean): Mutant['request'] =>
  (request) => {
    const authorization = String(request.headers.authorization ?? '');
    return isMcp(request) && isBelieved(authorization, request)
      ? withRequestHeaders(request, { authorization: `Bearer ${known.token}` })
      : request;
  };

export const tokenMutants: readonly Mutant[] = [
  {
    name: 'alg none accepted',
    access: 'token',
    request: believing((authorization) => headerOf(authorization).alg === 'none'),
    breaks: ['an-unsigned-token-is-refused'],
  },
  {
    name: 'HMAC accepted',
    access: 'token',
    request: believing((authorization) => headerOf(authorization).alg === 'HS256'),
    breaks: ['an-hmac-token-is-refused'],
  },
  {
    name: 'keys taken from the token',
    access: 'token',
    request: believing((authorization) => headerOf(authorization).jwk !== undefined),
    breaks: ['a-token-with-its-own-key-is-refused', 'an-expired-forgery-is-refused'],
  },
  {
    name: 'the audience ignored',
    access: 'token',
    request: believing(
      (authorization) => claimsOf(authorization).aud === 'https://other.example/mcp',
    ),
    breaks: ['a-token-for-another-server-is-refused'],
  },
  {
    name: 'tenants mixed up',
    access: 'token',
    request: believing(
      (authorization, request) =>
        claimsOf(authorization).tenant_id === 'globex' && methodOf(request) === 'resources/read',
    ),
    breaks: ['what-belongs-to-one-tenant-is-closed-to-another'],
  },
  {
    name: 'a token in the query accepted',
    access: 'token',
    request: (request) => {
      const token = new URL(request.url, 'http://relay.invalid').searchParams.get('access_token');
      return token === null
        ? request
        : { ...withRequestHeaders(request, { authorization: `Bearer ${token}` }), url: '/mcp' };
    },
    breaks: ['a-token-in-the-query-opens-nothing'],
  },
  {
    name: 'the first of two tokens used',
    access: 'token',
    request: (request) => {
      const { authorization } = request.headers;
      return typeof authorization === 'object'
        ? withRequestHeaders(request, { authorization: authorization[0] })
        : request;
    },
    breaks: ['two-tokens-are-refused'],
  },
];
