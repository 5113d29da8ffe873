import type { OAuthRefusalReason } from './oauth-error.ts';
import type { RejectionReason } from './rejection.ts';
import type { SecurityEvent } from './security-event.ts';

/**
 * Every custom metric there is, as data, and which of them one security event moves. A metric is
 * billed per name and month, so names come from closed lists: nothing that a caller chooses, no
 * user, client, address or tenant, ever becomes one. What is on no list counts as `other`.
 */

/** How a call ended. `challenged` brought no access token: that is how clients find the server. */
export const callOutcomes = [
  'allowed',
  'challenged',
  'unauthenticated',
  'forbidden',
  'limited',
  'rejected',
  'failed',
] as const;

/** What happened at the authorization server. */
export const loginSteps = [
  'registered',
  'started',
  'completed',
  'failed',
  'issued',
  'refreshed',
  'refused',
  'reused',
  'faulted',
] as const;

/** Reasons of a refusal that are counted by name, of both servers. */
export const countedReasons = [
  'malformed',
  'expired',
  'signature_invalid',
  'alg_not_allowed',
  'kid_unknown',
  'issuer_mismatch',
  'audience_mismatch',
  'revoked',
  'tenant_mismatch',
  'scope_insufficient',
  'rate_exceeded',
  'jwks_unavailable',
  'client_unknown',
  'redirect_uri_mismatch',
  'pkce_mismatch',
] as const satisfies readonly (RejectionReason | OAuthRefusalReason)[];

export type CallOutcome = (typeof callOutcomes)[number];
export type LoginStep = (typeof loginSteps)[number];
export type CountedReason = (typeof countedReasons)[number] | 'other';

/** Tools that may have a metric of their own; the rest of a list counts as `other`. */
export const toolMetricLimit = 6;

/** Names of the metrics that are not one of a list. */
const soloMetrics = {
  /** From the first byte of a call to its answer; streams count to their first byte. */
  CallDuration: 'Milliseconds',
  /** 99th percentile of how late timers ran: what waits is every call of the process. */
  EventLoopDelay: 'Milliseconds',
  /** Calls and streams under way, at the end of the minute. */
  OpenCalls: 'Count',
  /** Security events lost because their reader was too slow. */
  LogLinesDropped: 'Count',
  KeyRefreshFailures: 'Count',
} as const satisfies Record<string, MetricUnit>;

/**
 * Written also when zero: alarms add and divide these, and a formula has no value where one of its
 * metrics has none.
 */
export const steadyMetrics = {
  'resource-server': [
    'Calls_allowed',
    'Calls_unauthenticated',
    'Refusals_malformed',
    'Refusals_signature_invalid',
  ],
  'authorization-server': [],
} as const satisfies Record<string, readonly MetricName[]>;

export type MetricUnit = 'Count' | 'Milliseconds';

export type MetricName =
  | keyof typeof soloMetrics
  | `Calls_${CallOutcome}`
  | `Logins_${LoginStep}`
  | `Refusals_${CountedReason}`
  | `Tools_${string}`;

export const unitOf = (name: MetricName): MetricUnit =>
  Object.hasOwn(soloMetrics, name) ? soloMetrics[name as keyof typeof soloMetrics] : 'Count';

/** Metric names take these characters; MCP tool names have others too. */
const metricSafe = (tool: string): string => tool.replaceAll(/[^\w./-]/g, '_').slice(0, 128);

/** Only listed tools, and of those only as many as the budget allows. */
export const toolMetric = (tools: readonly string[], tool: string): `Tools_${string}` => {
  const isCounted = tools.slice(0, toolMetricLimit).includes(tool);
  return `Tools_${isCounted ? metricSafe(tool) : 'other'}`;
};

