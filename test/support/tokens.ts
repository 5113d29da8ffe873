import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** Access tokens as Cognito makes them, and every way of getting one wrong. Real signatures. */

export const frozenNow = Date.UTC(2026, 10, 23, 12);
export const resourceIdentifier = 'https://mcp.example.com/mcp';
export const userClient = '1example23456789abcdefghij';
export const machineClient = '2example23456789abcdefghij';
export const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Test00001';
export const jwksUri = `${issuer}/.well-known/jwks.json`;

export const everydayScopes = [
  'mcp:tools:read',
  'mcp:tools:execute',
  'mcp:resources:read',
  'mcp:prompts:read',
];

type Json = Record<string, unknown>;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As an issuer publishes it. */
  readonly jwk: Json;
}

export const aSigningKey = (kid: string, modulusLength = 2048): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  return { kid, privateKey, publicKey, jwk };
};

export const cognitoScopes = (names: readonly string[], resource = resourceIdentifier): string =>
  ['openid', ...names.map((name) => `${resource}/${name}`)].join(' ');

/** The claims of an ordinary user's token. `undefined` in `changes` leaves a claim out. */
export const accessTokenClaims = (changes: Json = {}): Json => {
  const seconds = Math.floor(frozenNow / 1000);
  const claims: Json = {
    iss: issuer,
    sub: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
    username: 'ada',
    aud: resourceIdentifier,
    client_id: userClient,
    token_use: 'access',
    scope: cognitoScopes(everydayScopes),
    tenant_id: 'acme',
    'cognito:groups': ['tenant:acme'],
    iat: seconds - 60,
    auth_time: seconds - 60,
    exp: seconds + 3600,
    jti: 'f3b0c442-98fc-4c14-9afb-f4c8996fb924',
    origin_jti: 'a3b0c442-98fc-4c14-9afb-f4c8996fb924',
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
};

export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A compact JWS of exactly these parts. `null` signs with nothing. */
export const compactToken = (
  header: unknown,
  claims: unknown,
  signInput: ((input: string) => Buffer) | null,
): string => {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${signInput ? signInput(input).toString('base64url') : ''}`;
};

export const rs256 =
  ({ privateKey }: SigningKey) =>
  (input: string): Buffer =>
    sign('sha256', Buffer.from(input), privateKey);

/** The classic confusion: the public key, as PEM, used as an HMAC secret. */
export const hs256WithPublicKey =
  ({ publicKey }: SigningKey) =>
  (input: string): Buffer =>
    createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
      .update(input)
      .digest();

/** A signed access token; claims and header members can be changed or left out. */
export const anAccessToken = (
  key: SigningKey,
  changes: Json = {},
  headerChanges: Json = {},
): string => {
  const header = Object.fromEntries(
    Object.entries({ alg: 'RS256', kid: key.kid, ...headerChanges }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return compactToken(header, accessTokenClaims(changes), rs256(key));
};

export const jwksResponse = (...keys: readonly SigningKey[]): Response =>
  Response.json({ keys: keys.map(({ jwk }) => jwk) });
