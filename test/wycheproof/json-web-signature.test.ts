import { describe, expect, it } from 'vitest';
import { judgeAll, vectorGroups } from './vectors.ts';

const groups = vectorGroups('json_web_signature');

describe.skipIf(!groups)('Project Wycheproof, JSON Web Signature', () => {
  const vectors = groups?.flatMap(({ tests }) => tests) ?? [];
  const judged = () => judgeAll(groups ?? []);

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
