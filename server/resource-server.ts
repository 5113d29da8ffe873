import { defaultDetectionSettings } from '../oauth/detection-settings.ts';
import type { Principal } from '../oauth/principal.ts';
import { defaultRateLimits } from '../oauth/rate-limit.ts';
import type { Evidence } from '../oauth/rejection.ts';
import type { SecurityLog } from '../oauth/security-event.ts';
import { createAdmission } from './admit.ts';
import { type Answer, toResponse } from './answer.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import { createAuthorize } from './authorize.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import { beginCallRecord } from './call-record.ts';
import { createCalmPublisher } from './changes/calm-publisher.ts';
import type { Change } from './changes/change.ts';
import { type ChangeBus, createChangeBus } from './changes/change-bus.ts';
import type { ServerConfig } from './config.ts';
import type { FleetWindows } from './detections.ts';
import { createDetections } from './detections.ts';
import { createDocuments } from './documents.ts';
import { defaultPatience, type Patience } from './early-answer.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import type { IncomingCall } from './incoming-call.ts';
import { logPrivacyWith } from './log-privacy.ts';
import { completeAccessPolicy, type McpBackend } from './mcp/backend.ts';
import { createPipeline } from './pipeline.ts';
import type { FetchFeed } from './revocation-feed.ts';
import { createRevocations, type Revocations, unlessRevoked } from './revocations.ts';
import { recordServiceEvent } from './service-event.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';
import type { VerifiedTokens } from './verified-tokens.ts';

/** The resource server without sockets: a function from call to answer. */
export interface ResourceServer {
  readonly answer: (call: IncomingCall) => Promise<Answer>;
  /** As `answer`, for hosts that want a `Response`. */
  readonly handle: (call: IncomingCall) => Promise<Response>;
  /** Fetches the issuers' keys and keeps them fresh. Never throws: without keys, calls get 503. */
  readonly warm: () => Promise<void>;
  /** Turns the health check red. Calls are served as before. */
  readonly announceStop: () => void;
  /** Tells listeners of a change, in every process: for what changes outside of a call. */
  readonly publish: (change: Change) => void;
  /** Calls and streams under way. */
  readonly openCalls: () => number;
  /** Ends streams that have no end of their own. Calls run on. */
  readonly drain: () => Promise<void>;
  /** Ends open streams and stops the background work. Later calls fail. */
  readonly close: () => Promise<void>;
}

export interface ResourceServerDependencies {
  readonly securityLog: SecurityLog;
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** Default: `fetch`. */
  readonly fetchJwks?: FetchJwks;
  /** Default: `fetch`. */
  readonly fetchFeed?: FetchFeed;
  /** What is served. */
  readonly backend: McpBackend;
  /** Default: counts in this process. */
  readonly callCounter?: CallCounter;
  /** Default: detections count in this process. */
  readonly fleetWindows?: FleetWindows;
  /** Default: signatures of the last 10 000 tokens are remembered. */
  readonly verifiedTokens?: VerifiedTokens;
  /** Default: changes reach the listeners of this process. */
  readonly changeBus?: ChangeBus;
  /** Default: an answer begins after 5 s, and every 10 s says that it is still coming. */
  readonly patience?: Patience;
  /** Gets faults with everything they say, for the operator's own log; never for a client. */
  readonly onFault?: (fault: unknown, correlationId: string) => void;
}

/** Cognito's upper limit for access tokens. */
const maxLifetimeSeconds = 86_400;

/** The same change is told four times a second at the most. */
const changeIntervalMs = 250;

