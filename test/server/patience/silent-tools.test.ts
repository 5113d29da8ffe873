import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultPatience } from '../../../server/early-answer.ts';
import { type Listener, listen } from '../../../server/listener.ts';
import { defineTool } from '../../../server/mcp/tool.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
  type TestServer,
} from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

/** A tool that says nothing for long, over a real socket, with 5 s and 10 s shrunk to milliseconds. */

const patience = { firstByteMs: 40, keepAliveMs: 30 };
const handlers: { aborted: number; run: (signal: AbortSignal) => Promise<string> } = {
  aborted: 0,
  run: async () => 'done',
};

const silent = defineTool({
  name: 'silent',
  title: 'Silent',
  description: 'Says nothing.',
  requiredScopes: [],
  inputSchema: z.object({}),
  annotations: {},
  handler: async (_, { signal }) => {
    signal.addEventListener('abort', () => {
      handlers.aborted += 1;
    });
    return { content: [{ type: 'text', text: await handlers.run(signal) }] };
  },
});

let server: TestServer;
let listener: Listener;

const start = async (config = {}) => {
  handlers.aborted = 0;
  const application = { name: 's', title: 's', version: '1', tools: [silent] };
  server = await aResourceServer({ application, config, patience });
  listener = await listen(server.handle, { host: '127.0.0.1', port: 0 });
};

afterEach(async () => {
  await server.close();
  await listener.close(100);
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const call = (signal?: AbortSignal, accept?: string) => {
  const { body, headers } = modernRequest('tools/call', { name: 'silent', arguments: {} });
  const request = aPost(body, {
    token: anAccessToken(server.key),
    headers: { ...headers, ...(accept && { accept }) },
    url: `http://127.0.0.1:${listener.port}/mcp`,
  });
  return fetch(request, signal ? { signal } : {});
};

// The port is known after listening only, so every host is served here.
const everyHost = { allowedHosts: { includes: () => true } as unknown as string[] };
const open = () => start(everyHost);

describe('a tool that is silent for long', () => {
  it('gets its first byte out early and comments after that, because CloudFront waits 30 s only', async () => {
    await open();
    handlers.run = async () => {
      await pause(300);
      return 'finally';
    };
    const startedAt = performance.now();
    const response = await call();
    expect(performance.now() - startedAt).toBeLessThan(250);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.text();
    expect(text.match(/^: keep-alive$/gm)?.length).toBeGreaterThanOrEqual(4);
    const data = /^data: (.*)$/m.exec(text)?.[1] as string;
    expect(JSON.parse(data)).toMatchObject({ id: 1, result: { content: [{ text: 'finally' }] } });
    expect(server.log.only.metadata.event_code).toBe('access.allowed');
  });

  it('is answered as plain JSON when it is quick', async () => {
    await open();
    handlers.run = async () => 'quick';
    const response = await call();
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('that fails late tells the client and the log, in the stream that has begun', async () => {
    await open();
    handlers.run = async () => {
      await pause(120);
      throw new Error('secret');
    };
    const text = await (await call()).text();
    expect(text).toContain('"isError":true');
    expect(text).not.toContain('secret');
    expect(server.faults).toHaveLength(1);
  });

  it('is cancelled when the client goes away, early and late, and its place is free again', async () => {
    await open();
    handlers.run = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
    for (const ms of [20, 150]) {
      handlers.aborted = 0;
      const controller = new AbortController();
      const answer = call(controller.signal).then((response) => response.text());
      await pause(ms);
      controller.abort();
      await expect(answer).rejects.toThrow();
      await pause(100);
      expect(handlers.aborted, `after ${ms} ms`).toBe(1);
    }
  });

  it('with defaults below every idle timeout on the way: CloudFront 30 s, ALB 60 s', () => {
    expect(defaultPatience.firstByteMs).toBeLessThan(30_000);
    expect(defaultPatience.keepAliveMs).toBeLessThan(30_000);
  });
});

describe('places among the calls under way', () => {
  it('come back when clients hang up in the middle, because otherwise 50 aborted calls lock a user out', async () => {
    const rateLimits = {
      address: null,
      principal: null,
      tenant: null,
      client: null,
      tools: {},
      concurrentCalls: 10,
      concurrentCallsOfPrincipal: 2,
    };
    await start({ ...everyHost, rateLimits });
    handlers.run = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))));
    for (let round = 0; round < 6; round += 1) {
      const controller = new AbortController();
      const answer = call(controller.signal).then((response) => response.text());
      await pause(round % 2 === 0 ? 20 : 80);
      controller.abort();
      await answer.catch(() => undefined);
      await pause(40);
    }
    handlers.run = async () => 'free';
    expect((await call()).status).toBe(200);
    const legacy = aPost(legacyRequest('ping'), {
      token: anAccessToken(server.key),
      url: `http://127.0.0.1:${listener.port}/mcp`,
    });
    expect((await fetch(legacy)).status).toBe(200);
  });
});
