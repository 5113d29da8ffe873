import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from './support/run-command.ts';
import { type StrangeServer, startStrangeServer } from './support/strange-server.ts';
import { aTestCertificate } from './support/test-certificate.ts';

/** What is not there, or is something else: a sentence and exit code 2, in time. */

let server: StrangeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const timeoutSeconds = 1;

const verified = async (url: string) => {
  const ran = await runCommand([url, '--timeout', String(timeoutSeconds)]);
  expect(ran.printed).toBe('');
  expect(ran.errors.trim().split('\n')).toHaveLength(1);
  expect(ran.tookMs).toBeLessThan(timeoutSeconds * 1000 + 2000);
  return ran;
};

describe('what cannot be verified', () => {
  it('says that nothing listens, because that is the commonest mistake', async () => {
    server = await startStrangeServer(() => {});
    const { mcpUrl } = server;
    await server.close();
    const ran = await verified(mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/refuses connections/);
  });

  it('says that a name does not exist, because a typing error is no outage', async () => {
    const ran = await verified('https://does-not-exist.invalid/mcp');
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/does-not-exist\.invalid (has no address|could not be looked up)/);
  });

  it('names the title of a web page, because then its owner is recognised', async () => {
    server = await startStrangeServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>My shop</title><h1>Welcome</h1>');
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/answers 200 with a web page \("My shop"\): not an MCP server/);
  });

  it('suspects a captive portal, because it answers for everybody', async () => {
    server = await startStrangeServer((_, response) => {
      response.writeHead(511, { 'content-type': 'text/html' });
      response.end(
        '<html><title>Hotel Wi-Fi</title><form action="http://10.0.0.1/login"></form></html>',
      );
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/Hotel Wi-Fi.*captive portal/);
  });

  it('says what JSON that is not MCP looks like, because another API may be there', async () => {
    server = await startStrangeServer((_, response) => {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"message":"Not Found"}');
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(
      /does not look like an MCP server: it answers 404 application\/json/,
    );
  });

  it('refuses a self-signed certificate, because every client does', async () => {
    server = await startStrangeServer((_, response) => response.end(), aTestCertificate());
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/self-signed certificate/);
  });

  it('refuses an expired certificate, because every client does', async () => {
    server = await startStrangeServer((_, response) => response.end(), aTestCertificate(-1));
    const { cert } = aTestCertificate();
    const ran = await runCommand([server.mcpUrl, '--ca', 'ca.pem'], { known: { 'ca.pem': cert } });
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/certificate/);
  });

  it('stops reading an answer that does not end, because memory does', async () => {
    server = await startStrangeServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = 'x'.repeat(64 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/sent more than 1024 KB and did not stop/);
  });

  it('stops waiting for an answer that drips, because each byte would buy time', async () => {
    server = await startStrangeServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(drip));
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/began to answer but did not finish within 1 s/);
  });

  it('stops waiting for an answer that never begins, because a person is waiting too', async () => {
    server = await startStrangeServer(() => {});
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/did not answer within 1 s/);
  });

  it('notices a circle of redirects, because it has no end', async () => {
    server = await startStrangeServer((request, response) => {
      const location = request.url === '/mcp' ? '/mcp/' : '/mcp';
      response.writeHead(307, { location }).end();
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/redirects in a circle/);
  });

  it('gives up a chain of redirects, because a new address each time is no circle', async () => {
    let count = 0;
    server = await startStrangeServer((_, response) => {
      count += 1;
      response.writeHead(302, { location: `/mcp/${count}` }).end();
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/redirects more than 6 times/);
  });

  it('names where a redirect leads, because clients do not send a token there', async () => {
    server = await startStrangeServer((request, response) => {
      if (request.url === '/mcp') response.writeHead(308, { location: '/api/mcp' }).end();
      else response.end('{}');
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/redirects to http:\/\/localhost:\d+\/api\/mcp/);
  });

  it('follows no redirect to somewhere else, because it might be inside a network', async () => {
    server = await startStrangeServer((_, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
    });
    const ran = await verified(server.mcpUrl);
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/redirects to http:\/\/169\.254\.169\.254, which is not asked/);
  });

  it('says that something does not speak HTTP, because a port may belong to anything', async () => {
    const other = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { readonly port: number };
    const ran = await verified(`http://localhost:${port}/mcp`);
    other.close();
    expect(ran.exitCode).toBe(2);
    expect(ran.errors).toMatch(/does not speak HTTP/);
  });

  it('says so when the time for everything is up, because half a report is not a pass', async () => {
    server = await startStrangeServer((_, response) => {
      const slow = () => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      setTimeout(slow, 400);
    });
    const ran = await runCommand([server.mcpUrl, '--timeout', '1', '--json']);
    expect(ran.tookMs).toBeLessThan(3000);
    expect(ran.exitCode).toBeGreaterThan(0);
    expect(ran.printed).toMatch(/the time for the whole verification is up/);
  });
});
