import type { Principal } from '../oauth/principal.ts';
import type { Rejection } from '../oauth/rejection.ts';
import { isAllowedHost, isAllowedOrigin } from '../oauth/request-origin.ts';
import { err, ok, type Result } from '../oauth/result.ts';
import { protectedResourceMetadataUrl } from '../oauth/well-known.ts';
import type { Admission } from './admit.ts';
import { type Answer, headerOf, withHeaders } from './answer.ts';
import type { Authenticate } from './authenticate.ts';
import type { Authorize } from './authorize.ts';
import type { CallRecord } from './call-record.ts';
import type { Change } from './changes/change.ts';
import type { ServerConfig } from './config.ts';
import { originHeaders, preflightResponse } from './cross-origin.ts';
import { healthPath, healthResponse } from './documents.ts';
import type { Patience } from './early-answer.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { McpEndpoint } from './mcp/handler.ts';
import { type Message, readMessage } from './message-body.ts';
import { createPerform } from './perform.ts';
import { createRefusals, faultAnswer } from './refusal.ts';

/**
 * The path of a request, in order. Every step either hands on or refuses; a refusal is a value, and
 * what is not refused by a step was allowed by it. Steps are numbered as in ARCHITECTURE.md.
 */

export interface PipelineStages {
  readonly config: ServerConfig;
  readonly documents: (method: string, path: string) => Response | undefined;
  readonly authenticate: Authenticate;
  readonly admit: Admission;
  readonly authorize: Authorize;
  readonly mcp: McpEndpoint;
  readonly beginRecord: (call: IncomingCall, path: string) => CallRecord;
  /** Whether the load balancer may send calls here. */
  readonly isReady: () => boolean;
  readonly patience: Patience;
  /** Tells listeners of a change that a handler has made. */
  readonly publish: (change: Change) => void;
}

type Outcome = Result<Answer, Rejection>;

/** What was asked for. */
interface Location {
  readonly path: string;
  readonly query: URLSearchParams;
}

const noQuery = new URLSearchParams();

/** Paths that need no parsing, which is nearly all there are, are not parsed. */
const plainPath = /^\/[A-Za-z0-9_-]*(?:\/[A-Za-z0-9_-]+)*$/;

const locationOf = (target: string): Location => {
  if (plainPath.test(target)) return { path: target, query: noQuery };
  const { pathname, searchParams } = new URL(`http://localhost${target}`);
  return { path: pathname, query: searchParams };
};

const mcpMethods = new Set(['POST', 'GET', 'HEAD', 'DELETE']);

/** ④ to ⑦: a request to the MCP path whose host, origin and method are fine. */
const createConversation = (stages: PipelineStages) => {
  const { config, authenticate, admit, authorize } = stages;
  const perform = createPerform(stages);

  /** ④, and of ⑤ what can be counted before the body is read. */
  const identify = async (
    call: IncomingCall,
    query: URLSearchParams,
    record: CallRecord,
  ): Promise<Result<Principal, Rejection>> => {
    const early = await admit.address(record.clientAddress);
    if (!early.ok) return early;
    const principal = await authenticate(call, query);
    if (!principal.ok) return principal;
    record.principal = principal.value;
    const admitted = await admit.caller(principal.value);
    return admitted.ok ? principal : admitted;
  };

  /** Only a POST says anything; the rest goes to the SDK, which answers 405. */
  const messageOf = async (
    call: IncomingCall,
    record: CallRecord,
  ): Promise<Result<Pick<Message, 'operations'> & Partial<Message>, Rejection>> => {
    if (call.method !== 'POST') return ok({ operations: [] });
    const message = await readMessage(call, config.maxBodyBytes);
    if (!message.ok) return message;
    record.operations = message.value.operations;
    record.joinTrace(message.value.traceparent);
    return message;
  };

  return async (
    call: IncomingCall,
    query: URLSearchParams,
    record: CallRecord,
  ): Promise<Outcome> => {
    const principal = await identify(call, query, record);
    if (!principal.ok) return principal;

    const message = await messageOf(call, record);
    if (!message.ok) return message;
    const { body, operations } = message.value;

    const counted = await admit.operations(principal.value, operations);
    if (!counted.ok) return counted;

    const authorized = authorize(principal.value, operations);
    if (!authorized.ok) return authorized;

    const place = admit.enter(principal.value);
    if (!place.ok) return place;
    return perform({ call, body, principal: principal.value, record, leave: place.value });
  };
};

export const createPipeline = (stages: PipelineStages) => {
  const { config, documents, beginRecord } = stages;
  const mcpPath = new URL(config.resourceIdentifier).pathname;
  const refusalAnswer = createRefusals({
    resourceMetadataUrl: protectedResourceMetadataUrl(config.resourceIdentifier),
    everydayScopes: config.everydayScopes,
  });
  const converse = createConversation(stages);

  /** Documents for everybody first, then the one path that is not for everybody. */
  const route = async (
    call: IncomingCall,
    { path, query }: Location,
    record: CallRecord,
  ): Promise<Outcome> => {
    if (path === healthPath) return served(record, healthResponse(stages.isReady()));
    const host = call.headers.get('host') ?? undefined;
    if (!isAllowedHost(host, config.allowedHosts)) return err(hostRefusal(host));
    const document = documents(call.method, path);
    if (document) return served(record, document);
    if (path !== mcpPath) return err({ reason: 'not_found' });
    return guard(call, query, record);
  };

  /** What a browser may be tricked into is refused before any work on credentials. */
  const guard = async (
    call: IncomingCall,
    query: URLSearchParams,
    record: CallRecord,
  ): Promise<Outcome> => {
    const origin = call.headers.get('origin') ?? undefined;
    if (!isAllowedOrigin(origin, config.allowedOrigins)) return err(originRefusal(origin));
    if (call.method === 'OPTIONS') return served(record, preflightResponse(call));
    if (!mcpMethods.has(call.method)) return err({ reason: 'method_not_allowed' });
    return converse(call, query, record);
  };

  const refuse = (rejection: Rejection, { method }: IncomingCall, record: CallRecord): Answer => {
    record.refused(rejection);
    const form = method === 'POST' && record.path === mcpPath ? 'json-rpc' : 'plain';
    return refusalAnswer(rejection, form);
  };

  /** Correlation id, CORS and what keeps caches and sniffers away, on whatever the answer is. */
  const finish = (answer: Answer, { headers }: IncomingCall, record: CallRecord): Answer => {
    if (record.path !== mcpPath) return answer;
    const origin = headers.get('origin');
    const isAllowed = isAllowedOrigin(origin ?? undefined, config.allowedOrigins);
    return withHeaders(answer, {
      'x-correlation-id': record.correlationId,
      'x-content-type-options': 'nosniff',
      'cache-control': headerOf(answer, 'cache-control') ?? 'no-store',
      ...originHeaders(isAllowed ? origin : null),
    });
  };

  return async (call: IncomingCall): Promise<Answer> => {
    const location = locationOf(call.target);
    const record = beginRecord(call, location.path);
    try {
      const outcome = await route(call, location, record);
      const answer = outcome.ok ? outcome.value : refuse(outcome.error, call, record);
      return finish(answer, call, record);
    } catch (fault) {
      record.faulted(fault);
      return finish(faultAnswer(), call, record);
    }
  };
};

const served = (record: CallRecord, response: Response): Outcome => {
  record.served();
  return ok(response);
};

const hostRefusal = (host = 'none'): Rejection => ({
  reason: 'host_not_allowed',
  evidence: { host },
});

const originRefusal = (origin = 'none'): Rejection => ({
  reason: 'origin_not_allowed',
  evidence: { origin },
});
