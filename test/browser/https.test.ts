import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aBroker, issuer, type TestBroker } from '../support/broker.ts';
import { executablePath, launchChromium, openPage } from './chromium.ts';

/** As deployed: an https issuer, so `__Host-` cookies. A real browser is the judge of those. */

const selfSigned = (): { key: Buffer; cert: Buffer } | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '1',
        '-subj',
        '/CN=mcp.example.com',
        '-keyout',
        join(folder, 'key.pem'),
        '-out',
        join(folder, 'cert.pem'),
      ],
      { stdio: 'ignore' },
    );
    return {
      key: readFileSync(join(folder, 'key.pem')),
      cert: readFileSync(join(folder, 'cert.pem')),
    };
  } catch {
    console.warn(
      'SKIPPED: no openssl on this machine, so __Host- cookies were not tried in a browser',
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const certificate = executablePath ? selfSigned() : undefined;

/** The broker behind TLS: what CloudFront and the load balancer are for in AWS. */
const serveOverTls = async (broker: TestBroker): Promise<Server> => {
  const server = createServer({ ...certificate }, async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const response = await broker.serve(
      new Request(issuer + incoming.url, {
        method: incoming.method ?? 'GET',
        headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        ...(body.length > 0 && { body }),
      }),
    );
    const headers = Object.fromEntries(response.headers);
    outgoing.writeHead(response.status, {
      ...headers,
      'set-cookie': response.headers.getSetCookie(),
    });
    outgoing.end(await response.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

describe.skipIf(!certificate)('over https, in Chromium', () => {
  let broker: TestBroker;
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    broker = await aBroker();
    server = await serveOverTls(broker);
    const { port } = server.address() as AddressInfo;
    browser = await launchChromium([`--host-resolver-rules=MAP mcp.example.com 127.0.0.1:${port}`]);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await broker?.close();
  });

  it('keeps every cookie under __Host-, and the login goes through with them', async () => {
    const { page } = await openPage(browser, { ignoreHTTPSErrors: true });
    const left = page.waitForRequest((request) =>
      request.url().startsWith('http://localhost:43210/callback'),
    );
    await page.goto(await broker.authorizeUrl(await broker.clientId()));
    await page.getByRole('button', { name: 'Allow and sign in' }).click();
    const cookies = await page.context().cookies(issuer);
    expect(cookies.map(({ name }) => name.replace(/signin-.*/, 'signin'))).toEqual(
      expect.arrayContaining(['__Host-mcp-browser', '__Host-mcp-signin']),
    );
    expect(
      cookies.every(({ secure, httpOnly, sameSite }) => secure && httpOnly && sameSite === 'Lax'),
    ).toBe(true);
    await page.getByLabel(/Username/).fill('alice');
    await page.getByLabel(/Password/).fill('Demo-Password-1');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const answer = new URL((await left).url());
    expect(answer.searchParams.get('iss')).toBe(issuer);
    expect(answer.searchParams.has('code')).toBe(true);
  });

  it('refuses to be framed by another site', async () => {
    const { page, complaints } = await openPage(browser, { ignoreHTTPSErrors: true });
    const url = await broker.authorizeUrl(await broker.clientId());
    await page.setContent(`<iframe src="${url.replaceAll('&', '&amp;')}"></iframe>`);
    await expect.poll(() => complaints.join()).toMatch(/frame/i);
    expect(await page.frames().at(-1)?.content()).not.toContain('Allow and sign in');
  });
});
