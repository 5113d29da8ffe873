import { type AccessPolicy, defaultMethodScopes } from '../oauth/access-policy.ts';
import type { Evidence } from '../oauth/rejection.ts';
import { oauthScope, unionOfScopes } from '../oauth/scope.ts';
import { type EventName, type SecurityLog, securityEvent } from '../oauth/security-event.ts';
import { createAuthenticate } from './authenticate.ts';
import { createAuthorize } from './authorize.ts';
import { beginCallRecord } from './call-record.ts';
import type { ServerConfig } from './config.ts';
import { createDocuments } from './documents.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { FetchJwks } from './jwks-document.ts';
import type { McpApplication } from './mcp/application.ts';
import { notesApplication } from './mcp/demo/notes-application.ts';
import { createMcpEndpoint } from './mcp/handler.ts';
import { type Tool, toolScopes } from './mcp/tool.ts';
import { createPipeline } from './pipeline.ts';
import { createSigningKeys } from './signing-keys.ts';

/** The resource server without sockets: a function from call to response. */
export interface ResourceServer {
  readonly handle: (call: IncomingCall) => Promise<Response>;
  /** Fetches the issuers' keys and keeps them fresh. Never throws: without keys, calls get 503. */
  readonly warm: () => Promise<void>;
  /** Ends open streams and stops the background work. Later calls fail. */
  readonly close: () => Promise<void>;
}

export interface ResourceServerDependencies {
  readonly securityLog: SecurityLog;
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** Default: `fetch`. */
  readonly fetchJwks?: FetchJwks;
  /** Default: the notes demo. */
  readonly application?: McpApplication;
  /** Gets faults with everything they say, for the operator's own log; never for a client. */
  readonly onFault?: (fault: unknown, correlationId: string) => void;
}

/** Cognito's upper limit for access tokens. */
const maxLifetimeSeconds = 86_400;

const accessPolicyOf = (config: ServerConfig, tools: readonly Tool[]): AccessPolicy => {
  // Configuration adds to what a tool demands; it cannot take anything away.
  const scopes = new Map(Object.entries(toolScopes(tools)));
  for (const [name, more] of Object.entries(config.toolScopes))
    scopes.set(name, unionOfScopes(scopes.get(name) ?? [], more));
  return {
    everydayScopes: config.everydayScopes,
    methods: defaultMethodScopes,
    tools: Object.fromEntries(scopes),
    prompts: {},
    otherwise: [oauthScope.toolsExecute],
  };
};

/**
 * Puts the stages together. Guarantees one decision event in the security log for every request to
 * the MCP path. Opens no socket and fetches nothing before `warm` or the first call.
 */
export const createResourceServer = (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): ResourceServer => {
  const { securityLog, now = Date.now, fetchJwks = fetch, onFault } = dependencies;
  const application =
    dependencies.application ?? notesApplication({ version: config.version, now });
  const keyEvent = (name: EventName) => (jwksUri: string, evidence: Evidence) => {
    const correlationId = crypto.randomUUID().replaceAll('-', '');
    const context = { time: now(), correlationId, component: 'resource-server' } as const;
    securityLog.record(securityEvent(name, context, { evidence: { jwksUri, ...evidence } }));
  };
  const onKeysRefreshed = keyEvent('keys.refreshed');
  const keys = createSigningKeys([...new Set(config.tokenIssuers.map(({ jwksUri }) => jwksUri))], {
    fetchJwks,
    now,
    onChanged: (jwksUri, evidence) => {
      forgetKeys();
      onKeysRefreshed(jwksUri, evidence);
    },
    onFailed: keyEvent('keys.refresh_failed'),
  });
  const { tokenIssuers } = config;
  const policy = { ...config, maxLifetimeSeconds };
  const { authenticate, forgetKeys } = createAuthenticate({ tokenIssuers, policy, keys, now });
  const { clientAddressHeader } = config;
  const mcp = createMcpEndpoint(application, now);
  const handle = createPipeline({
    config,
    documents: createDocuments(config),
    authenticate,
    authorize: createAuthorize(accessPolicyOf(config, application.tools)),
    mcp,
    beginRecord: (call, path) =>
      beginCallRecord(call, path, { securityLog, now, clientAddressHeader, onFault }),
  });
  return {
    handle,
    warm: keys.warm,
    close: async () => {
      keys.close();
      await mcp.close();
    },
  };
};
