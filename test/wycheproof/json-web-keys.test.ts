import { describe, expect, it } from 'vitest';
import { judgeAll, vectorGroups } from './vectors.ts';

/**
 * The sets about keys, mixtures of keys, and encryption. What is valid there is mostly something that
 * an access token must not be: encrypted, or of another algorithm.
 */
describe.each([
  ['json_web_crypto', 83, 1],
  ['json_web_key', 26, 1],
  ['json_web_encryption', 139, 0],
] as const)('Project Wycheproof, %s', (name, count, signedRight) => {
  const groups = vectorGroups(name);
  const judged = () => judgeAll(groups ?? []);

  it.skipIf(!groups)('accepts what RS256 and a strong key signed, and nothing else', async () => {
    const all = await judged();
    const accepted = all.filter(({ outcome }) => outcome === 'accepted');
    expect(all).toHaveLength(count);
    expect(accepted.filter(({ result }) => result === 'invalid')).toEqual([]);
    expect(accepted).toHaveLength(signedRight);
  });

  it.skipIf(!groups)(
    'refuses what is valid by its form or its algorithm, because both are ours to choose',
    async () => {
      const refused = (await judged()).filter(
        ({ result, outcome }) => result === 'valid' && outcome !== 'accepted',
      );
      expect(refused.length).toBeGreaterThan(3);
      expect(
        refused
          .map(({ outcome }) => outcome)
          .filter((reason) => !['malformed', 'alg_not_allowed'].includes(reason)),
      ).toEqual([]);
    },
  );
});
