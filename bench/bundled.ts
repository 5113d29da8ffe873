import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundles } from '../build/bundles.ts';

/** Bundles as they are shipped, for whatever has to start cold. */

const root = fileURLToPath(new URL('..', import.meta.url));

/** Below the repository, so that a broker in it finds the AWS SDK that Lambda would bring. */
export const bundlePlace = join(root, 'node_modules', '.bench-');

/** Bundles one source into the directory, and says which file runs it. */
export const bundleInto = async (directory: string, source: string): Promise<string> => {
  const bundle = bundles.find(({ entries }) => source in entries);
  if (!bundle) throw new Error(`nothing is bundled from ${source}`);
  await build({
    ...bundle.options,
    absWorkingDir: root,
    entryPoints: Object.entries(bundle.entries).map(([file, out]) => ({ in: file, out })),
    outdir: directory,
  });
  return join(directory, `${bundle.entries[source]}.mjs`);
};
