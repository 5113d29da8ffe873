import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { legacyRequest, modernRequest } from '../../support/resource-server.ts';
import { startEdge } from '../cluster/edge.ts';
import { startLoadBalancer } from '../cluster/load-balancer.ts';

/** A tool that is silent for longer than anybody on the way waits, seen from the client's end. */

export const eras = ['2025-11-25', '2026-07-28'] as const;
export type Era = (typeof eras)[number];

export interface SilentCall {
  readonly status: number;
  readonly firstByteMs: number;
  /** Longest time without a byte, the first one included. */
  readonly longestSilenceMs: number;
  readonly totalMs: number;
  /** Whether the body ended as it should, or the connection was cut. */
  readonly isComplete: boolean;
  readonly body: string;
}

const messageOf = (era: Era, tool: string, args: Record<string, unknown>) =>
  era === '2026-07-28'
    ? modernRequest('tools/call', { name: tool, arguments: args })
    : {
        body: legacyRequest('tools/call', { name: tool, arguments: args }),
        headers: { 'mcp-protocol-version': era },
      };

export const callSilently = async (
  { port, token }: { readonly port: number; readonly token: string },
  era: Era,
  { tool, args = {} }: { readonly tool: string; readonly args?: Record<string, unknown> },
): Promise<SilentCall> => {
  const { body, headers } = messageOf(era, tool, args);
  const startedAt = performance.now();
  const outgoing = request({
    ...{ agent: false, host: '127.0.0.1', port, path: '/mcp', method: 'POST' },
    headers: {
      host: 'mcp.example.com',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
  });
  outgoing.end(JSON.stringify(body));
  const [incoming] = await once(outgoing, 'response');
  const firstByteMs = performance.now() - startedAt;
  let lastAt = performance.now();
  let longestSilenceMs = firstByteMs;
  incoming.on('data', () => {
    longestSilenceMs = Math.max(longestSilenceMs, performance.now() - lastAt);
    lastAt = performance.now();
  });
  const said = await text(incoming).catch(() => '');
  return {
    status: incoming.statusCode,
    firstByteMs,
    longestSilenceMs,
    totalMs: performance.now() - startedAt,
    isComplete: incoming.complete,
    body: said,
  };
};

/** nginx and HAProxy in front of a server, none of which waits longer than `idleMs` for a byte. */
export const startWay = async (serverPort: number, idleMs: number) => {
  const balancer = await startLoadBalancer([serverPort], { idleMs });
  const edge = await startEdge(balancer.port, { silenceMs: idleMs });
  return {
    port: edge.port,
    close: async () => {
      await edge.close();
      await balancer.close();
    },
  };
};
