import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { isAllowedHost, isAllowedOrigin } from '../oauth/request-origin.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { protectedResourceMetadataUrl } from '../oauth/well-known.ts';
import type { Authenticate } from './authenticate.ts';
import type { Authorize } from './authorize.ts';
import type { CallRecord } from './call-record.ts';
import type { ServerConfig } from './config.ts';
import { allowOrigin, preflightResponse } from './cross-origin.ts';
import { healthPath, healthResponse } from './documents.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { McpEndpoint } from './mcp/handler.ts';
import { type Message, readMessage } from './message-body.ts';
import { faultResponse, refusalResponse } from './refusal.ts';

/**
 * The path of a request, in order. Every step either hands on or refuses; a refusal is a value, and
 * what is not refused by a step was allowed by it. Steps are numbered as in ARCHITECTURE.md.
 */

export interface PipelineStages {
  readonly config: ServerConfig;
  readonly documents: (request: Request, path: string) => Response | undefined;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly mcp: McpEndpoint;
  readonly beginRecord: (call: IncomingCall, path: string) => CallRecord;
}

type Outcome = Result<Response, Rejection>;

const mcpMethods = new Set(['POST', 'GET', 'HEAD', 'DELETE']);

export const createPipeline = (stages: PipelineStages) => {
  const { config, documents, authenticate, authorize, mcp, beginRecord } = stages;
  const mcpPath = new URL(config.resourceIdentifier).pathname;
  const challenge = {
    resourceMetadataUrl: protectedResourceMetadataUrl(config.resourceIdentifier),
    everydayScopes: config.everydayScopes,
  };

  /** ④ to ⑦: a request to the MCP path whose host, origin and method are fine. */
  const converse = async (call: IncomingCall, url: URL, record: CallRecord): Promise<Outcome> => {
    const principal = await authenticate(call, url.searchParams);
    if (!principal.ok) return principal;
    record.principal = principal.value;

    const message = await messageOf(call);
    if (!message.ok) return message;
    record.operations = message.value?.operations;
    record.joinTrace(message.value?.traceparent);

    const authorized = authorize(principal.value, message.value?.operations ?? []);
    if (!authorized.ok) return authorized;

    const response = await mcp.handle(
      call.request,
      message.value?.body,
      exchangeOf(principal.value, record),
    );
    record.answered(response.status);
    return ok(response);
  };

  /** Only a POST says anything; the rest goes to the SDK, which answers 405. */
  const messageOf = async (call: IncomingCall): Promise<Result<Message | undefined, Rejection>> =>
    call.request.method === 'POST' ? readMessage(call, config.maxBodyBytes) : ok(undefined);

  /** Documents for everybody first, then the one path that is not for everybody. */
  const route = async (call: IncomingCall, url: URL, record: CallRecord): Promise<Outcome> => {
    const { request } = call;
    if (url.pathname === healthPath) return served(record, healthResponse());
    const host = request.headers.get('host') ?? undefined;
    if (!isAllowedHost(host, config.allowedHosts)) return err(hostRefusal(host));
    const document = documents(request, url.pathname);
    if (document) return served(record, document);
    if (url.pathname !== mcpPath) return err({ reason: 'not_found' });
    return guard(call, url, record);
  };

  /** What a browser may be tricked into is refused before any work on credentials. */
  const guard = async (call: IncomingCall, url: URL, record: CallRecord): Promise<Outcome> => {
    const { request } = call;
    const origin = request.headers.get('origin') ?? undefined;
    if (!isAllowedOrigin(origin, config.allowedOrigins)) return err(originRefusal(origin));
    if (request.method === 'OPTIONS') return served(record, preflightResponse(request));
    if (!mcpMethods.has(request.method)) return err({ reason: 'method_not_allowed' });
    return converse(call, url, record);
  };

  const refuse = (rejection: Rejection, { method }: Request, record: CallRecord): Response => {
    record.refused(rejection);
    const form = method === 'POST' && record.path === mcpPath ? 'json-rpc' : 'plain';
    return refusalResponse(rejection, form, challenge);
  };

  /** Correlation id and CORS, on whatever the answer is. */
  const finish = (response: Response, { headers }: Request, record: CallRecord): Response => {
    if (record.path !== mcpPath) return response;
    response.headers.set('x-correlation-id', record.correlationId);
    const origin = headers.get('origin');
    const isAllowed = isAllowedOrigin(origin ?? undefined, config.allowedOrigins);
    return allowOrigin(response, isAllowed ? origin : null);
  };

  return async (call: IncomingCall): Promise<Response> => {
    const { request } = call;
    const url = new URL(request.url);
    const record = beginRecord(call, url.pathname);
    try {
      const outcome = await route(call, url, record);
      const response = outcome.ok ? outcome.value : refuse(outcome.error, request, record);
      return finish(response, request, record);
    } catch (fault) {
      record.faulted(fault);
      return finish(faultResponse(), request, record);
    }
  };
};

const served = (record: CallRecord, response: Response): Outcome => {
  record.served();
  return ok(response);
};

const exchangeOf = (principal: Principal, record: CallRecord) => ({
  principal,
  correlationId: record.correlationId,
  reportFault: record.handlerFaulted,
});

const hostRefusal = (host = 'none'): Rejection => ({
  reason: 'host_not_allowed',
  evidence: { host },
});

const originRefusal = (origin = 'none'): Rejection => ({
  reason: 'origin_not_allowed',
  evidence: { origin },
});
