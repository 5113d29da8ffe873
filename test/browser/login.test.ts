import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalMode, startLocalMode } from '../../dev/local-mode.ts';
import { MemoryOAuthProvider } from '../../dev/memory-oauth-provider.ts';
import { executablePath, keepScreenshot, launchChromium, openPage } from './chromium.ts';

/** The login as a person sees it, in a real browser. Screenshots are kept in `.artifacts/`. */

/** A client's callback listener on a free loopback port, as command-line clients have one. */
const listenForCallback = async () => {
  let answer: (url: URL) => void = () => {};
  const received = new Promise<URL>((resolve) => {
    answer = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/callback')) answer(new URL(request.url, 'http://localhost'));
    response
      .setHeader('content-type', 'text/html')
      .end('<title>Done</title>You can close this window.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    redirectUrl: `http://127.0.0.1:${port}/callback`,
    received,
    close: () => server.close(),
  };
};

describe.skipIf(!executablePath)('in Chromium', () => {
  let local: LocalMode;
  let browser: Browser;
  beforeAll(async () => {
    local = await startLocalMode({ port: 0, securityLog: { record: () => {} } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  const authorizationUrlOf = async (provider: MemoryOAuthProvider) => {
    const transport = new StreamableHTTPClientTransport(new URL(local.mcpUrl), {
      authProvider: provider,
    });
    const client = new Client({ name: 'browser-test', version: '1.0.0' });
    await expect(client.connect(transport)).rejects.toThrow(UnauthorizedError);
    return { transport, url: (provider.authorizationUrl as URL).href };
  };

  it('takes a person from the client’s link to a tool result, without any script on the way', async () => {
    const callback = await listenForCallback();
    const provider = new MemoryOAuthProvider({ redirectUrl: callback.redirectUrl });
    const { transport, url } = await authorizationUrlOf(provider);
    const { page, complaints } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(url);
    await page.getByRole('heading', { name: /Demo client/ }).waitFor();
    await keepScreenshot(page, 'consent');
    await page.getByRole('button', { name: 'Allow and sign in' }).click();
    await page.getByLabel(/Username/).fill('alice');
    await page.getByLabel(/Password/).fill('Demo-Password-1');
    await keepScreenshot(page, 'login');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const answer = await callback.received;
    await transport.finishAuth(provider.checkState(answer));
    const client = new Client({ name: 'browser-test', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(local.mcpUrl), { authProvider: provider }),
    );
    const result = await client.callTool({ name: 'whoami', arguments: {} });
    expect(JSON.stringify(result.content)).toContain('alice');
    expect(complaints).toEqual([]);
    await client.close();
    callback.close();
  });

  it('lets a person say no, and tells the client', async () => {
    const callback = await listenForCallback();
    const provider = new MemoryOAuthProvider({ redirectUrl: callback.redirectUrl });
    const { url } = await authorizationUrlOf(provider);
    const { page } = await openPage(browser);
    await page.goto(url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await callback.received).searchParams.get('error')).toBe('access_denied');
    callback.close();
  });

  it('shows a landing page that fits 320 pixels and violates no policy of its own', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await openPage(browser, {
        colorScheme,
        viewport: { width: 320, height: 700 },
      });
      await page.goto(local.origin);
      expect(await page.textContent('body')).toContain(local.mcpUrl);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      await keepScreenshot(page, `landing-${colorScheme}`);
      expect(complaints).toEqual([]);
    }
  });

  it('keeps every label, name and focus order that a screen reader needs on the consent page', async () => {
    const provider = new MemoryOAuthProvider({ redirectUrl: 'http://localhost:43117/callback' });
    const { url } = await authorizationUrlOf(provider);
    const { page } = await openPage(browser, {
      viewport: { width: 320, height: 700 },
      colorScheme: 'dark',
    });
    await page.goto(url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.evaluate('document.documentElement.lang')).toBe('en');
    const snapshot = await page.locator('body').ariaSnapshot();
    for (const name of [
      'heading "Allow',
      'button "Cancel"',
      'button "Allow and sign in"',
      'list "It will be able to"',
    ])
      expect(snapshot).toContain(name);
    await keepScreenshot(page, 'consent-dark-320');
    const focused: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press('Tab');
      focused.push(String(await page.evaluate('document.activeElement.textContent.trim()')));
    }
    expect(focused).toEqual(['connected applications', 'Cancel', 'Allow and sign in']);
  });
});
