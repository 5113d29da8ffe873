import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Person } from './person.ts';

/** The home directory of somebody whose browser logs in by itself. */
export interface FakeBrowser {
  readonly home: string;
  /** For a command-line client: finds this browser where it looks for one. */
  readonly environment: Readonly<Record<string, string>>;
  /** How often it was opened, and what it complained about. */
  readonly visits: () => readonly string[];
  remove(): void;
}

const script = fileURLToPath(new URL('./browser-main.ts', import.meta.url));
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Puts an executable called `xdg-open` in front of PATH and into $BROWSER. */
export const installFakeBrowser = (person: Person): FakeBrowser => {
  const home = mkdtempSync(join(tmpdir(), 'fake-browser-'));
  const executable = join(home, 'xdg-open');
  const visitsFile = join(home, 'visits');
  const command = [process.execPath, script, visitsFile, person.username, person.password];
  writeFileSync(visitsFile, '');
  writeFileSync(executable, `#!/bin/sh\nexec ${command.map(quoted).join(' ')} "$1"\n`);
  chmodSync(executable, 0o755);
  return {
    home,
    environment: { HOME: home, PATH: `${home}:${process.env.PATH}`, BROWSER: executable },
    visits: () => readFileSync(visitsFile, 'utf8').split('\n').filter(Boolean),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
};