/** ④ and the keys it needs, whose changes are on record. */
const createIdentification = (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): { readonly keys: SigningKeys; readonly authenticate: Authenticate } => {
  const { securityLog, now = Date.now, fetchJwks = fetch, verifiedTokens } = dependencies;
  const { tokenIssuers } = config;
  const keyEvent = (name: 'keys.refreshed' | 'keys.refresh_failed') => {
    return (jwksUri: string, evidence: Evidence) =>
      recordServiceEvent({ securityLog, now }, name, { jwksUri, ...evidence });
  };
  const onKeysRefreshed = keyEvent('keys.refreshed');
  const keys = createSigningKeys([...new Set(tokenIssuers.map(({ jwksUri }) => jwksUri))], {
    fetchJwks,
    now,
    onChanged: (jwksUri, evidence) => {
      forgetKeys();
      onKeysRefreshed(jwksUri, evidence);
    },
    onFailed: keyEvent('keys.refresh_failed'),
  });
  const policy = { ...config, maxLifetimeSeconds };
  const { authenticate, forgetKeys } = createAuthenticate({
    tokenIssuers,
    policy,
    keys,
    now,
    verifiedTokens,
    logPseudonymKey: config.logPseudonymKey,
  });
  return { keys, authenticate };
};

const openRevocations = (
  { revocationFeed }: ServerConfig,
  { securityLog, fetchFeed = fetch, now = Date.now }: ResourceServerDependencies,
): Revocations | undefined =>
  revocationFeed &&
  createRevocations({
    ...revocationFeed,
    fetchFeed,
    now,
    onEvent: (name, evidence) => recordServiceEvent({ securityLog, now }, name, evidence),
  });

/**
 * Puts the stages together. Guarantees one decision event in the security log for every request to
 * the MCP path, but for repeated refusals of whoever calls too often. Opens no socket and
 * fetches nothing before `warm` or the first call.
 */
export const createResourceServer = (
  config: ServerConfig,
  dependencies: ResourceServerDependencies,
): ResourceServer => {
  const { now = Date.now, onFault } = dependencies;
  const detections = createDetections({
    securityLog: dependencies.securityLog,
    settings: config.detections ?? defaultDetectionSettings,
    now,
    ...(dependencies.fleetWindows && { fleetWindows: dependencies.fleetWindows }),
  });
  const { securityLog } = detections;
  const { backend } = dependencies;
  const accessPolicy = completeAccessPolicy(backend.access, config);
  const { keys, authenticate } = createIdentification(config, { ...dependencies, securityLog });
  const revocations = openRevocations(config, { ...dependencies, securityLog });
  const { clientAddressHeader, logPseudonymKey, logAddresses } = config;
  const privacy = logPrivacyWith(logPseudonymKey, logAddresses);
  const changes = dependencies.changeBus ?? createChangeBus();
  const calm = createCalmPublisher(changes.publish, changeIntervalMs);
  const { patience = defaultPatience } = dependencies;
  const { keepAliveMs } = patience;
  const isRevoked = (principal: Principal) => revocations?.refusalOf(principal) !== undefined;
  const mcp = backend.open({ now, accessPolicy, changes, keepAliveMs, isRevoked });
  const counter = dependencies.callCounter ?? createCallCounter(now);
  let isStopping = false;
  const admit = createAdmission(config.rateLimits ?? defaultRateLimits, counter);
  const answer = createPipeline({
    config,
    documents: createDocuments(config),
    authenticate: revocations ? unlessRevoked(authenticate, revocations) : authenticate,
    admit,
    isReady: () => keys.isWarm() && !isStopping,
    patience,
    authorize: createAuthorize(accessPolicy),
    mcp,
    publish: calm.publish,
    beginRecord: (call, path) =>
      beginCallRecord(call, path, { securityLog, now, clientAddressHeader, privacy, onFault }),
  });
  return {
    answer,
    handle: async (call) => toResponse(await answer(call)),
    warm: async () => {
      await Promise.all([keys.warm(), revocations?.start()]);
    },
    publish: calm.publish,
    openCalls: admit.underWay,
    announceStop: () => {
      isStopping = true;
    },
    drain: async () => mcp.drain?.(),
    close: async () => {
      keys.close();
      revocations?.close();
      detections.close();
      await mcp.close();
      await counter.close();
      calm.close();
      await changes.close();
    },
  };
};
