import { appendFileSync } from 'node:fs';
import { signInAndReturn } from './person.ts';

/** Run by the fake `xdg-open`: logs in at the URL that a client wanted to show its user. */

const [visitsFile = '', username = '', password = '', url = ''] = process.argv.slice(2);

const visit = async (): Promise<string> => {
  const { answer, pages } = await signInAndReturn({ username, password }, new URL(url));
  return `${pages.length} pages, then ${answer.origin}${answer.pathname}`;
};

const report = await visit().catch((fault: unknown) => `failed: ${String(fault)}`);
appendFileSync(visitsFile, `${report}\n`);
