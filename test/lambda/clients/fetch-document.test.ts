import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectTimeoutMs,
  createDocumentFetcher,
  totalTimeoutMs,
} from '../../../lambda/authorization-server/clients/fetch-document.ts';
import {
  type Answer,
  aCertificate,
  hasOpenssl,
  publisher,
  startDocumentServer,
} from './document-server.ts';

const json = { 'content-type': 'application/json' };

const timers: NodeJS.Timeout[] = [];
const every = (milliseconds: number, action: () => void): void => {
  timers.push(setInterval(action, milliseconds));
};

const answers: Record<string, Answer> = {
  '/ok': (_request, response) => response.writeHead(200, json).end('{}'),
  '/cookie': (_request, response) =>
    response.writeHead(200, { ...json, 'set-cookie': 'a=b; Path=/' }).end('{}'),
  '/slow-headers': () => {},
  '/slow-header-drip': (request) => {
    request.socket.write('HTTP/1.1 200 OK\r\n');
    every(200, () => request.socket.write('x-drip: 1\r\n'));
  },
  '/slow-drip': (_request, response) => {
    response.writeHead(200, json).write('"');
    every(200, () => response.write('x'));
  },
  '/endless-hints': (request) => {
    every(100, () => request.socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'));
  },
  '/upgrade': (request) => {
    request.socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    );
  },
};

