import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { guardUpstream } from '../../../server/guard/guard.ts';
import { readEventStream } from '../../support/event-stream.ts';
import { aPost, aResourceServer, legacyRequest } from '../../support/resource-server.ts';
import { anAccessToken } from '../../support/tokens.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A server that thinks and then answers with JSON, in one piece, as most do. */
const startUpstream = async (thinkMs: number, status = 200) => {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { id } = JSON.parse(Buffer.concat(chunks).toString());
    await pause(thinkMs);
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

it.each([
  ['answers', 200, { id: 1, result: { content: [] } }],
  // Without the id the client would wait for ever.
  ['turns out to be broken', 302, { id: 1, error: { code: -32603 } }],
])(
  'a server that thinks for long and then %s loses neither client nor answer',
  async (_, status, message) => {
    const upstream = await startUpstream(300, status);
    const server = await aResourceServer({
      application: guardUpstream({
        upstreamUrl: upstream.url,
        identityKey: { secret: Buffer.alloc(32, 1) },
        access: { tools: { think: {} } },
      }),
      patience: { firstByteMs: 40, keepAliveMs: 30 },
    });
    const call = legacyRequest('tools/call', { name: 'think', arguments: {} });
    const response = await server.send(aPost(call, { token: anAccessToken(server.key) }));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const stream = readEventStream(response);
    expect(await stream.ended).toBe('ended');
    expect(stream.comments()).toBeGreaterThanOrEqual(4);
    expect(stream.messages).toMatchObject([message]);
    await server.close();
    await upstream.close();
  },
);
