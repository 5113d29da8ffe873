import type { IncomingMessage } from 'node:http';
import { type AccessPolicy, isReachable } from '../../oauth/access-policy.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import type { WholeAnswer } from '../answer.ts';
import { HandlerRefusal } from '../handler-refusal.ts';
import type { AccessDemands, BackendEnvironment, McpBackend, McpEndpoint } from '../mcp/backend.ts';
import type { Exchange } from '../mcp/caller.ts';
import { unchallengedRefusal } from '../refusal.ts';
import {
  type BoundRequest,
  callerIdentityHeader,
  type IdentityKey,
  signCallerIdentity,
} from './caller-identity.ts';
import type { IsVisible } from './list-filter.ts';
import { lookalikeMember } from './lookalike-members.ts';
import { OpenPassages, type Passage } from './passage.ts';
import { createSessionHandles, type SessionHandles } from './session-handle.ts';
import { answerOf } from './upstream-answer.ts';
import { forwardedRequestHeaders } from './upstream-headers.ts';
import { sendUpstream } from './upstream-request.ts';
import { parseUpstreamUrl } from './upstream-url.ts';

export interface GuardOptions {
  /** Where the server listens: `http://127.0.0.1:3001/mcp`. Loopback only. */
  readonly upstreamUrl: string;
  readonly identityKey: IdentityKey;
  /** What its tools, prompts and resources demand. What is not named is denied. */
  readonly access: AccessDemands;
  /** Leaves out of the lists what the caller could never use. @default false */
  readonly hideUnreachable?: boolean;
}

const forwardedMethods = new Set(['POST', 'GET', 'DELETE']);

/** Answers and puts the reason on the record, where it is the decision. */
const refuse = (rejection: Rejection, { reportFault }: Exchange): WholeAnswer => {
  reportFault(new HandlerRefusal(rejection));
  return unchallengedRefusal(rejection);
};

const unavailable = (cause: string | number): Rejection => ({
  reason: 'upstream_unavailable',
  evidence: { cause },
});

/** An upstream that redirects or asks for credentials is set up wrongly; neither is for the client. */
const isUsable = (status: number): boolean =>
  status >= 200 && status !== 401 && (status < 300 || status >= 400);

/** Arguments that some rule looks at. */
const tenantArguments = ({ tools, prompts, resources }: AccessPolicy): readonly string[] =>
  [
    ...[...Object.values(tools), ...Object.values(prompts)].map((rule) => rule.tenantArgument),
    ...resources.map(({ tenantVariable }) => tenantVariable),
  ].filter((name) => name !== undefined);

class Guard implements McpEndpoint {
  readonly #url: URL;
  readonly #options: GuardOptions;
  readonly #now: () => number;
  readonly #accessPolicy: AccessPolicy;
  readonly #keepAliveMs: number;
  readonly #argumentNames: readonly string[];
  readonly #sessions: SessionHandles = createSessionHandles();
  readonly #passages: OpenPassages;

  constructor(
    url: URL,
    options: GuardOptions,
    { now, accessPolicy, keepAliveMs, isRevoked }: BackendEnvironment,
  ) {
    this.#url = url;
    this.#options = options;
    this.#now = now;
    this.#passages = new OpenPassages({ now, isRevoked });
    this.#accessPolicy = accessPolicy;
    this.#keepAliveMs = keepAliveMs;
    this.#argumentNames = tenantArguments(accessPolicy);
  }

