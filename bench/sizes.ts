import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundles, images } from '../build/bundles.ts';
import { bundleInto, bundlePlace } from './bundled.ts';

/**
 * What is uploaded and pulled: each function's code, and what each image adds to its base. The layers
 * are computed from the files that the Dockerfile copies, since not every machine has an engine; one
 * that built the image on nothing found the same. It compresses them with gzip, as here.
 */

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const isCode = (file: string): boolean => !file.endsWith('.map');

/** `COPY server.mjs ./` and `COPY parts ./parts/`, which takes the source maps of the parts along. */
const isCopied = (file: string): boolean => isCode(file) || file.includes('/parts/');

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
      const code = files.filter(isCode);
      figures[`${directory} (KB)`] = kilobytes(code, plain);
      figures[`${directory}, compressed (KB)`] = kilobytes(code, compressed);
      if (!source.startsWith('server/')) continue;
      const layers = files.filter(isCopied);
      figures[`${directory}, added to its base (KB)`] = kilobytes(layers, plain);
      figures[`${directory}, added to its base, compressed (KB)`] = kilobytes(layers, compressed);
    }
    return figures;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
};
