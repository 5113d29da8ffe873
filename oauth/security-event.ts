import { eventActivity, eventClassOf } from './event-activity.ts';
import { actorOf, entityOf, resourceOf, userOf } from './event-attributes.ts';
import {
  type DetectionName,
  type EventClass,
  type EventKind,
  type EventName,
  eventCatalogue,
  eventClasses,
} from './event-catalogue.ts';
import type { EventContext, EventDetails } from './event-details.ts';
import { httpRequestOf, sourceEndpointOf } from './event-http.ts';
import { printable, printableEvidence } from './printable.ts';

export { type DetectionName, type EventName, eventCatalogue } from './event-catalogue.ts';
export type { EventContext, EventDetails, LogPrivacy } from './event-details.ts';
export { printable } from './printable.ts';

/**
 * One decision, as it stands in the security log: OCSF 1.8.0, one JSON object per line.
 * Names, reasons and field paths are stable. Never holds a token, code, secret, cookie, tool
 * argument or result; text that a caller chose is stripped of control characters and capped.
 */

type CommonDetail = 'reason' | 'severity' | 'status' | 'durationMs' | 'evidence';

/** What an event of this name may say: anything else does not compile. */
export type DetailsOf<N extends EventName> = Pick<
  EventDetails,
  CommonDetail | (typeof eventCatalogue)[N]['details'][number]
>;

/** A plain JSON object; see {@link securityEvent} for its members. */
export type SecurityEvent = Readonly<Record<string, unknown>> & {
  readonly severity_id: number;
  readonly metadata: {
    readonly event_code: EventName | DetectionName;
    readonly correlation_uid: string;
  };
};

/** Where events go. Recording never throws, blocks or waits. */
export interface SecurityLog {
  record(event: SecurityEvent): void;
}

/** The members that have a value, or nothing when none has: queries test for presence. */
export const withoutUndefined = <T extends object>(members: T): Partial<T> | undefined => {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return present.length > 0 ? (Object.fromEntries(present) as Partial<T>) : undefined;
};

export const ocsfVersion = '1.8.0';
const profiles = ['security_control'] as const;
// OCSF allows `actor` in classes that have none by themselves only under this profile.
const classesWithActor: ReadonlySet<EventClass> = new Set([
  'authentication',
  'entityManagement',
  'apiActivity',
]);
const profilesWithActor = ['security_control', 'host'] as const;

/** OCSF metadata: what every event has in common, whichever its class. */
export const eventMetadata = <N extends EventName | DetectionName>(
  name: N,
  context: EventContext,
  tenant?: string,
  declared: readonly string[] = profiles,
) => ({
  version: ocsfVersion,
  product: { name: 'cdk-secure-mcp', feature: { name: context.component } },
  profiles: declared,
  event_code: name,
  correlation_uid: context.correlationId,
  ...(tenant && { tenant_uid: printable(tenant) }),
});

type Attributes = Record<string, unknown>;

/** What OCSF requires of a class even when nothing is known about it, and what only it has. */
const ownAttributes: Record<
  EventClass,
  (event: Attributes, context: EventContext, details: EventDetails) => void
> = {
  authentication: (event, { component }, details) => {
    event.auth_protocol_id = 6;
    event.user = userOf(details);
    event.service = { name: component };
  },
  apiActivity: (event, _, details) => {
    event.api = { operation: printable(details.operation ?? 'unknown') };
    event.actor ??= { user: userOf(details) };
    const resource = resourceOf(details);
    if (resource) event.resources = [resource];
  },
  entityManagement: (event, _, details) => {
    event.entity = entityOf(details);
  },
  httpActivity: (event, { correlationId }) => {
    event.http_request ??= { uid: correlationId };
  },
  applicationLifecycle: (event, { component }) => {
    event.app = { name: component };
  },
  applicationError: () => undefined,
};