describe.skipIf(!hasOpenssl)('fetching a metadata document', () => {
  let server: Awaited<ReturnType<typeof startDocumentServer>>;

  beforeAll(async () => {
    server = await startDocumentServer(answers);
  });
  afterAll(async () => {
    timers.forEach(clearInterval);
    await server.stop();
  });

  it('sends nothing that identifies a user, and keeps SNI and Host, because only the address is pinned', async () => {
    await server.fetcher()(`https://${publisher}/cookie`);
    await server.fetcher()(`https://${publisher}/cookie`);
    const [first, second] = server.received.filter(({ path }) => path === '/cookie');
    expect(second).toMatchObject({ method: 'GET', servername: publisher });
    expect(second?.headers).toEqual({
      host: publisher,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'cdk-secure-mcp',
      connection: 'close',
    });
    // A connection that is used again would skip the check of the address.
    expect(second?.remotePort).not.toBe(first?.remotePort);
  });

  it.each([
    ['another host name', `https://other.test/ok`, () => ({})],
    [
      'an unknown authority',
      `https://${publisher}/ok`,
      () => ({ ca: aCertificate('unrelated.test').cert }),
    ],
  ])(
    'refuses a certificate for %s, because the URL is the identity',
    async (_what, url, change) => {
      const fetchDocument = createDocumentFetcher({
        resolve: async () => ['127.0.0.1'],
        dangerouslyAllowTestServer: { ...server.testServer, ...change() },
      });
      const before = server.received.length;
      expect(await fetchDocument(url)).toMatchObject({
        error: { reason: 'client_document_unavailable', evidence: { cause: 'network' } },
      });
      expect(server.received.length).toBe(before);
    },
  );

  it('checks certificates even when the environment says not to, because a developer’s shortcut gets deployed', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const ca = aCertificate('unrelated.test').cert;
      const dangerouslyAllowTestServer = { ...server.testServer, ca };
      expect(await server.outcomeOf('/ok', { dangerouslyAllowTestServer })).toBe(
        'unavailable network',
      );
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  it('resolves once and connects where it checked, because the second answer may be private', async () => {
    const questions: string[] = [];
    const rebinding = async (hostname: string) => {
      questions.push(hostname);
      return questions.length === 1 ? ['127.0.0.1'] : ['10.0.0.1'];
    };
    // The name does not exist: whoever resolved it again would not reach the server.
    expect(await server.outcomeOf('/ok', { resolve: rebinding })).toBe('ok');
    expect(questions).toEqual([publisher]);
  });

  it.each([
    ['one private address', ['10.0.0.1']],
    ['a private address beside an allowed one', ['127.0.0.1', '10.0.0.1']],
    ['a private address behind an allowed one', ['127.0.0.1', '93.184.216.34', 'fd00:ec2::254']],
    ['a private address past those we would try', [...Array(20).fill('93.184.216.34'), '10.0.0.1']],
    ['something that is not an address', ['127.0.0.1', 'localhost']],
  ])(
    'sends nothing to a name with %s, because rebinding mixes its answers',
    async (_what, addresses) => {
      const before = server.received.length;
      const outcome = await server.outcomeOf('/ok', { resolve: async () => addresses });
      expect(outcome).toBe('unavailable address not public');
      expect(server.received.length).toBe(before);
    },
  );

  it('refuses loopback like any private address, because only a test may allow it', async () => {
    const fetchDocument = createDocumentFetcher({ resolve: async () => ['127.0.0.1'] });
    expect(await fetchDocument(`https://${publisher}/ok`)).toMatchObject({
      error: { evidence: { cause: 'address not public', refused: ['127.0.0.1'] } },
    });
  });

  it('is unavailable when the name has no address or the name server fails', async () => {
    expect(await server.outcomeOf('/ok', { resolve: async () => [] })).toBe(
      'unavailable no address',
    );
    const failing = () => Promise.reject(Object.assign(new Error('x'), { code: 'ESERVFAIL' }));
    expect(await server.outcomeOf('/ok', { resolve: failing })).toBe('unavailable network');
  });

  it.each([
    ['http://client.test/ok', 'plain http can be changed on its way'],
    ['https://client.test:8443/ok', 'another port is another service'],
    ['https://user:pw@client.test/ok', 'user information is not part of an identity'],
    ['https://client.test/ok?x', 'a query would be a request of a stranger’s choice'],
    ['https://client.test/ok#x', 'draft §3 forbids fragments'],
    ['https://127.0.0.1/ok', 'Node.js connects to a literal without asking for its address'],
    ['https://93.184.216.34/ok', 'a literal is no name that a person could judge'],
    ['https://[::1]/ok', 'Node.js connects to a literal without asking for its address'],
    ['https://[2606:4700::1]/ok', 'a literal is no name that a person could judge'],
    ['file:///etc/passwd', 'only https is fetched'],
  ])('does not even resolve %s, because %s', async (clientId) => {
    let questions = 0;
    const resolve = async () => {
      questions += 1;
      return ['127.0.0.1'];
    };
    expect(await server.fetcher({ resolve })(clientId)).toMatchObject({
      error: { reason: 'client_document_invalid' },
    });
    expect(questions).toBe(0);
  });

  describe.concurrent('time limits', () => {
    const elapsed = async (work: Promise<string>): Promise<[outcome: string, seconds: number]> => {
      const start = performance.now();
      return [await work, (performance.now() - start) / 1000];
    };

    it.for([
      ['/slow-headers', 'the publisher says nothing'],
      ['/slow-header-drip', 'a header every 200 ms keeps idle timers happy'],
      ['/slow-drip', 'a byte every 200 ms keeps idle timers happy'],
      ['/endless-hints', 'informational answers are no answer'],
    ])('gives up on %s after five seconds, because %s', async ([path], { expect }) => {
      const [outcome, seconds] = await elapsed(server.outcomeOf(path as string));
      expect(outcome).toBe('unavailable timeout');
      expect(seconds).toBeGreaterThan(totalTimeoutMs / 1000 - 0.2);
      expect(seconds).toBeLessThan(totalTimeoutMs / 1000 + 1.5);
      expect(await server.isClosed(path as string)).toBe(true);
    });

    it('comes back from an upgrade that nobody asked for, because Node.js reports neither answer nor error', async ({
      expect,
    }) => {
      const [outcome, seconds] = await elapsed(server.outcomeOf('/upgrade'));
      expect(outcome).toMatch(/^unavailable (timeout|network)$/);
      expect(seconds).toBeLessThan(totalTimeoutMs / 1000 + 1.5);
    });

    it('counts the name server, and sends nothing to an address that came too late', async ({
      expect,
    }) => {
      const late = () =>
        new Promise<readonly string[]>((resolve) => {
          setTimeout(() => resolve(['127.0.0.1']), totalTimeoutMs + 200);
        });
      const [outcome, seconds] = await elapsed(server.outcomeOf('/too-late', { resolve: late }));
      expect(outcome).toBe('unavailable timeout');
      expect(seconds).toBeLessThan(totalTimeoutMs / 1000 + 1.5);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(server.received.filter(({ path }) => path === '/too-late')).toEqual([]);
    });

    it('gives up on a handshake after two seconds, because a connection without TLS is none', async ({
      expect,
    }) => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket));
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const [outcome, seconds] = await elapsed(
        server.outcomeOf('/ok', {
          dangerouslyAllowTestServer: { ...server.testServer, port },
        }),
      );
      for (const socket of sockets) socket.destroy();
      silent.close();
      expect(outcome).toBe('unavailable network');
      expect(seconds).toBeGreaterThan(connectTimeoutMs / 1000 - 0.2);
      expect(seconds).toBeLessThan(connectTimeoutMs / 1000 + 1.5);
    });
  });
});
