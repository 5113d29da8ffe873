import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { clientsDocument, documentPath } from './clients-document.ts';
import { measure } from './measurements.ts';
import { requirements } from './requirements.ts';

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/clients.md', () => {
  it('says what is measured now, because a table written by hand is a wish', async () => {
    const measured = await measure();
    expect(measured.clients.length).toBeGreaterThan(40);
    expect(await read(documentPath)).toBe(clientsDocument(measured));
  }, 60_000);

  it('promises no client that cannot sign in, because people choose by it', async () => {
    const rows = (await read(documentPath)).split('\n').filter((line) => line.includes('| no: '));
    // A document of an operator cannot be pinned.
    expect(
      rows.every(
        (row) => row.includes('document of an operator') || row.includes('--client-metadata-url'),
      ),
    ).toBe(true);
    expect(rows).toHaveLength(2);
  });

  it('maps every requirement, because a gap in the numbers would hide one', () => {
    expect(requirements.map(({ number }) => number)).toEqual(
      Array.from({ length: 17 }, (_, index) => index + 1),
    );
  });

  it.each(
    requirements.flatMap(({ number, proofs }) =>
      proofs.map(({ file, titles }) => [number, file, titles] as const),
    ),
  )(
    'points for requirement %d to tests that exist in %s, because a renamed test proves nothing',
    async (_, file, titles) => {
      const source = await read(file);
      expect(titles.filter((title) => !source.includes(title))).toEqual([]);
    },
  );
});