const hasHttp = (eventClass: EventClass): boolean =>
  eventClass !== 'applicationLifecycle' && eventClass !== 'applicationError';

/** Everything of ours that OCSF has no attribute for. */
const unmappedOf = (
  eventClass: EventClass,
  { privacy, loadBalancerTraceId }: EventContext,
  details: EventDetails,
): Attributes | undefined => {
  const { grantId, principal, operation, evidence } = details;
  const scopes = details.scopes ?? principal?.scopes;
  const unmapped: Attributes = {};
  if (operation !== undefined && eventClass !== 'apiActivity') {
    unmapped.operation = printable(operation);
    const resource = resourceOf(details);
    if (resource) unmapped.target = resource.name;
  }
  if (grantId !== undefined && privacy?.pseudonym) unmapped.grant_uid = privacy.pseudonym(grantId);
  if (scopes) unmapped.scopes = scopes.slice(0, 20).map((scope) => printable(scope));
  if (loadBalancerTraceId !== undefined) unmapped.amzn_trace_id = loadBalancerTraceId;
  if (evidence) unmapped.evidence = printableEvidence(evidence);
  for (const _ in unmapped) return unmapped;
  return undefined;
};

const addHttp = (
  event: Attributes,
  eventClass: EventClass,
  context: EventContext,
  status: number | undefined,
): void => {
  if (context.httpMethod !== undefined) event.http_request = httpRequestOf(context);
  if (status !== undefined) event.http_response = { code: status };
  const endpoint = sourceEndpointOf(eventClass, context);
  if (endpoint) event.src_endpoint = endpoint;
};

const profilesOf = (eventClass: EventClass, hasActor: boolean): readonly string[] =>
  hasActor && !classesWithActor.has(eventClass) ? profilesWithActor : profiles;

const build = (name: EventName, context: EventContext, details: EventDetails): SecurityEvent => {
  const kind: EventKind = eventCatalogue[name];
  const eventClass = eventClassOf(kind, context, details);
  const { category, uid, name: className } = eventClasses[eventClass];
  const activity = eventActivity(eventClass, kind, context, details);
  const event: Attributes = {
    category_uid: category,
    class_uid: uid,
    class_name: className,
    ...activity,
    type_uid: uid * 100 + activity.activity_id,
    severity_id: details.severity ?? kind.severity,
    time: context.time,
    status_id: kind.succeeded ? 1 : 2,
    action_id: kind.succeeded ? 1 : 2,
    disposition_id: kind.disposition,
  };
  if (details.reason !== undefined) event.status_code = details.reason;
  if (details.durationMs !== undefined) event.duration = Math.round(details.durationMs);
  const actor = actorOf(eventClass, context, details);
  if (actor) event.actor = actor;
  if (hasHttp(eventClass)) addHttp(event, eventClass, context, details.status);
  ownAttributes[eventClass](event, context, details);
  const tenant = details.tenant ?? details.principal?.tenant;
  event.metadata = eventMetadata(name, context, tenant, profilesOf(eventClass, !!actor));
  const unmapped = unmappedOf(eventClass, context, details);
  if (unmapped) event.unmapped = unmapped;
  return event as SecurityEvent;
};

/**
 * Builds one event. Guarantees the attributes that OCSF requires of its class and none that it does
 * not have: what is ours alone stands under `unmapped`. Identifiers that could be used or traced
 * (jti, origin_jti, grant ids) appear as keyed hashes, and not at all without a key.
 * Does not decide anything and does not write: hand the result to a {@link SecurityLog}.
 *
 * @see [OCSF 1.8.0](https://schema.ocsf.io/1.8.0/)
 * @example
 * securityLog.record(securityEvent('token.rejected', context, { reason: 'expired', severity: 1 }));
 */
export const securityEvent = <N extends EventName>(
  name: N,
  context: EventContext,
  details?: DetailsOf<N>,
): SecurityEvent => build(name, context, details ?? {});
