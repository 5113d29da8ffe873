import type { AccessDemands, McpBackend, McpEndpoint } from './backend.ts';
import { authInfoOf } from './caller.ts';
import { withoutCredentials } from './handler.ts';
import { endingWith } from './stream-end.ts';

/** As much of SDK v1's `McpServer` or `Server` as is used here. */
export interface V1Server {
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
}

/** What an unchanged server cannot say itself: which of its tools need what. */
export interface V1Access extends AccessDemands {
  /** Whether what `access` does not name may be called with the scopes of the method alone. */
  readonly unlisted: 'allow' | 'deny';
}

type TransportModule =
  typeof import('@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js');

/** SDK v1 is an optional peer: whoever brings no v1 server does not need it. */
const loadTransport = async (): Promise<
  TransportModule['WebStandardStreamableHTTPServerTransport']
> => {
  try {
    const { WebStandardStreamableHTTPServerTransport } = await import(
      '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
    );
    return WebStandardStreamableHTTPServerTransport;
  } catch (cause) {
    // Also tells bundlers that it may be missing.
    throw new Error("'fromV1Server' needs @modelcontextprotocol/sdk, which is not installed", {
      cause,
    });
  }
};

// What SDK v2 answers without sessions. The v1 transport would open a GET stream that nothing feeds.
const methodNotAllowed = (): Response =>
  Response.json(
    { jsonrpc: '2.0', error: { code: -32000, message: 'Method not allowed.' }, id: null },
    { status: 405, headers: { allow: 'POST' } },
  );

const createEndpoint = (
  createServer: () => V1Server | Promise<V1Server>,
  keepAliveMs: number,
): McpEndpoint => {
  const open = new Set<V1Server>();
  const transportClass = loadTransport();
  // Whoever calls first gets the failure; until then it must not end the process.
  transportClass.catch(() => undefined);

  const close = async (server: V1Server): Promise<void> => {
    // Whoever waited for it is gone or has been answered: a failure concerns nobody.
    if (open.delete(server)) await server.close().catch(() => undefined);
  };

  return {
    handle: async ({ method, body, exchange, toRequest, onGone }) => {
      if (method !== 'POST') return methodNotAllowed();
      const Transport = await transportClass;
      const transport = new Transport({ sessionIdGenerator: undefined, keepAliveMs });
      const server = await createServer();
      open.add(server);
      // A client that goes away has cancelled: closing aborts the handlers' signals.
      onGone(() => void close(server));
      await server.connect(transport);
      const response = await transport.handleRequest(withoutCredentials(toRequest()), {
        ...(body !== undefined && { parsedBody: body }),
        authInfo: authInfoOf(exchange),
      });
      return endingWith(response, () => close(server));
    },
    close: async () => {
      await Promise.all([...open].map(close));
    },
  };
};

/**
 * Serves an existing server of `@modelcontextprotocol/sdk` (v1) unchanged. The factory runs once per
 * request and returns a fresh server; nothing is remembered in between, so tasks scale out freely.
 * A handler finds the caller at `extra.authInfo.extra.principal`, or with `callerOf(extra)`; the
 * access token is not there.
 *
 * Speaks MCP up to 2025-11-25. Has no sessions: no GET stream, no requests from server to client
 * (elicitation, sampling). Does not hide the text of errors that handlers throw: SDK v1 sends it.
 *
 * @example
 * await serve(fromV1Server(createMyServer, { unlisted: 'allow', tools: { drop: { scopes: ['mcp:admin'] } } }));
 */
export const fromV1Server = (
  createServer: () => V1Server | Promise<V1Server>,
  access: V1Access,
): McpBackend => ({ access, open: ({ keepAliveMs }) => createEndpoint(createServer, keepAliveMs) });
