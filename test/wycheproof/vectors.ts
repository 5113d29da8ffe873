import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JwkWithKid } from 'aws-jwt-verify/jwk';
import { inspectHeader, splitCompact } from '../../oauth/compact-token.ts';
import { fetchSigningKeys } from '../../server/jwks-document.ts';

/**
 * Project Wycheproof against the layers below the claims: its payloads are no JSON, so a whole
 * pipeline would refuse all of them for that alone. The pieces are the ones that run in production:
 * our form and header checks, our choice of keys, and the signature check of aws-jwt-verify.
 */

const signatures =
  process.env.WYCHEPROOF_VECTORS ??
  fileURLToPath(
    new URL('../../.artifacts/wycheproof/json_web_signature_test.json', import.meta.url),
  );

/** Groups of one file of vectors, or undefined where it is not at hand, which is said. */
export const vectorGroups = (name: string): readonly Group[] | undefined => {
  const file = join(dirname(signatures), `${name}_test.json`);
  if (existsSync(file))
    return (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: readonly Group[] }).testGroups;
  process.stderr.write(`SKIPPED: no Wycheproof vectors at ${file}\n`);
  return undefined;
};

export interface Vector {
  readonly tcId: number;
  readonly comment: string;
  /** Of sets about encryption, `jwe` instead. */
  readonly jws?: unknown;
  readonly jwe?: unknown;
  readonly result: 'valid' | 'invalid';
  readonly flags: readonly string[];
}

export interface Group {
  readonly comment: string;
  readonly public?: Readonly<Record<string, unknown>>;
  readonly private?: Readonly<Record<string, unknown>>;
  readonly tests: readonly Vector[];
}

interface Primitive {
  readonly nodeWebCompat: {
    transformJwkToKeyObjectSync(jwk: JwkWithKid): unknown;
    verifySignatureSync(options: {
      readonly alg: 'RS256';
      readonly keyObject: unknown;
      readonly jwsSigningInput: string;
      readonly signature: string;
    }): boolean;
  };
}

// Not an export of the package: reached by path, since it is the very function that production runs.
const primitivePath = '../../node_modules/aws-jwt-verify/dist/esm/node-web-compat-node.js';

/** The keys of the group that we would use at all: one key, or a set of them. */
const keysOf = async (group: Group): Promise<readonly JwkWithKid[]> => {
  const published = group.public ?? group.private ?? {};
  const set = 'keys' in published ? published : { keys: [published] };
  try {
    return await fetchSigningKeys('https://issuer.test/jwks', async () => Response.json(set));
  } catch {
    return [];
  }
};

const judge = async (group: Group, { jws, jwe }: Vector): Promise<string> => {
  const { nodeWebCompat } = (await import(primitivePath)) as Primitive;
  const token = jws ?? jwe;
  const compact = typeof token === 'string' ? token : JSON.stringify(token);
  const parts = splitCompact(compact);
  if (!parts.ok) return parts.error.reason;
  const keyId = inspectHeader(parts.value.header);
  if (!keyId.ok) return keyId.error.reason;
  const key = (await keysOf(group)).find(({ kid }) => kid === keyId.value);
  if (!key) return 'kid_unknown';
  const [header, payload, signature] = compact.split('.') as [string, string, string];
  const keyObject = nodeWebCompat.transformJwkToKeyObjectSync(key);
  const jwsSigningInput = `${header}.${payload}`;
  const isGood = nodeWebCompat.verifySignatureSync({
    alg: 'RS256',
    keyObject,
    jwsSigningInput,
    signature,
  });
  return isGood ? 'accepted' : 'signature_invalid';
};

/** Every vector of the groups with what becomes of it. */
export const judgeAll = (groups: readonly Group[]) =>
  Promise.all(
    groups.flatMap((group) =>
      group.tests.map(async (vector) => ({
        ...vector,
        group: group.comment,
        key: group.public ?? group.private,
        outcome: await judge(group, vector),
      })),
    ),
  );
