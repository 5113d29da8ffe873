import { afterEach, describe, expect, it } from 'vitest';
import { guardUpstream } from '../../../server/guard/guard.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  messageOf,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';
import {
  answerBytes,
  startTcpUpstream,
  type TcpRequest,
  type TcpUpstream,
} from './tcp-upstream.ts';

/**
 * Connections to the upstream are kept. What may never come of that: a call that runs twice, an
 * answer that reaches somebody else, a connection without end.
 */

/** Long enough that a connection is known to be open still. */
const rested = () => pause(20);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let upstream: TcpUpstream;
let server: TestServer;

const start = async (onRequest: (request: TcpRequest) => void) => {
  upstream = await startTcpUpstream(onRequest);
  const never = { calls: 1_000_000, seconds: 60 };
  server = await aResourceServer({
    application: guardUpstream({
      upstreamUrl: upstream.url,
      identityKey: { secret: Buffer.alloc(32, 1) },
      access: { tools: { echo: {} } },
    }),
    config: {
      rateLimits: {
        address: null,
        principal: never,
        tenant: null,
        client: null,
        tools: {},
        concurrentCalls: 1000,
        concurrentCallsOfPrincipal: 1000,
      },
    },
  });
};

afterEach(async () => {
  await server.close();
  await upstream.close();
});

let calls = 0;

const send = (method: string, params: Record<string, unknown> = {}, signal?: AbortSignal) => {
  const post = aPost(legacyRequest(method, params), { token: anAccessToken(server.key) });
  return server.send(signal ? new Request(post, { signal }) : post);
};

/** Calls a tool that may do something. Its answer names the call, so that no other one passes for it. */
const call = async (signal?: AbortSignal) => {
  calls += 1;
  const token = `call-${calls}`;
  const response = await send('tools/call', { name: 'echo', arguments: { token } }, signal);
  const message = response.status === 499 ? {} : await messageOf(response);
  const [content] = (message.result as { content?: { text: string }[] })?.content ?? [];
  return { token, status: response.status, text: content?.text };
};

const answer = ({ socket, id, token }: TcpRequest, fields?: readonly string[]) =>
  socket.write(answerBytes(id, token, fields));

const runsOf = (token: string) => upstream.requests.filter((seen) => seen.token === token).length;

const untilOpen = async (count: number, ms = 3000) => {
  for (let waited = 0; upstream.open.size > count && waited < ms; waited += 20) await pause(20);
  return upstream.open.size;
};

describe('a connection to the upstream', () => {
  it('is used again, because a new one costs more than the call', async () => {
    await start((request) => answer(request));
    for (let index = 0; index < 20; index += 1) {
      expect(await call()).toMatchObject({ status: 200, text: `call-${calls}` });
      await rested();
    }
    expect(upstream.opened()).toBe(1);
  });

  it('carries one call at a time, because the second would wait for the first', async () => {
    await start((request) => setTimeout(() => answer(request), 100));
    const startedAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(performance.now() - startedAt).toBeLessThan(1000);
    for (const { token, text } of answers) expect(text).toBe(token);
    expect(upstream.opened()).toBe(20);
    await rested();
    await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(upstream.opened()).toBe(20);
  });

  it('rests for a second and no longer, because servers close resting ones after two', async () => {
    await start((request) => answer(request));
    await call();
    await pause(700);
    expect(upstream.open.size).toBe(1);
    await pause(700);
    expect(upstream.open.size).toBe(0);
  });

  it.each([['connection: close'], ['keep-alive: timeout=1']])(
    'is not kept where the upstream says %s',
    async (field) => {
      await start((request) => answer(request, [field]));
      await call();
      expect(await untilOpen(0, 300)).toBe(0);
      expect(await call()).toMatchObject({ status: 200 });
    },
  );

  it('is closed by the end of the guard, whether it rests or works', async () => {
    await start((request) => request.turn === 1 && answer(request));
    await call();
    await rested();
    const hung = call();
    await call();
    while (upstream.requests.length < 3) await pause(5);
    expect(upstream.open.size).toBe(2);
    await server.close();
    expect(await hung).toMatchObject({ status: 502 });
    expect(await untilOpen(0, 500)).toBe(0);
  });

  it('rests together with 255 others at the most', async () => {
    await start((request) => setTimeout(() => answer(request), 300));
    await Promise.all(Array.from({ length: 300 }, () => call()));
    expect(upstream.opened()).toBe(300);
    expect(await untilOpen(256, 500)).toBe(256);
    expect(await untilOpen(0)).toBe(0);
  });
});

