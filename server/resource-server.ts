import { defaultDetectionSettings } from '../oauth/detection-settings.ts';
import { defaultRateLimits } from '../oauth/rate-limit.ts';
import type { Evidence } from '../oauth/rejection.ts';
import { type EventName, type SecurityLog, securityEvent } from '../oauth/security-event.ts';
import { createAdmission } from './admit.ts';
import { createAuthenticate } from './authenticate.ts';
import { createAuthorize } from './authorize.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import { beginCallRecord } from './call-record.ts';
import type { ServerConfig } from './config.ts';
import { createDetections } from './detections.ts';
import { createDocuments } from './documents.ts';
import { defaultPatience, type Patience } from './early-answer.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { McpApplication } from './mcp/application.ts';
import { completeAccessPolicy, type McpBackend } from './mcp/backend.ts';
import { notesApplication } from './mcp/demo/notes-application.ts';
import { applicationBackend } from './mcp/handler.ts';
import { createPipeline } from './pipeline.ts';
import { createSigningKeys } from './signing-keys.ts';
import type { VerifiedTokens } from './verified-tokens.ts';

/** The resource server without sockets: a function from call to response. */
export interface ResourceServer {
  readonly handle: (call: IncomingCall) => Promise<Response>;
  /** Fetches the issuers' keys and keeps them fresh. Never throws: without keys, calls get 503. */
  readonly warm: () => Promise<void>;
  /** Turns the health check red. Calls are served as before. */
  readonly announceStop: () => void;
  /** Calls and streams under way. */
  readonly openCalls: () => number;
  /** Ends open streams and stops the background work. Later calls fail. */
  readonly close: () => Promise<void>;
}

export interface ResourceServerDependencies {
  readonly securityLog: SecurityLog;
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** Default: `fetch`. */
  readonly fetchJwks?: FetchJwks;
  /** What is served: an application, or any other backend. Default: the notes demo. */
  readonly application?: McpApplication | McpBackend;
  /** Default: counts in this process. */
  readonly callCounter?: CallCounter;
  /** Default: signatures of the last 10 000 tokens are remembered. */
  readonly verifiedTokens?: VerifiedTokens;
  /** Default: an answer begins after 5 s, and every 10 s says that it is still coming. */
  readonly patience?: Patience;
  /** Gets faults with everything they say, for the operator's own log; never for a client. */
  readonly onFault?: (fault: unknown, correlationId: string) => void;
}

/** Cognito's upper limit for access tokens. */
const maxLifetimeSeconds = 86_400;

const backendOf = (served: McpApplication | McpBackend): McpBackend =>
  'open' in served ? served : applicationBackend(served);

/**
 * Puts the stages together. Guarantees one decision event in the security log for every request to
 * the MCP path, but for repeated refusals of whoever calls too often. Opens no socket and fetches nothing before `warm` or the first call.
 */
export const createResourceServer = (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): ResourceServer => {
  const { now = Date.now, fetchJwks = fetch, onFault } = dependencies;
  const detections = createDetections({
    securityLog: dependencies.securityLog,
    settings: config.detections ?? defaultDetectionSettings,
    now,
  });
  const { securityLog } = detections;
  const backend = backendOf(
    dependencies.application ?? notesApplication({ version: config.version, now }),
  );
  const accessPolicy = completeAccessPolicy(backend.access, config);
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
  const { authenticate, forgetKeys } = createAuthenticate({
    tokenIssuers,
    policy,
    keys,
    now,
    verifiedTokens: dependencies.verifiedTokens,
  });
  const { clientAddressHeader } = config;
  const mcp = backend.open({ now, accessPolicy });
  const counter = dependencies.callCounter ?? createCallCounter(now);
  let isStopping = false;
  const admit = createAdmission(config.rateLimits ?? defaultRateLimits, counter);
  const handle = createPipeline({
    config,
    documents: createDocuments(config),
    authenticate,
    admit,
    isReady: () => keys.isWarm() && !isStopping,
    patience: dependencies.patience ?? defaultPatience,
    authorize: createAuthorize(accessPolicy),
    mcp,
    beginRecord: (call, path) =>
      beginCallRecord(call, path, { securityLog, now, clientAddressHeader, onFault }),
  });
  return {
    handle,
    warm: keys.warm,
    openCalls: admit.underWay,
    announceStop: () => {
      isStopping = true;
    },
    close: async () => {
      keys.close();
      detections.close();
      await mcp.close();
      await counter.close();
    },
  };
};
