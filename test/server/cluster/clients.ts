import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { modernRequest } from '../../support/resource-server.ts';

/** Clients that call one after another over kept connections, and what each of them met. */

export interface CallOutcome {
  /** What the tool writes into its journal when it runs. */
  readonly id: string;
  readonly startedAt: number;
  readonly status: number;
  readonly pid: number | undefined;
}

const oneCall = (
  agent: Agent,
  { port, token, ms }: { readonly port: number; readonly token: string; readonly ms: number },
): Promise<CallOutcome> => {
  const id = randomUUID();
  const { body, headers } = modernRequest('tools/call', { name: 'slow', arguments: { ms, id } });
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const failed = () => resolve({ id, startedAt, status: 0, pid: undefined });
    const outgoing = request(
      {
        ...{ agent, host: '127.0.0.1', port, path: '/mcp', method: 'POST' },
        headers: {
          host: 'mcp.example.com',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${token}`,
          ...headers,
        },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('error', failed).on('end', () => {
          const pid = /pid (\d+)/.exec(text)?.[1];
          const status = incoming.statusCode ?? 0;
          resolve({ id, startedAt, status, pid: pid === undefined ? undefined : Number(pid) });
        });
      },
    );
    outgoing.on('error', failed).end(JSON.stringify(body));
  });
};

/** Runs `count` clients until `stop` resolves. One list of outcomes per client, in order. */
export const runClients = async (
  count: number,
  options: { readonly port: number; readonly token: () => string; readonly ms: number },
  stop: Promise<unknown>,
): Promise<readonly (readonly CallOutcome[])[]> => {
  let isOver = false;
  const over = stop.finally(() => {
    isOver = true;
  });
  const client = async (): Promise<readonly CallOutcome[]> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const outcomes: CallOutcome[] = [];
    while (!isOver) outcomes.push(await oneCall(agent, { ...options, token: options.token() }));
    agent.destroy();
    return outcomes;
  };
  const all = await Promise.all(Array.from({ length: count }, client));
  await over;
  return all;
};
