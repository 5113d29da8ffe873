import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';

/** Type declarations of what is published: as the compiler writes them, and no more than needed. */

const relativeImport = /(\bfrom |\bimport\()(['"])(\.[^'"]*)\.ts\2/g;

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]*)\.js['"]/g)].map(
    ([, path]) => `${path}.d.ts`,
  );

const declarationsIn = async (directory: string): Promise<readonly string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
};

/** Follows imports: what cannot be reached from a published entry is nobody's business. */
const reachable = async (entries: readonly string[]): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const from = dirname(file);
    waiting.push(...importsOf(await readFile(file, 'utf8')).map((path) => join(from, path)));
  }
  return seen;
};

/**
 * Writes the declarations of the published entries. Guarantees: every relative import leads to a
 * file that is there.
 *
 * @param entries declaration files, below `outDirectory`
 */
export const writeDeclarations = async (
  root: string,
  outDirectory: string,
  entries: readonly string[],
): Promise<readonly string[]> => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(root, 'tsconfig.build.json');
  await promisify(execFile)(process.execPath, [compiler, '-p', project, '--outDir', outDirectory]);
  const all = await declarationsIn(outDirectory);
  for (const file of all) {
    const text = await readFile(file, 'utf8');
    // The compiler leaves the extension of the source, which consumers do not have.
    await writeFile(file, text.replaceAll(relativeImport, '$1$2$3.js$2'));
  }
  const kept = await reachable(entries.map((entry) => join(outDirectory, entry)));
  await Promise.all(all.filter((file) => !kept.has(file)).map((file) => rm(file)));
  return [...kept].map((file) => relative(outDirectory, file).split(sep).join('/')).sort();
};