describe('an upstream that closes a resting connection', () => {
  it.each([
    ['politely', (request: TcpRequest) => request.socket.end()],
    ['rudely', (request: TcpRequest) => request.socket.resetAndDestroy()],
  ])('%s, right after its answer, costs no call', async (_, close) => {
    await start((request) => {
      answer(request);
      close(request);
    });
    for (let index = 0; index < 200; index += 1) {
      const { status, text, token } = await call();
      expect({ status, text }).toEqual({ status: 200, text: token });
      expect(runsOf(token)).toBe(1);
      // Sometimes at once, sometimes when the news has arrived.
      if (index % 2) await pause(0);
    }
  });

  it.each([
    ['politely', (request: TcpRequest) => request.socket.end()],
    ['rudely', (request: TcpRequest) => request.socket.resetAndDestroy()],
  ])('%s, at the worst moments, runs no call twice', async (_, close) => {
    await start((request) => {
      answer(request);
      // Between now and later than the next request.
      setTimeout(() => close(request), (request.connection % 40) / 10);
    });
    const statuses = new Set<number>();
    const converse = async () => {
      for (let index = 0; index < 100; index += 1) {
        await pause((index % 30) / 10);
        const { status, text, token } = await call();
        statuses.add(status);
        if (status === 200) expect(text).toBe(token);
        expect(runsOf(token)).toBeLessThanOrEqual(1);
      }
    };
    await Promise.all(Array.from({ length: 8 }, converse));
    // A request that crosses with the end of its connection cannot be saved, and says so.
    expect([...statuses].sort()).toEqual([200, 502]);
  });

  it('after 1.2 s costs no call, because ours have rested enough by then', async () => {
    const ends = new Map<TcpRequest['socket'], NodeJS.Timeout>();
    await start((request) => {
      const { socket } = request;
      clearTimeout(ends.get(socket));
      ends.set(
        socket,
        setTimeout(() => socket.end(), 1200),
      );
      answer(request);
    });
    const converse = async (_: unknown, number: number) => {
      for (let index = 0; index < 3; index += 1) {
        const { status, token } = await call();
        expect(status).toBe(200);
        expect(runsOf(token)).toBe(1);
        await pause(900 + number * 10);
      }
    };
    await Promise.all(Array.from({ length: 40 }, converse));
    expect(upstream.opened()).toBeLessThan(120);
  });

  it('because of a request loses a call that may do something, and runs it once', async () => {
    await start((request) => {
      if (request.turn === 1) answer(request);
      else request.socket.destroy();
    });
    await call();
    await rested();
    const { status, token } = await call();
    expect(status).toBe(502);
    expect(runsOf(token)).toBe(1);
    expect(server.log.decisions.at(-1)).toMatchObject({ status_code: 'upstream_unavailable' });
  });

  it.each(['tools/list', 'resources/list', 'ping'])(
    'because of %s is asked again over a new connection, because that only reads',
    async (method) => {
      await start((request) => {
        if (request.turn === 1) answer(request);
        else request.socket.destroy();
      });
      await call();
      await rested();
      expect((await send(method)).status).toBe(200);
      expect(upstream.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
      const [, first, second] = upstream.requests.map(({ headers }) =>
        /caller-identity: (\S+)/.exec(headers),
      );
      // Whoever remembers the jti would take the second one for a replay.
      expect(second?.[1]).not.toBe(first?.[1]);
    },
  );

  it('is asked again once and no more, because the next connection would end the same way', async () => {
    let isBroken = false;
    await start((request) => {
      if (isBroken) request.socket.destroy();
      else answer(request);
    });
    await Promise.all([call(), call(), call()]);
    await rested();
    isBroken = true;
    expect((await send('tools/list')).status).toBe(502);
    expect(upstream.requests.filter(({ method }) => method === 'tools/list')).toHaveLength(2);
  });

  it('before its first answer is asked once, because that was no resting connection', async () => {
    await start((request) => request.socket.destroy());
    expect((await send('tools/list')).status).toBe(502);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('nothing leaks from one call to the next', () => {
  it('of an answer that ends in the middle: it is 502, and its connection is never used again', async () => {
    await start((request) => {
      if (request.connection > 1) answer(request);
      else request.socket.end(answerBytes(request.id, request.token).slice(0, -20));
    });
    expect((await send('tools/list')).status).toBe(502);
    expect(upstream.requests).toHaveLength(1);
    const { status, text, token } = await call();
    expect({ status, text }).toEqual({ status: 200, text: token });
  });

  it.each([
    ['a second answer', (id: unknown) => answerBytes(id, 'of somebody else')],
    ['a line that is none', () => 'nonsense\r\n\r\n'],
    ['a single byte', () => '{'],
  ])('of %s that nobody asked for', async (_, surplus) => {
    await start((request) => {
      request.socket.write(answerBytes(request.id, request.token) + surplus(request.id));
    });
    for (let index = 0; index < 50; index += 1) {
      const { status, text, token } = await call();
      expect({ status, text }).toEqual({ status: 200, text: token });
      if (index % 2) await pause(1);
    }
  });

  it('of an answer that comes later than its asker stayed', async () => {
    await start((request) => {
      if (request.turn === 1) answer(request);
      else setTimeout(() => answer(request), 50);
    });
    await call();
    await rested();
    const controller = new AbortController();
    const left = call(controller.signal);
    while (upstream.requests.length < 2) await pause(1);
    controller.abort();
    expect(await left).toMatchObject({ status: 499 });
    const next = await Promise.all(Array.from({ length: 10 }, () => call()));
    for (const { token, text } of next) expect(text).toBe(token);
    expect(upstream.requests[0]?.socket.destroyed).toBe(true);
  });

  it('of an answer that its asker read half of', async () => {
    await start((request) => {
      if (request.turn === 1 && request.connection === 1) {
        request.socket.write(answerBytes(request.id, request.token).slice(0, -20));
        setTimeout(() => request.socket.write(answerBytes(request.id, 'late')), 50);
      } else answer(request);
    });
    const controller = new AbortController();
    const left = call(controller.signal);
    while (upstream.requests.length < 1) await pause(1);
    await pause(20);
    controller.abort();
    expect(await left).toMatchObject({ status: 499 });
    await pause(60);
    const { status, text, token } = await call();
    expect({ status, text }).toEqual({ status: 200, text: token });
  });
});

describe('an event stream', () => {
  const eventsOf = ({ id, token }: TcpRequest) => {
    const result = { content: [{ type: 'text', text: token }] };
    return `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`;
  };
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
  const chunked = `${head}transfer-encoding: chunked\r\n\r\n`;

  it.each([
    ['at once', 0],
    ['later', 30],
  ])('that ends %s after its only event arrives byte for byte', async (_, ms) => {
    await start((request) => {
      const { socket } = request;
      const begin = chunked + chunk(eventsOf(request));
      if (ms === 0) socket.write(`${begin}0\r\n\r\n`);
      else {
        socket.write(begin);
        setTimeout(() => socket.write('0\r\n\r\n'), ms);
      }
    });
    const response = await send('tools/call', { name: 'echo', arguments: { token: 'x' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(eventsOf(upstream.requests[0] as TcpRequest));
    await rested();
    await call();
    expect(upstream.opened()).toBe(1);
  });

  it('that breaks off is a broken stream, and its connection is never used again', async () => {
    await start((request) => {
      if (request.connection > 1) answer(request);
      else {
        request.socket.write(chunked + chunk(eventsOf(request)));
        setTimeout(() => request.socket.end(), 20);
      }
    });
    const response = await send('tools/call', { name: 'echo', arguments: { token: 'x' } });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(await call()).toMatchObject({ status: 200, text: `call-${calls}` });
  });

  it('that nobody reads slows the upstream down, because a guard must not hold what it cannot pass', async () => {
    let written = 0;
    await start(({ socket }) => {
      const megabyte = `data: ${'x'.repeat(1024 * 1024)}\n\n`;
      const pour = () => {
        if (socket.destroyed || written > 100) return;
        written += 1;
        if (socket.write(chunk(megabyte))) setImmediate(pour);
        else socket.once('drain', pour);
      };
      socket.write(chunked);
      pour();
    });
    const response = await send('tools/call', { name: 'echo', arguments: { token: 'x' } });
    await pause(500);
    // What sockets hold, and no more.
    expect(written).toBeLessThan(30);
    await response.body?.cancel();
    expect(await untilOpen(0, 500)).toBe(0);
  });
});

describe('a body that is not for the client', () => {
  const status = (line: string, ...rest: string[]) => ['HTTP/1.1 ', line, '\r\n', ...rest].join('');

  it('is read to its end when it is short, so that the connection can be kept', async () => {
    await start((request) => {
      if (request.turn > 1) answer(request);
      else request.socket.write(status('401 Unauthorized', 'content-length: 4\r\n\r\nno!!'));
    });
    expect(await call()).toMatchObject({ status: 502 });
    await rested();
    expect(await call()).toMatchObject({ status: 200 });
    expect(upstream.opened()).toBe(1);
  });

  it.each([
    ['long', 'content-length: 70000000\r\n\r\n', 'x'.repeat(100_000)],
    ['endless', 'content-length: 5\r\n\r\n', 'x'],
  ])('closes the connection when it is %s, because nobody waits for it', async (_, head, body) => {
    await start((request) => {
      request.socket.write(status('202 Accepted', head, body));
    });
    const post = aPost(
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      {
        token: anAccessToken(server.key),
      },
    );
    expect((await server.send(post)).status).toBe(202);
    expect(await untilOpen(0)).toBe(0);
  });

  it('does not begin with 103, because the answer is still to come', async () => {
    await start((request) => {
      request.socket.write(status('103 Early Hints', 'link: </x>\r\n\r\n'));
      answer(request);
    });
    expect(await call()).toMatchObject({ status: 200, text: `call-${calls}` });
  });
});
