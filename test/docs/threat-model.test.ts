import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const rows = readFileSync(`${root}docs/threat-model.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (threat|---) /.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the threat model', () => {
  it('has rows, because an empty table would pass everything below', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows.map(([, threat, , code, proof]) => ({ threat, code, proof })))(
    'names code and proof that exist: $threat',
    ({ code = '', proof = '' }) => {
      const files = [...`${code} ${proof}`.matchAll(/`([^`]+)`/g)].map(
        (match) => match[1] as string,
      );
      expect(files.length).toBeGreaterThanOrEqual(2);
      for (const file of files) expect(existsSync(root + file), file).toBe(true);
      const title = /"([^"]+)"/.exec(proof)?.[1];
      const test = files.at(-1) as string;
      if (title) expect(readFileSync(root + test, 'utf8')).toContain(title);
    },
  );
});
