import { type AccessPolicy, defaultMethodScopes } from '../../oauth/access-policy.ts';
import type { Principal } from '../../oauth/principal.ts';
import { oauthScope, unionOfScopes } from '../../oauth/scope.ts';
import type { Answer } from '../answer.ts';
import type { ChangeBus } from '../changes/change-bus.ts';
import type { IncomingCall } from '../incoming-call.ts';
import type { Exchange } from './caller.ts';

/** An authenticated, authorised call, as the MCP layer takes it. */
export interface McpCall extends Pick<IncomingCall, 'method' | 'headers' | 'toRequest' | 'onGone'> {
  /** Parsed. Undefined when there is none. */
  readonly body: unknown;
  readonly exchange: Exchange;
}

/** Do it. ⑦ in the figure: a call → the MCP layer's answer. */
export interface McpEndpoint {
  readonly handle: (call: McpCall) => Promise<Answer>;
  /** Asked first, where most calls have a shorter way. Undefined for those that have none. */
  readonly handleDirectly?: (call: McpCall) => Promise<Answer | undefined>;
  /** Ends streams that have no end of their own, so that their clients go elsewhere. Calls run on. */
  readonly drain?: () => Promise<void>;
  /** Ends what {@link drain} ends, and aborts what is still running. */
  readonly close: () => Promise<void>;
}

/** What a server demands of its callers, on top of what MCP's methods demand by themselves. */
export type AccessDemands = Partial<
  Pick<AccessPolicy, 'tools' | 'prompts' | 'resources' | 'methods' | 'hierarchy' | 'unlisted'>
>;

/** What a backend finds where it is opened. */
export interface BackendEnvironment {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly accessPolicy: AccessPolicy;
  /** What listeners are told about; handlers publish through their exchange. */
  readonly changes: ChangeBus;
  /** How long an event stream may say nothing. */
  readonly keepAliveMs: number;
  /** Whether the access token of an open stream has been revoked since. Asks nobody. */
  readonly isRevoked: (principal: Principal) => boolean;
}

/**
 * What stands behind the pipeline: an application of the MCP SDK, a server of SDK v1, or a process
 * of its own on loopback. Whatever it is, it gets authorised requests only.
 */
export interface McpBackend {
  readonly access: AccessDemands;
  /** Called once. Opens nothing that has to be waited for. */
  readonly open: (environment: BackendEnvironment) => McpEndpoint;
}

/** The complete policy: the backend's demands, and the configuration's on top of them. */
export const completeAccessPolicy = (
  access: AccessDemands,
  config: {
    readonly everydayScopes: readonly string[];
    readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  },
): AccessPolicy => {
  const unlisted = access.unlisted ?? 'allow';
  const tools = new Map(Object.entries(access.tools ?? {}));
  // Configuration adds to what a tool demands; it cannot take anything away.
  for (const [name, more] of Object.entries(config.toolScopes)) {
    const rule = tools.get(name);
    // A rule would list the tool, and so open what is denied.
    if (!rule && unlisted === 'deny') continue;
    tools.set(name, { ...rule, scopes: unionOfScopes(rule?.scopes ?? [], more) });
  }
  return {
    everydayScopes: config.everydayScopes,
    methods: { ...defaultMethodScopes, ...access.methods },
    tools: Object.fromEntries(tools),
    prompts: access.prompts ?? {},
    resources: access.resources ?? [],
    otherwise: [oauthScope.toolsExecute],
    hierarchy: access.hierarchy ?? {},
    unlisted,
  };
};
