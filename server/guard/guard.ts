import { type AccessPolicy, isReachable } from '../../oauth/access-policy.ts';
import type { Rejection } from '../../oauth/rejection.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import type { Answer, WholeAnswer } from '../answer.ts';
import { HandlerRefusal } from '../handler-refusal.ts';
import type {
  AccessDemands,
  BackendEnvironment,
  McpBackend,
  McpCall,
  McpEndpoint,
} from '../mcp/backend.ts';
import type { Exchange } from '../mcp/caller.ts';
import { unchallengedRefusal } from '../refusal.ts';
import {
  callerIdentityHeader,
  createCallerIdentity,
  type IdentityKey,
  type SignCallerIdentity,
} from './caller-identity.ts';
import type { IsVisible } from './list-filter.ts';
import { lookalikeMember } from './lookalike-members.ts';
import { OpenPassages } from './passage.ts';
import { createSessionHandles, type SessionHandles } from './session-handle.ts';
import { answerOf, isUsable, wantedOf } from './upstream-answer.ts';
import { UpstreamCall } from './upstream-call.ts';
import { UpstreamConnections } from './upstream-connections.ts';
import { forwardedRequestHeaders } from './upstream-headers.ts';
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

/** Arguments that some rule looks at. */
const tenantArguments = ({ tools, prompts, resources }: AccessPolicy): readonly string[] =>
  [
    ...[...Object.values(tools), ...Object.values(prompts)].map((rule) => rule.tenantArgument),
    ...resources.map(({ tenantVariable }) => tenantVariable),
  ].filter((name) => name !== undefined);

// Nothing but reading, by the specification; so nothing is done twice when it is asked twice.
const readingMethods = new Set([
  'completion/complete',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'server/discover',
  'tools/list',
]);

const onlyReads = ({ method, exchange: { operations = [] } }: McpCall): boolean =>
  method === 'GET' ||
  (operations.length > 0 && operations.every(({ method = '' }) => readingMethods.has(method)));

// The client has gone away: nobody reads it, and nobody was refused.
const nobodyWaits: WholeAnswer = { status: 499, headers: {}, body: '' };

/** A session of the upstream, as the client calls it and as the upstream does. */
interface Session {
  readonly handle: string;
  readonly id: string;
}

const noBody = new Uint8Array();

class Guard implements McpEndpoint {
  readonly #url: URL;
  readonly #options: GuardOptions;
  readonly #environment: BackendEnvironment;
  readonly #connections: UpstreamConnections;
  readonly #signIdentity: SignCallerIdentity;
  readonly #lookalike: (body: unknown) => string | undefined;
  readonly #sessions: SessionHandles = createSessionHandles();
  readonly #passages: OpenPassages;

  constructor(url: URL, options: GuardOptions, environment: BackendEnvironment) {
    this.#url = url;
    this.#options = options;
    this.#environment = environment;
    this.#connections = new UpstreamConnections(url.origin);
    this.#signIdentity = createCallerIdentity(options.identityKey, url);
    this.#lookalike = lookalikeMember(tenantArguments(environment.accessPolicy));
    this.#passages = new OpenPassages(environment);
  }

  readonly handle: McpEndpoint['handle'] = async (call) => {
    const { body, exchange } = call;
    const lookalike = this.#lookalike(body);
    if (lookalike !== undefined)
      return refuse({ reason: 'message_malformed', evidence: { lookalike } }, exchange);
    const session = this.#sessionOf(call);
    if (!session.ok) return refuse(session.error, exchange);
    return this.#pass(call, session.value);
  };

  readonly drain = async (): Promise<void> => {
    this.#passages.abortEndless();
  };

  readonly close = async (): Promise<void> => {
    this.#passages.abortAll();
    this.#connections.close();
  };

  #sessionOf({ method, headers, exchange }: McpCall): Result<Session | undefined, Rejection> {
    if (!forwardedMethods.has(method)) return err({ reason: 'method_not_allowed' });
    const handle = headers.get('mcp-session-id');
    if (handle !== null) {
      const opened = this.#sessions.open(handle, exchange.principal);
      return opened.ok ? ok({ handle, id: opened.value }) : opened;
    }
    // Without a session a GET stream would carry what the upstream tells everybody.
    return method === 'POST' ? ok(undefined) : err({ reason: 'method_not_allowed' });
  }

  async #pass(call: McpCall, session: Session | undefined): Promise<Answer> {
    const { method, body, exchange } = call;
    const isVisible = this.#visibilityFor(exchange);
    let isGone = false;
    const upstream = new UpstreamCall({
      connections: this.#connections,
      request: () => this.#requestOf(call, session?.id),
      isRepeatable: onlyReads(call),
      wanted: (head) => wantedOf(head, { body, isVisible }),
      isSilentAtFirst: method === 'GET',
      onOver: () => release(),
    });
    call.onGone(() => {
      isGone = true;
      upstream.abort();
    });
    const release = this.#passages.add(call, () => upstream.abort());
    try {
      upstream.send();
      const reply = await upstream.reply;
      if (!isUsable(reply.status)) return refuse(unavailable(reply.status), exchange);
      const { keepAliveMs } = this.#environment;
      // The same id for the same caller has the same handle.
      const sealSession = (id: string) =>
        id === session?.id ? session.handle : this.#sessions.seal(id, exchange.principal);
      return answerOf(reply, { body, isVisible, sealSession, keepAliveMs });
    } catch (error) {
      if (isGone) return nobodyWaits;
      return refuse(unavailable((error as NodeJS.ErrnoException).code ?? 'failed'), exchange);
    }
  }

  #visibilityFor({ principal }: Exchange): IsVisible | undefined {
    if (!this.#options.hideUnreachable) return undefined;
    return (item) => isReachable(principal, item, this.#environment.accessPolicy);
  }

  #requestOf({ method, headers, body: parsed, exchange }: McpCall, sessionId: string | undefined) {
    // Written anew: the upstream reads what was authorised, whatever else the bytes might have said.
    const body = parsed === undefined ? noBody : Buffer.from(JSON.stringify(parsed));
    const sent = forwardedRequestHeaders(headers);
    if (sessionId !== undefined) sent['mcp-session-id'] = sessionId;
    if (parsed !== undefined) sent['content-type'] = 'application/json';
    const now = this.#environment.now();
    sent[callerIdentityHeader] = this.#signIdentity(exchange, { method, body }, now);
    return { method, path: this.#url.pathname, headers: sent, body };
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