/** Everything that processes can emit with this list of tools: what a deployment can be billed for. */
export const metricNames = (tools: readonly string[] = []): readonly MetricName[] => [
  ...callOutcomes.map((outcome) => `Calls_${outcome}` as const),
  ...loginSteps.map((step) => `Logins_${step}` as const),
  ...[...countedReasons, 'other' as const].map((reason) => `Refusals_${reason}` as const),
  ...(Object.keys(soloMetrics) as (keyof typeof soloMetrics)[]),
  ...(tools.length > 0
    ? [...new Set([...tools.map((tool) => toolMetric(tools, tool)), 'Tools_other' as const])]
    : []),
];

const outcomeOf: Readonly<Record<string, CallOutcome>> = {
  'access.allowed': 'allowed',
  'token.missing': 'challenged',
  'token.rejected': 'unauthenticated',
  'scope.denied': 'forbidden',
  'tenant.denied': 'forbidden',
  'session.hijack_suspected': 'forbidden',
  'rate.limited': 'limited',
  'request.rejected': 'rejected',
  'fault.unexpected': 'failed',
};

const stepOf: Readonly<Record<string, LoginStep>> = {
  'client.registered': 'registered',
  'authorization.started': 'started',
  'authorization.completed': 'completed',
  'authorization.failed': 'failed',
  'token.issued': 'issued',
  'token.refreshed': 'refreshed',
  'token.refused': 'refused',
  'token.code_reuse': 'reused',
  'token.refresh_reuse': 'reused',
  'fault.unexpected': 'faulted',
};

/** The members of an event that are counted. */
interface CountedEvent {
  readonly status_id?: number;
  readonly status_code?: string;
  readonly duration?: number;
  readonly api?: { readonly operation?: string; readonly request?: { readonly uid?: string } };
  readonly resources?: readonly { readonly name?: string }[];
  readonly http_response?: { readonly code: number };
  readonly metadata: {
    readonly event_code: string;
    readonly product?: { readonly feature?: { readonly name?: string } };
  };
}

const ownValue = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const reasonMetric = (reason: string): MetricName => {
  const listed: readonly string[] = countedReasons;
  return `Refusals_${listed.includes(reason) ? (reason as CountedReason) : 'other'}`;
};

/** A decision has a status; what a handler reports besides has none and is no call of its own. */
const callMetrics = (event: CountedEvent, tools: readonly string[]): readonly MetricName[] => {
  const outcome = ownValue(outcomeOf, event.metadata.event_code);
  if (!outcome || !event.http_response) return [];
  const target = event.resources?.[0]?.name ?? event.api?.request?.uid;
  const tool = event.api?.operation === 'tools/call' ? target : undefined;
  const isTool = outcome === 'allowed' && tool !== undefined && tools.length > 0;
  return [`Calls_${outcome}`, ...(isTool ? [toolMetric(tools, tool)] : [])];
};

const isRefusal = ({ status_id: status, status_code: reason }: CountedEvent): boolean =>
  status === 2 && reason !== undefined;

/** What one event adds: one to each name, and its duration where it has one to be counted. */
export interface Observation {
  readonly counts: readonly MetricName[];
  readonly callDuration?: number;
}

/**
 * The metrics that one security event moves. Guarantees names of {@link metricNames} only, whatever
 * the event holds. Findings are not counted here: a filter on the log counts those.
 */
export const observationOf = (
  securityEvent: SecurityEvent,
  tools: readonly string[] = [],
): Observation => {
  const event = securityEvent as unknown as CountedEvent;
  const code = event.metadata.event_code;
  if (code.startsWith('detection.')) return { counts: [] };
  if (code === 'keys.refresh_failed') return { counts: ['KeyRefreshFailures'] };
  const component = event.metadata.product?.feature?.name;
  const refusals =
    isRefusal(event) && component !== 'operator' ? [reasonMetric(event.status_code as string)] : [];
  if (component === 'authorization-server') {
    const step = ownValue(stepOf, code);
    return { counts: [...(step ? [`Logins_${step}` as const] : []), ...refusals] };
  }
  if (component !== 'resource-server') return { counts: refusals };
  const calls = callMetrics(event, tools);
  const isTimed = code === 'access.allowed' && event.duration !== undefined;
  return { counts: [...calls, ...refusals], ...(isTimed && { callDuration: event.duration }) };
};
