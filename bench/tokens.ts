import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** Access tokens as Cognito signs them, from a key that dies with the benchmark. */

export const userPoolId = 'eu-central-1_Bench0001';
export const issuer = `https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`;
export const jwksUri = `${issuer}/.well-known/jwks.json`;
export const resourceIdentifier = 'https://mcp.example.com/mcp';
export const clientId = '1example23456789abcdefghij';
export const tenant = 'acme';
export const scopes = ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:read'];

export interface Signer {
  readonly privateKey: KeyObject;
  /** As the issuer publishes it. */
  readonly jwks: string;
}

export const createSigner = (): Signer => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench-1', use: 'sig', alg: 'RS256' };
  return { privateKey, jwks: JSON.stringify({ keys: [jwk] }) };
};

type Claims = Readonly<Record<string, unknown>>;

const claimsNow = (): Claims => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: randomUUID(),
    username: randomUUID(),
    aud: resourceIdentifier,
    client_id: clientId,
    version: 2,
    token_use: 'access',
    scope: ['openid', ...scopes.map((name) => `${resourceIdentifier}/${name}`)].join(' '),
    tenant_id: tenant,
    'cognito:groups': [`tenant:${tenant}`],
    event_id: randomUUID(),
    auth_time: now - 60,
    iat: now - 60,
    exp: now + 3600,
    jti: randomUUID(),
    origin_jti: randomUUID(),
  };
};

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

export const accessToken = ({ privateKey }: Signer, changes: Claims = {}): string => {
  const header = encoded({ kid: 'bench-1', alg: 'RS256' });
  const input = `${header}.${encoded({ ...claimsNow(), ...changes })}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};

/** As many different people as there are tokens. */
export const accessTokens = (signer: Signer, count: number, changes: Claims = {}): string[] =>
  Array.from({ length: count }, () => accessToken(signer, changes));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The right form, the right claims, the wrong signature: for every number up to 62 another one. */
export const forged = (compact: string, number = 0): string => {
  const start = compact.lastIndexOf('.') + 1;
  const others = alphabet.replace(compact.charAt(start), '');
  return `${compact.slice(0, start)}${others.charAt(number)}${compact.slice(start + 1)}`;
};
