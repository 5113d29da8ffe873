import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const readme = readFileSync(`${root}README.md`, 'utf8');

describe('the README', () => {
  it.each(['examples/minimal/app.ts', 'examples/server-minimal/server.ts'])(
    'shows %s byte for byte, because code that is shown must compile',
    (example) => {
      expect(readme).toContain(
        `\`\`\`ts\n${readFileSync(root + example, 'utf8').trimEnd()}\n\`\`\``,
      );
    },
  );

  it('holds the two commands of a newcomer within its first forty lines', () => {
    const top = readme.split('\n').slice(0, 40);
    expect(top).toEqual(expect.arrayContaining(['npm ci && npm run demo', 'npm ci && npm test']));
  });

  it('lists every example, because one that nobody finds helps nobody', () => {
    const examples = readdirSync(`${root}examples`);
    expect(examples.filter((name) => !readme.includes(`](examples/${name})`))).toEqual([]);
  });

  it('leads to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      (match) => match[1] as string,
    );
    expect(links.filter((link) => !existsSync(root + link))).toEqual([]);
  });

  it('names only scripts that exist, and CI runs the same test command', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    const named = [...readme.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(
      (match) => match[1] as string,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(readFileSync(`${root}.ci/run`, 'utf8')).toMatch(/^npm test$/m);
  });
});
