import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundles } from '../../build/bundles.ts';

/** What runs in AWS stays small: a container starts with it, and a function is loaded with it. */

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Output {
  readonly kilobytes: number;
  /** Packages of others in it. */
  readonly packages: readonly string[];
}

const outputsOf = async (source: string): Promise<ReadonlyMap<string, Output>> => {
  const bundle = bundles.find(({ entries }) => source in entries);
  if (!bundle) throw new Error(`nothing is bundled from ${source}`);
  const { metafile } = await build({
    ...bundle.options,
    sourcemap: false,
    absWorkingDir: root,
    entryPoints: Object.entries(bundle.entries).map(([file, out]) => ({ in: file, out })),
    outdir: 'dist',
    write: false,
  });
  return new Map(
    Object.entries(metafile?.outputs ?? {}).map(([path, { bytes, inputs }]) => [
      path,
      {
        kilobytes: bytes / 1024,
        packages: [
          ...new Set(
            Object.keys(inputs).flatMap(
              (input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
            ),
          ),
        ],
      },
    ]),
  );
};

const total = (outputs: ReadonlyMap<string, Output>): number =>
  [...outputs.values()].reduce((sum, { kilobytes }) => sum + kilobytes, 0);

describe('the size of', () => {
  it.each([
    ['server/main.ts', 'image'],
    ['server/guard/main.ts', 'guard-image'],
  ])(
    '%s is below a megabyte, and what a shared store needs is not in its first file',
    async (source, image) => {
      const outputs = await outputsOf(source);
      const entry = outputs.get(`dist/server/${image}/server.mjs`);
      expect(entry?.kilobytes).toBeLessThan(760);
      expect(total(outputs)).toBeLessThan(1024);
      expect(entry?.packages).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/ioredis|rate-limiter-flexible/)]),
      );
      const parts = [...outputs].filter(([path]) => path.includes('/parts/'));
      expect(parts.flatMap(([, { packages }]) => packages)).toContain('ioredis');
    },
  );

  it.each([
    ['lambda/authorization-server/handler.ts', 200],
    ['lambda/pre-token-generation/handler.ts', 50],
  ])('%s is below %i KB, because a cold start reads all of it', async (source, kilobytes) => {
    expect(total(await outputsOf(source))).toBeLessThan(kilobytes);
  });
});