  readonly handle: McpEndpoint['handle'] = async (request, parsedBody, exchange) => {
    const lookalike = lookalikeMember(parsedBody, this.#argumentNames);
    if (lookalike !== undefined)
      return refuse({ reason: 'message_malformed', evidence: { lookalike } }, exchange);
    const session = this.#sessionOf(request, exchange);
    if (!session.ok) return refuse(session.error, exchange);
    const passage = {
      request,
      exchange,
      parsedBody,
      sessionId: session.value,
      controller: new AbortController(),
    };
    const response = await this.#pass(passage);
    return response.ok ? response.value : refuse(response.error, exchange);
  };

  readonly drain = async (): Promise<void> => {
    this.#passages.abortEndless();
  };

  readonly close = async (): Promise<void> => {
    this.#passages.abortAll();
  };

  #sessionOf(
    { method, headers }: Request,
    { principal }: Exchange,
  ): Result<string | undefined, Rejection> {
    if (!forwardedMethods.has(method)) return err({ reason: 'method_not_allowed' });
    const handle = headers.get('mcp-session-id');
    if (handle !== null) return this.#sessions.open(handle, principal);
    // Without a session a GET stream would carry what the upstream tells everybody.
    return method === 'POST' ? ok(undefined) : err({ reason: 'method_not_allowed' });
  }

  async #pass(passage: Passage): Promise<Result<Response, Rejection>> {
    const release = this.#passages.add(passage);
    try {
      const incoming = await this.#send(passage);
      const status = incoming.statusCode ?? 502;
      if (isUsable(status)) return ok(await this.#answer(incoming, passage, release));
      incoming.destroy();
      release();
      return err(unavailable(status));
    } catch (error) {
      release();
      // Nobody is waiting any more, so nobody was refused.
      if (passage.request.signal.aborted) return ok(new Response(null, { status: 499 }));
      return err(unavailable((error as NodeJS.ErrnoException).code ?? 'failed'));
    }
  }

  #answer(incoming: IncomingMessage, passage: Passage, ended: () => void): Promise<Response> {
    const { principal } = passage.exchange;
    const isVisible: IsVisible = (item) => isReachable(principal, item, this.#accessPolicy);
    return answerOf(incoming, passage, {
      sealSession: (sessionId) => this.#sessions.seal(sessionId, principal),
      ...(this.#options.hideUnreachable && { isVisible }),
      keepAliveMs: this.#keepAliveMs,
      ended,
    });
  }

  #send({ request, exchange, parsedBody, sessionId, controller }: Passage) {
    const { method } = request;
    // Written anew: the upstream reads what was authorised, whatever else the bytes might have said.
    const body = parsedBody === undefined ? '' : JSON.stringify(parsedBody);
    const bound: BoundRequest = { method, url: this.#url, body };
    const key = this.#options.identityKey;
    const headers = {
      ...forwardedRequestHeaders(request.headers),
      ...(sessionId !== undefined && { 'mcp-session-id': sessionId }),
      [callerIdentityHeader]: signCallerIdentity(exchange, bound, { key, now: this.#now() }),
    };
    return sendUpstream({ ...bound, headers, signal: controller.signal });
  }
}

/**
 * Guard mode: any MCP server that speaks Streamable HTTP on loopback, in any language, unmodified,
 * behind the same pipeline. Guarantees that it sees authorised requests only, never a client's
 * credentials, and a signed `Caller-Identity` on every request; that streams pass unbuffered and a
 * cancellation reaches it; and that a session is used by whoever opened it. While it is down,
 * clients get 502.
 *
 * Does not keep other processes of the task from calling it: it should check `Caller-Identity`.
 * Throws when the URL is not on loopback. Numbers pass through as JSON of JavaScript: beyond 2^53
 * they lose digits.
 *
 * @example
 * await serve(guardUpstream({ upstreamUrl: 'http://127.0.0.1:3001/mcp', identityKey: { secret }, access: { tools: { echo: {} } } }));
 */
export const guardUpstream = (options: GuardOptions): McpBackend => {
  const url = parseUpstreamUrl(options.upstreamUrl);
  if (!url.ok) throw new Error(`'upstreamUrl' ${url.error}`);
  const access = { ...options.access, unlisted: options.access.unlisted ?? 'deny' };
  return { access, open: (environment) => new Guard(url.value, options, environment) };
};
