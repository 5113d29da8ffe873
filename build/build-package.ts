import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundledPackages } from './bundled-packages.ts';
import { type Bundle, bundles, images } from './bundles.ts';
import { writeDeclarations } from './declarations.ts';
import { thirdPartyNotices } from './notices.ts';

export interface BuildInput {
  /** Of the repository. */
  readonly root: string;
  /** Emptied first. */
  readonly outDirectory: string;
  readonly report: (line: string) => void;
}

/** Output → files that went into it. */
type Inputs = Map<string, readonly string[]>;

const buildBundle = async (
  { root, outDirectory, report }: BuildInput,
  { entries, options }: Bundle,
  inputs: Inputs,
): Promise<void> => {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([source, out]) => ({ in: source, out })),
    outdir: outDirectory,
  });
  for (const [path, output] of Object.entries(metafile?.outputs ?? {})) {
    if (path.endsWith('.map')) continue;
    const file = join(root, path);
    const name = relative(outDirectory, file);
    inputs.set(name, Object.keys(output.inputs));
    report(`${name.padEnd(48)} ${((await stat(file)).size / 1024).toFixed(0).padStart(5)} KB`);
  }
};

/**
 * Makes everything that is published: bundles of what runs in AWS, the two libraries with their
 * types, the command, and what the licences of bundled code ask for.
 */
export const buildPackage = async (input: BuildInput): Promise<void> => {
  const { root, outDirectory, report } = input;
  await rm(outDirectory, { recursive: true, force: true });
  const inputs: Inputs = new Map();
  for (const bundle of bundles) await buildBundle(input, bundle, inputs);
  for (const image of images) {
    await mkdir(join(outDirectory, image), { recursive: true });
    await copyFile(join(root, 'server', 'Dockerfile'), join(outDirectory, image, 'Dockerfile'));
  }
  const entries = ['lib/index.d.ts', 'server/index.d.ts'];
  const declarations = await writeDeclarations(root, outDirectory, entries);
  report(`${declarations.length} declaration files`);
  const packages = await bundledPackages(root, inputs);
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const texts = {
    'THIRD-PARTY-NOTICES.md': thirdPartyNotices(packages),
    'sbom.cdx.json': billOfMaterials(own, packages),
  };
  for (const [name, text] of Object.entries(texts)) {
    await mkdir(dirname(join(outDirectory, name)), { recursive: true });
    await writeFile(join(outDirectory, name), text);
  }
  report(`${packages.length} packages of others are in the bundles`);
};
