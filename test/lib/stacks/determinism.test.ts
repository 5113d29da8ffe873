import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundlesContextKey } from '../../../lib/assets.ts';
import { SecureMcpApp } from '../../../lib/stacks/secure-mcp-app.ts';
import { stageShape } from '../../../lib/stacks/stage-shape.ts';
import { bundles, flags } from '../../support/synth.ts';
import { everything, otherChoices } from '../every-choice.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** `node bin/app.ts` as the CLI would run it, with no credentials, no network and no program. */
const synthesise = async (): Promise<string> => {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
  execFileSync(process.execPath, ['--require', './test/support/alone.cjs', 'bin/app.ts'], {
    cwd: root,
    env: {
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, [bundlesContextKey]: bundles }),
      CDK_VALIDATION: 'false',
    },
  });
  return outdir;
};

/** Every file below a directory, by its path. */
const filesIn = (directory: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length), readFileSync(path, 'utf8')]),
  );

describe('synthesis', { timeout: 60_000 }, () => {
  it('needs nothing but Node, and writes the same bytes again, because a difference must mean a change', async () => {
    const [first, second] = await Promise.all([synthesise(), synthesise()]);
    const [before, after] = [filesIn(first), filesIn(second)];
    expect(before.size).toBeGreaterThan(20);
    expect([...after.keys()]).toEqual([...before.keys()]);
    const differing = [...before].filter(
      ([path, text]) => after.get(path)?.replaceAll(second, first) !== text,
    );
    expect(differing.map(([path]) => path)).toEqual([]);
  });

  it.each([
    ['the usual choices', everything],
    ['all other choices', otherChoices],
  ])(
    'writes the same bytes again with %s, because one option with a random name would be enough',
    async (_, configured) => {
      const templates = async (): Promise<readonly string[]> => {
        const outdir = await mkdtemp(join(tmpdir(), 'cdk-secure-mcp-'));
        const context = { ...flags, [bundlesContextKey]: bundles };
        new SecureMcpApp(configured, { outdir, context }).synth();
        return [...filesIn(outdir)]
          .filter(([path]) => path.endsWith('.template.json'))
          .map(([path, text]) => `${path}\n${text}`);
      };
      const [first, second] = [await templates(), await templates()];
      expect(first.length).toBeGreaterThan(5);
      expect(second).toEqual(first);
    },
  );

  it('has every setting of a stage in one of the two sets, so that a new one is checked too', () => {
    const used = [everything, otherChoices].flatMap((configured) =>
      Object.values(configured).flatMap((stage) => Object.keys(stage)),
    );
    const unused = Object.keys(stageShape.members).filter((name) => !used.includes(name));
    expect(unused).toEqual([]);
  });
});
