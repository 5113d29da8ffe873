import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An MCP server made of nothing but `node:http`, which remembers what it was sent. */

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Resolves when the connection of the request is closed. */
  readonly closed: Promise<void>;
}

export interface RawUpstream {
  readonly url: string;
  readonly seen: SeenRequest[];
  readonly close: () => Promise<void>;
}

type Answer = (id: unknown, response: ServerResponse) => void;

const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    'set-cookie': 'upstream=1',
    server: 'raw/1.0',
    'x-powered-by': 'fixture',
  });
  response.end(JSON.stringify(body));
};

const events = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return (message: unknown) =>
    response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
};

const progress = (step: number) => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: step },
});

const result = (id: unknown, value: object) => ({ jsonrpc: '2.0', id, result: value });
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });

/** What each tool does to its caller. */
const tools: Readonly<Record<string, Answer>> = {
  echo: (id, response) => json(response, result(id, text('echo'))),
  export: (id, response) => json(response, result(id, text('exported'))),
  slow: (id, response) => {
    const send = events(response);
    send(progress(1));
    setTimeout(() => {
      send(progress(2));
      response.end(`data: ${JSON.stringify(result(id, text('done')))}\n\n`);
    }, 300);
  },
  silent: (_, response) => {
    events(response);
  },
  mute: () => undefined,
  dies: (_, response) => {
    events(response)(progress(1));
    setTimeout(() => response.destroy(), 50);
  },
  unauthorized: (_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  },
  redirects: (_, response) => {
    response.writeHead(307, { location: 'http://169.254.169.254/' }).end();
  },
  'error page': (_, response) => {
    response
      .writeHead(500, { 'content-type': 'text/html' })
      .end('<pre>Error at /srv/app.js:7</pre>');
  },
  'json error': (id, response) => {
    const error = { code: -32022, message: 'unsupported', data: { supported: ['2025-11-25'] } };
    json(response, { jsonrpc: '2.0', id, error }, 400);
  },
};

const lists: Readonly<Record<string, object>> = {
  'tools/list': {
    tools: ['echo', 'finance', 'unknown', 'slow'].map((name) => ({ name, inputSchema: {} })),
    cacheScope: 'public',
    ttlMs: 60_000,
  },
  'resources/list': {
    resources: [
      { uri: 'notes:///acme/1', name: 'a' },
      { uri: 'notes:///evil/1', name: 'b' },
    ],
  },
};

const answerPost = (body: string, { headers }: IncomingMessage, response: ServerResponse): void => {
  const message = JSON.parse(body);
  const { id, method, params } = Array.isArray(message) ? message[0] : message;
  if (method === 'initialize') response.setHeader('mcp-session-id', 'session-of-upstream');
  if (id === undefined) response.writeHead(202).end();
  else if (method === 'tools/call') (tools[params.name] ?? tools.echo)?.(id, response);
  else if (headers['x-never'] === undefined) json(response, result(id, lists[method] ?? {}));
};

export const startRawUpstream = async (): Promise<RawUpstream> => {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const closed = new Promise<void>((resolve) => response.once('close', () => resolve()));
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers: headers as Record<string, string>, body, closed });
    if (method === 'POST') answerPost(body, request, response);
    else if (method === 'GET')
      events(response)({ jsonrpc: '2.0', method: 'notifications/message' });
    else response.writeHead(200).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
