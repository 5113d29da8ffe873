import { existsSync, mkdirSync, statSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** The Chromium of this machine, if it has one. */

export const executablePath = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));

if (!executablePath)
  console.warn(
    'SKIPPED: no Chromium on this machine, so no page was looked at. Install it with: apt-get install chromium',
  );

export const launchChromium = (extra: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: executablePath as string,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...extra,
    ],
  });

/** A page, and what the browser complained about: violated policies, broken resources, errors. */
export const openPage = async (
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> => {
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
};

const artifacts = new URL('../../.artifacts/', import.meta.url).pathname;

/** Keeps a screenshot in `.artifacts/`. */
export const keepScreenshot = async (page: Page, name: string): Promise<void> => {
  mkdirSync(artifacts, { recursive: true });
  const path = `${artifacts}${name}.png`;
  await page.screenshot({ path, fullPage: true });
  expect(statSync(path).size).toBeGreaterThan(5_000);
};
