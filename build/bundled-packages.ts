import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Which packages of others went into the bundles, and under which licence. */

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Texts of the files that the licence asks to pass on. */
  readonly notices: readonly string[];
  /** The package's own package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Bundles it is in, below `dist/`. */
  readonly bundles: readonly string[];
}

/** Licences that allow to pass code on inside an Apache-2.0 package, with their text. */
const acceptable = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'MIT-0'];

/** The innermost package that a bundled file belongs to, as a directory. */
const directoryOf = (input: string): string | undefined =>
  /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const noticesIn = async (directory: string): Promise<readonly string[]> => {
  const files = (await readdir(directory)).filter((name) => /^(licen[cs]e|notice)/i.test(name));
  return Promise.all(files.sort().map((name) => readFile(join(directory, name), 'utf8')));
};

const packageIn = async (
  root: string,
  directory: string,
  bundles: readonly string[],
): Promise<BundledPackage> => {
  const path = join(root, directory);
  const manifest = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
  const { name, version, license } = manifest;
  if (!acceptable.includes(license))
    throw new Error(`${name}@${version} must have one of ${acceptable.join(', ')}, got ${license}`);
  const notices = await noticesIn(path);
  if (notices.length > 0) return { name, version, license, manifest, bundles, notices };
  if (license !== 'Apache-2.0')
    throw new Error(`${name}@${version} must bring the text of its licence, got no such file`);
  // Its text is the same for everybody; it is our own licence, too.
  const apache = await readFile(join(root, 'LICENSE'), 'utf8');
  return { name, version, license, manifest, bundles, notices: [apache] };
};

/**
 * One entry for each package and version. Guarantees: each has a licence on the list above.
 *
 * @param inputs bundle → files that went into it, as esbuild's metafile names them
 * @throws Error when a licence does not allow to pass the code on
 */
export const bundledPackages = async (
  root: string,
  inputs: ReadonlyMap<string, readonly string[]>,
): Promise<readonly BundledPackage[]> => {
  const bundlesByDirectory = new Map<string, Set<string>>();
  for (const [bundle, files] of inputs) {
    for (const directory of files.flatMap((file) => directoryOf(file) ?? []))
      bundlesByDirectory.set(
        directory,
        (bundlesByDirectory.get(directory) ?? new Set()).add(bundle),
      );
  }
  const found = await Promise.all(
    [...bundlesByDirectory].map(([directory, names]) =>
      packageIn(root, directory, [...names].sort()),
    ),
  );
  const id = ({ name, version }: BundledPackage): string => `${name}@${version}`;
  // The same version can be installed in two places.
  const unique = new Map(found.map((one) => [id(one), one]));
  return [...unique.values()].sort((one, other) => id(one).localeCompare(id(other), 'en'));
};
