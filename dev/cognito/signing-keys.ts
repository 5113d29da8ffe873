import { generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { createLocalJWKSet, exportJWK, type JWK, type JWTVerifyGetKey } from 'jose';

export type TokenUse = 'access' | 'id';

interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicJwk: JWK;
}
type KeyPair = Readonly<Record<TokenUse, SigningKey>>;

/** The user pool's RS256 keys. Made at start and never stored, so nobody else can have them. */
export interface SigningKeys {
  /** The document at `jwks_uri`. */
  published(): { readonly keys: readonly JWK[] };
  /** Exactly `{kid, alg}` in the header unless told otherwise; the signature is RS256 in any case. */
  sign(use: TokenUse, claims: object, header?: object): string;
  verificationKeys(): JWTVerifyGetKey;
  /** New keys at once. The previous public keys stay published until the next rotation. */
  rotate(options?: { readonly withdraw?: boolean }): Promise<void>;
}

const newKey = async (): Promise<SigningKey> => {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const { e, n, kty } = await exportJWK(pair.publicKey);
  // Cognito's key ids are plain base64: `+`, `/` and `=` have to survive every cache and log.
  const kid = randomBytes(32).toString('base64');
  return { privateKey: pair.privateKey, publicJwk: { alg: 'RS256', e, kid, kty, n, use: 'sig' } };
};

// Access and ID tokens are signed with different keys (amazon-cognito-user-pools-using-the-access-token).
const newKeyPair = async (): Promise<KeyPair> => {
  const [access, id] = await Promise.all([newKey(), newKey()]);
  return { access, id };
};

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

export const createSigningKeys = async (): Promise<SigningKeys> => {
  let current = await newKeyPair();
  let previous: KeyPair | undefined;

  const published = () => ({
    keys: [current, previous]
      .filter((pair) => pair !== undefined)
      .flatMap((pair) => [pair.id.publicJwk, pair.access.publicJwk]),
  });

  return {
    published,
    // Not a JOSE library call: tests need headers that no library would agree to sign.
    sign: (use, claims, header = {}) => {
      const { publicJwk, privateKey } = current[use];
      const protectedHeader = { kid: publicJwk.kid, alg: 'RS256', ...header };
      const input = `${base64url(protectedHeader)}.${base64url(claims)}`;
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    },
    verificationKeys: () => createLocalJWKSet({ keys: [...published().keys] }),
    rotate: async (options = {}) => {
      const next = await newKeyPair();
      previous = options.withdraw ? undefined : current;
      current = next;
    },
  };
};
