import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundles, images } from '../build/bundles.ts';
import { bundleInto, bundlePlace } from './bundled.ts';

/**
 * What is uploaded and pulled: each function's code, and what each image adds to its base. The layers
 * are computed from the files that the Dockerfile copies, since not every machine has an engine; an
 * engine compresses them with gzip, as here, and adds a few hundred bytes of tar for each file.
 */

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => join(entry.parentPath, entry.name));

const kilobytes = (files: readonly string[], size: (file: string) => number): number =>
  files.reduce((sum, file) => sum + size(file), 0) / 1024;

const plain = (file: string): number => statSync(file).size;
const compressed = (file: string): number => gzipSync(readFileSync(file)).length;

/** Source of what runs in AWS → where its files are. */
const shipped = bundles.flatMap(({ entries }) =>
  Object.entries(entries)
    .filter(
      ([source, out]) =>
        source.startsWith('lambda/') || images.some((image) => out.startsWith(image)),
    )
    .map(([source, out]) => ({ source, directory: out.replace(/\/[^/]*$/, '') })),
);

export const sizeFigures = async (): Promise<Record<string, number>> => {
  const place = mkdtempSync(bundlePlace);
  const figures: Record<string, number> = {};
  try {
    for (const { source, directory } of shipped) {
      await bundleInto(place, source);
      const files = filesBelow(join(place, directory));
      figures[`${directory} (KB)`] = kilobytes(files, plain);
      figures[`${directory}, compressed (KB)`] = kilobytes(files, compressed);
    }
    return figures;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};
