import { type EventContext, securityEvent } from '../../oauth/security-event.ts';
import { edgeTrace, traceId } from '../../oauth/trace-context.ts';
import { authorizationServerMetadataPath, brokerPaths } from '../../oauth/well-known.ts';
import { cookiesOf } from './cookies.ts';
import type { DynamicClients } from './dynamic-clients.ts';
import { authorize } from './endpoints/authorize.ts';
import { callback } from './endpoints/callback.ts';
import { endConnection, showConnections } from './endpoints/connections.ts';
import { consent } from './endpoints/consent.ts';
import { metadata } from './endpoints/metadata.ts';
import { register } from './endpoints/register.ts';
import { revocationFeed } from './endpoints/revocation-feed.ts';
import { revoke } from './endpoints/revoke.ts';
import { token } from './endpoints/token.ts';
import {
  type AuthorizationServerParts,
  type Endpoint,
  type Exchange,
  recordFault,
} from './exchange.ts';
import { refusalPage } from './pages/error-page.ts';
import { json, oauthError } from './respond.ts';

/**
 * The authorization server that MCP clients see: a broker in front of Cognito. It never mints an
 * access token and never sees a password. This file is its map: every endpoint, once.
 */

interface Route {
  readonly methods: Readonly<Record<string, Endpoint>>;
  /** Called by clients' scripts from any origin: never reads a cookie (RFC 9700 §2.6). */
  readonly isOpenToOrigins?: boolean;
}

const routesOf = (dynamicClients: DynamicClients): Readonly<Record<string, Route>> => ({
  [authorizationServerMetadataPath]: { methods: { GET: metadata }, isOpenToOrigins: true },
  [brokerPaths.register]: { methods: { POST: register(dynamicClients) }, isOpenToOrigins: true },
  [brokerPaths.authorize]: { methods: { GET: authorize } },
  [brokerPaths.consent]: { methods: { POST: consent } },
  [brokerPaths.callback]: { methods: { GET: callback } },
  [brokerPaths.token]: { methods: { POST: token }, isOpenToOrigins: true },
  [brokerPaths.revoke]: { methods: { POST: revoke }, isOpenToOrigins: true },
  [brokerPaths.revocations]: { methods: { GET: revocationFeed } },
  [brokerPaths.connections]: { methods: { GET: showConnections, POST: endConnection } },
});

/** What the adapter knows about a request that the request does not say itself. */
export interface RequestContext {
  readonly clientAddress?: string;
}

export type AuthorizationServer = (request: Request, context?: RequestContext) => Promise<Response>;

const preflight = (route: Route): Response =>
  new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': [...Object.keys(route.methods), 'OPTIONS'].join(', '),
      'Access-Control-Allow-Headers': 'Authorization, Content-Type, MCP-Protocol-Version',
      'Access-Control-Max-Age': '3600',
    },
  });

const eventContext = (
  request: Request,
  url: URL,
  { now, privacy }: AuthorizationServerParts,
  context: RequestContext,
): EventContext => ({
  time: now(),
  correlationId:
    traceId(request.headers.get('traceparent')) ?? crypto.randomUUID().replaceAll('-', ''),
  component: 'authorization-server',
  httpMethod: request.method,
  path: url.pathname,
  userAgent: request.headers.get('user-agent') ?? '',
  ...(privacy && { privacy }),
  ...edgeTrace(request.headers),
  ...(context.clientAddress !== undefined && { clientAddress: context.clientAddress }),
});

const exchangeOf = (
  parts: AuthorizationServerParts,
  request: Request,
  url: URL,
  event: EventContext,
): Exchange => {
  let { correlationId } = event;
  return {
    ...parts,
    request,
    url,
    cookies: cookiesOf(request, parts.settings.issuer),
    seconds: Math.floor(event.time / 1000),
    record: (name, details) => {
      const time = parts.now();
      const context = { ...event, time, correlationId };
      const timed = { durationMs: time - event.time, ...details } as typeof details;
      parts.securityLog.record(securityEvent(name, context, timed));
    },
    correlationId: () => correlationId,
    continueLogin: (login) => {
      correlationId = login ?? correlationId;
    },
  };
};

const notFound = (): Response => json(404, { error: 'not_found', error_description: 'Not found' });

/** Answers one request of a known path: the method's endpoint, or why there is none. */
const serve = async (route: Route, exchange: Exchange): Promise<Response> => {
  const { method } = exchange.request;
  const endpoint = route.methods[method === 'HEAD' ? 'GET' : method];
  if (method === 'OPTIONS' && route.isOpenToOrigins) return preflight(route);
  if (!endpoint) {
    exchange.record('request.rejected', { reason: 'method_not_allowed', severity: 1, status: 405 });
    const response = oauthError({ reason: 'method_not_allowed' });
    response.headers.set('Allow', Object.keys(route.methods).join(', '));
    return response;
  }
  try {
    return await endpoint(exchange);
  } catch (fault) {
    recordFault(exchange, fault);
    const refusal = { reason: 'fault' } as const;
    return route.isOpenToOrigins ? oauthError(refusal) : refusalPage(exchange.settings, refusal);
  }
};

/**
 * Guarantees: never throws, never redirects to an unregistered URI, writes nothing before a user has
 * signed in, and answers every refusal with the code of its RFC and one security event.
 *
 * Does not limit rates: the edge does.
 *
 * @see [OAuth 2.1](https://datatracker.ietf.org/doc/html/draft-ietf-oauth-v2-1)
 */
export const createAuthorizationServer = (
  parts: AuthorizationServerParts,
  dynamicClients: DynamicClients,
): AuthorizationServer => {
  const routes = routesOf(dynamicClients);
  return async (request, context = {}) => {
    const url = new URL(request.url);
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    const event = eventContext(request, url, parts, context);
    if (!route) {
      const details = { reason: 'not_found', severity: 1, status: 404 };
      parts.securityLog.record(securityEvent('request.rejected', event, details));
      return notFound();
    }
    const exchange = exchangeOf(parts, request, url, event);
    const response = await serve(route, exchange);
    if (route.isOpenToOrigins) response.headers.set('Access-Control-Allow-Origin', '*');
    response.headers.set('X-Correlation-Id', exchange.correlationId());
    return response;
  };
};

/** Whether a path belongs to the authorization server: what the load balancer's rules say, too. */
export const isAuthorizationServerPath = (pathname: string): boolean =>
  pathname === authorizationServerMetadataPath || pathname.startsWith('/oauth/');
