import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measure } from '../../bench/measure.ts';
import { groups, imageOptions, warm, xv } from '../../bench/scenarios.ts';
import { createSigner } from '../../bench/tokens.ts';

/**
 * Ratios within one run only: microseconds are those of a machine and a day. The margin is wide,
 * because other tests run beside this one; docs/performance.md has what is really measured.
 */
describe('a call with everything on', () => {
  it('costs less than one that SDK v2 on Express only verifies, because security that doubles the bill is switched off', async () => {
    const signer = createSigner();
    const scenarios = groups.calls?.(signer).filter(({ name }) => name === xv || name === warm);
    const rows = await measure(scenarios ?? [], {
      jwks: signer.jwks,
      effort: { rounds: 2, warmMs: 200, sampleMs: 800, warmCalls: 8000 },
      report: () => undefined,
    });
    const cpuOf = (name: string) => rows.find((row) => row.name === name)?.cpu ?? Number.NaN;
    expect(cpuOf(warm) / cpuOf(xv)).toBeLessThan(0.8);
  }, 120_000);
});

it('what is measured is started like the image, because an option of Node can halve a p99', () => {
  const dockerfile = readFileSync(new URL('../../server/Dockerfile', import.meta.url), 'utf8');
  const [command = ''] = /^CMD .*$/m.exec(dockerfile) ?? [];
  for (const option of imageOptions) expect(command).toContain(`"${option}"`);
});
