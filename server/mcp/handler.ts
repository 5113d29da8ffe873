import { createMcpHandler, McpServer, preloadSchemas } from '@modelcontextprotocol/server';
import type { McpApplication } from './application.ts';
import { authInfoOf, type Exchange } from './caller.ts';

/** Do it. ⑦ in the figure: an authenticated, authorised request → the MCP SDK's answer. */
export interface McpEndpoint {
  readonly handle: (request: Request, parsedBody: unknown, exchange: Exchange) => Promise<Response>;
  /** Ends open subscription streams with a result and aborts what is still running. */
  readonly close: () => Promise<void>;
}

// Below every idle timeout on the way: CloudFront's origin response (30 s), the ALB's (60 s).
const keepAliveMs = 10_000;

const credentialHeaders = ['authorization', 'cookie', 'proxy-authorization'];

/** The SDK hands the request to every handler, so what it must not see has to go before. */
const withoutCredentials = (request: Request): Request => {
  for (const name of credentialHeaders) request.headers.delete(name);
  return request;
};

const isSubscription = (body: unknown): boolean =>
  (body as { readonly method?: unknown } | undefined)?.method === 'subscriptions/listen';

/** A stream that stays open must not outlive the access token that opened it. */
const endingWith = (request: Request, remainingMs: number): Request =>
  new Request(request, {
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(Math.max(0, remainingMs))]),
  });

/**
 * Serves an application to MCP 2026-07-28 and to all 2025 revisions on one endpoint, without
 * sessions. GET and DELETE get the SDK's 405.
 *
 * Checks no token, scope, Host or Origin: whoever calls it has done so. Takes the request over and
 * removes its credentials.
 */
export const createMcpEndpoint = (application: McpApplication, now: () => number): McpEndpoint => {
  const { name, title, version, instructions, tools, register } = application;
  preloadSchemas();
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name, title, version }, { instructions });
      for (const tool of tools) tool.register(server);
      register?.(server);
      return server;
    },
    { responseMode: 'auto', keepAliveMs },
  );
  return {
    handle: (request, parsedBody, exchange) => {
      const remainingMs = exchange.principal.expiresAt * 1000 - now();
      const bounded = isSubscription(parsedBody) ? endingWith(request, remainingMs) : request;
      return handler.fetch(withoutCredentials(bounded), {
        ...(parsedBody !== undefined && { parsedBody }),
        authInfo: authInfoOf(exchange),
      });
    },
    close: () => handler.close(),
  };
};
