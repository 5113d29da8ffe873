import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JwkWithKid } from 'aws-jwt-verify/jwk';
import { describe, expect, it } from 'vitest';
import { inspectHeader, splitCompact } from '../../oauth/compact-token.ts';
import { fetchSigningKeys } from '../../server/jwks-document.ts';

/**
 * Project Wycheproof against the layers below the claims: its payloads are no JSON, so a whole
 * pipeline would refuse all of them for that alone. The pieces are the ones that run in production:
 * our form and header checks, our choice of keys, and the signature check of aws-jwt-verify.
 */

const file =
  process.env.WYCHEPROOF_VECTORS ??
  fileURLToPath(
    new URL('../../.artifacts/wycheproof/json_web_signature_test.json', import.meta.url),
  );
const isThere = existsSync(file);
if (!isThere) process.stderr.write(`SKIPPED: no Wycheproof vectors at ${file}\n`);

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: unknown;
  readonly result: 'valid' | 'invalid';
  readonly flags: readonly string[];
}

interface Group {
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

const keyOf = async (group: Group): Promise<JwkWithKid | undefined> => {
  const jwk = group.public ?? group.private;
  try {
    const keys = await fetchSigningKeys('https://issuer.test/jwks', async () =>
      Response.json({ keys: [jwk] }),
    );
    return keys[0];
  } catch {
    return undefined;
  }
};

const judge = async (group: Group, { jws }: Vector): Promise<string> => {
  const { nodeWebCompat } = (await import(primitivePath)) as Primitive;
  const compact = typeof jws === 'string' ? jws : JSON.stringify(jws);
  const parts = splitCompact(compact);
  if (!parts.ok) return parts.error.reason;
  const keyId = inspectHeader(parts.value.header);
  if (!keyId.ok) return keyId.error.reason;
  const key = await keyOf(group);
  if (!key || key.kid !== keyId.value) return 'kid_unknown';
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

describe.skipIf(!isThere)('Project Wycheproof, JSON Web Signature', () => {
  const groups = isThere
    ? (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: readonly Group[] }).testGroups
    : [];
  const vectors = groups.flatMap((group) => group.tests.map((vector) => ({ group, vector })));
  const judged = async () =>
    Promise.all(
      vectors.map(async ({ group, vector }) => ({
        ...vector,
        group: group.comment,
        key: group.public ?? group.private,
        outcome: await judge(group, vector),
      })),
    );

  it('has the 401 vectors, because a truncated file would pass everything', () => {
    expect(vectors).toHaveLength(401);
  });

  it('refuses every invalid vector', async () => {
    const accepted = (await judged()).filter(
      ({ result, outcome }) => result === 'invalid' && outcome === 'accepted',
    );
    expect(accepted).toEqual([]);
  });

  it('is refused for the reasons that are counted here, because a figure can be compared', async () => {
    const counts: Record<string, number> = {};
    for (const { outcome } of await judged()) counts[outcome] = (counts[outcome] ?? 0) + 1;
    process.stdout.write(`Wycheproof: ${JSON.stringify(counts)}\n`);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(vectors.length);
  });

  it('accepts every valid RS256 vector that has a payload, because otherwise refusing proves nothing', async () => {
    const rs256 = (await judged()).filter(
      ({ result, key, jws }) =>
        result === 'valid' &&
        key?.alg === 'RS256' &&
        typeof jws === 'string' &&
        !jws.includes('..'),
    );
    expect(rs256.length).toBeGreaterThanOrEqual(5);
    expect(rs256.map(({ tcId, outcome }) => [tcId, outcome])).toEqual(
      rs256.map(({ tcId }) => [tcId, 'accepted']),
    );
  });

  it('refuses altered PKCS #1 paddings by the signature check and by nothing before it', async () => {
    const paddings = (await judged()).filter(({ flags }) => flags.includes('ModifiedPadding'));
    expect(paddings.length).toBeGreaterThan(200);
    expect(new Set(paddings.map(({ outcome }) => outcome))).toEqual(new Set(['signature_invalid']));
  });

  it('refuses every other algorithm by name, because the algorithm is ours to choose', async () => {
    const others = (await judged()).filter(
      ({ group, result }) => /^(hs|es|ps)/.test(group) && result === 'valid',
    );
    expect(others.length).toBeGreaterThan(0);
    expect(others.every(({ outcome }) => ['alg_not_allowed', 'malformed'].includes(outcome))).toBe(
      true,
    );
  });
});
