import type { Principal } from './principal.ts';
import type { Evidence } from './rejection.ts';

/**
 * One decision, as it stands in the security log: OCSF 1.8.0, one JSON object per line.
 * Names, reasons and field paths are stable. Never holds a token, code, secret, cookie, tool
 * argument or result; text that a caller chose is stripped of control characters and capped.
 */

const classes = {
  authentication: { category_uid: 3, class_uid: 3002, class_name: 'Authentication' },
  entityManagement: { category_uid: 3, class_uid: 3004, class_name: 'Entity Management' },
  apiActivity: { category_uid: 6, class_uid: 6003, class_name: 'API Activity' },
  httpActivity: { category_uid: 4, class_uid: 4002, class_name: 'HTTP Activity' },
  applicationLifecycle: { category_uid: 6, class_uid: 6002, class_name: 'Application Lifecycle' },
  applicationError: { category_uid: 6, class_uid: 6008, class_name: 'Application Error' },
} as const;

interface EventKind {
  readonly class: keyof typeof classes;
  readonly activity: number;
  /** OCSF severity_id; a rejection's own severity wins. */
  readonly severity: number;
  /** OCSF disposition_id: 1 allowed, 2 blocked, 23 challenge, 24 access revoked, 25 rejected, 26 unauthorized. */
  readonly disposition: number;
  readonly succeeded: boolean;
}

const kind = (
  eventClass: keyof typeof classes,
  activity: number,
  severity: number,
  disposition: number,
): EventKind => ({
  class: eventClass,
  activity,
  severity,
  disposition,
  succeeded: disposition === 1 || disposition === 24,
});

/** Every event there is. */
export const eventCatalogue = {
  'access.allowed': kind('apiActivity', 99, 1, 1),
  'token.missing': kind('authentication', 1, 1, 23),
  'token.rejected': kind('authentication', 1, 3, 2),
  'scope.denied': kind('apiActivity', 99, 2, 26),
  'tenant.denied': kind('apiActivity', 99, 4, 2),
  'session.hijack_suspected': kind('authentication', 1, 4, 2),
  'request.rejected': kind('httpActivity', 99, 2, 25),
  'rate.limited': kind('httpActivity', 99, 2, 2),
  'limits.degraded': kind('applicationError', 1, 3, 2),
  'limits.restored': kind('applicationLifecycle', 8, 1, 1),
  'client.registered': kind('entityManagement', 1, 2, 1),
  'client.rejected': kind('entityManagement', 1, 3, 25),
  'authorization.started': kind('authentication', 6, 1, 1),
  'authorization.approved': kind('authentication', 6, 1, 1),
  'authorization.completed': kind('authentication', 1, 1, 1),
  'authorization.failed': kind('authentication', 1, 3, 2),
  'token.issued': kind('authentication', 3, 1, 1),
  'token.refreshed': kind('authentication', 5, 1, 1),
  'token.refused': kind('authentication', 3, 3, 2),
  'token.code_reuse': kind('authentication', 3, 5, 24),
  'token.refresh_reuse': kind('authentication', 5, 5, 24),
  'token.revoked': kind('authentication', 2, 2, 24),
  'operator.acted': kind('entityManagement', 3, 3, 1),
  'operator.refused': kind('entityManagement', 3, 3, 25),
  'service.started': kind('applicationLifecycle', 3, 1, 1),
  'service.stopping': kind('applicationLifecycle', 4, 1, 1),
  'keys.refreshed': kind('applicationLifecycle', 8, 1, 1),
  'keys.refresh_failed': kind('applicationError', 1, 4, 2),
  'log.dropped': kind('applicationError', 1, 4, 2),
  'fault.unexpected': kind('applicationError', 1, 4, 2),
} as const satisfies Record<string, EventKind>;

export type EventName = keyof typeof eventCatalogue;

/** Names of Detection Findings, which {@link detectionFinding} builds; the rules are data elsewhere. */
export type DetectionName = `detection.${string}`;

/** Where and when: the same for every event of one request. */
export interface EventContext {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly correlationId: string;
  readonly component: 'resource-server' | 'authorization-server' | 'operator';
  readonly clientAddress?: string;
  readonly userAgent?: string;
  readonly httpMethod?: string;
  /** Without the query string, which can carry codes and state. */
  readonly path?: string;
}

export interface EventDetails {
  readonly reason?: string;
  readonly severity?: number;
  readonly status?: number;
  readonly principal?: Principal;
  /** The OAuth client the user approved, as the broker knows it. */
  readonly mcpClient?: { readonly id: string; readonly name?: string };
  /** What the caller asked for: MCP method and the tool, prompt or resource it named. */
  readonly operation?: string;
  readonly target?: string;
  readonly grantId?: string;
  readonly subject?: string;
  readonly tenant?: string;
  readonly scopes?: readonly string[];
  readonly durationMs?: number;
  readonly evidence?: Evidence;
}

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

// Control characters forge log lines; bidirectional overrides forge what a person reads in them.
const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Makes text that a caller chose fit for a log line: no control characters, at most `limit` long. */
export const printable = (text: string, limit = 128): string =>
  text.replaceAll(unsafeCharacters, '\ufffd').slice(0, limit);

const printableEvidence = (evidence: Evidence): Evidence =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => {
      if (typeof value === 'string') return [name, printable(value)];
      if (typeof value === 'object')
        return [name, value.slice(0, 20).map((item) => printable(item))];
      return [name, value];
    }),
  );

/** The members that have a value, or nothing when none has: queries test for presence. */
export const withoutUndefined = <T extends object>(members: T): Partial<T> | undefined => {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return present.length > 0 ? (Object.fromEntries(present) as Partial<T>) : undefined;
};

// OCSF user.type_id: 0 unknown, 1 user, 3 system. An anonymous caller still needs a user in 3002.
const userTypeOf = ({ principal, subject }: EventDetails): number => {
  if (principal?.isMachine) return 3;
  return principal || subject ? 1 : 0;
};

const userOf = (details: EventDetails) => ({
  uid: printable(details.principal?.subject ?? details.subject ?? 'anonymous'),
  type_id: userTypeOf(details),
  groups: details.principal?.groups.map((name) => ({ name: printable(name) })),
});

const sessionOf = ({ principal }: EventDetails) =>
  principal && {
    uid: principal.tokenId,
    uid_alt: principal.originTokenId,
    issuer: principal.issuer,
    expiration_time: principal.expiresAt * 1000,
  };

/**
 * Builds one event. Guarantees the attributes that OCSF requires of its class.
 * Does not decide anything and does not write: hand the result to a {@link SecurityLog}.
 *
 * @see [OCSF 1.8.0](https://schema.ocsf.io/1.8.0/)
 */
export const securityEvent = (
  name: EventName,
  context: EventContext,
  details: EventDetails = {},
): SecurityEvent => {
  const eventKind: EventKind = eventCatalogue[name];
  const { activity, disposition, succeeded } = eventKind;
  const ocsfClass = classes[eventKind.class];
  const event = withoutUndefined({
    ...ocsfClass,
    activity_id: activity,
    type_uid: ocsfClass.class_uid * 100 + activity,
    severity_id: details.severity ?? eventKind.severity,
    time: context.time,
    status_id: succeeded ? 1 : 2,
    status_code: details.reason,
    action_id: succeeded ? 1 : 2,
    disposition_id: disposition,
    duration: details.durationMs,
    auth_protocol_id: eventKind.class === 'authentication' ? 6 : undefined,
    ...requiredOf[eventKind.class]?.(context, details),
    ...knownOf(context, details),
    session: withoutUndefined(sessionOf(details) ?? {}),
    http_request: httpRequestOf(context),
    http_response: details.status === undefined ? undefined : { code: details.status },
    metadata: eventMetadata(name, context, details.tenant ?? details.principal?.tenant),
    unmapped: unmappedOf(details),
  });
  return event as unknown as SecurityEvent;
};

/** What OCSF requires of a class even when nothing is known about it. */
const requiredOf: Partial<
  Record<keyof typeof classes, (context: EventContext, details: EventDetails) => object>
> = {
  authentication: ({ component }, details) => ({
    user: userOf(details),
    service: { name: component },
  }),
  apiActivity: (_, details) => ({
    actor: { user: userOf(details) },
    api: { operation: 'unknown' },
    src_endpoint: { ip: 'unknown' },
  }),
  entityManagement: (_, details) => ({ entity: entityOf(details) }),
  applicationLifecycle: ({ component }) => ({ app: { name: component } }),
};

/** Who, from where, what: as far as it is known. */
const knownOf = ({ clientAddress }: EventContext, details: EventDetails) =>
  withoutUndefined({
    user: details.principal || details.subject ? userOf(details) : undefined,
    actor: withoutUndefined(actorOf(details)),
    api: apiOf(details),
    src_endpoint: clientAddress === undefined ? undefined : { ip: clientAddress },
  });

const entityOf = ({ mcpClient }: EventDetails) => ({
  type: 'OAuth client',
  uid: mcpClient ? printable(mcpClient.id, 256) : 'unknown',
  ...(mcpClient?.name && { name: printable(mcpClient.name) }),
});

const actorOf = ({ principal, mcpClient }: EventDetails) => ({
  app_uid: mcpClient ? printable(mcpClient.id, 256) : principal?.clientId,
  app_name: mcpClient?.name && printable(mcpClient.name),
  user: principal && userOf({ principal }),
});

const apiOf = ({ operation, target }: EventDetails) =>
  operation === undefined
    ? undefined
    : { operation: printable(operation), ...(target && { request: { uid: printable(target) } }) };

const httpRequestOf = (context: EventContext) =>
  context.httpMethod === undefined
    ? undefined
    : {
        http_method: printable(context.httpMethod, 16),
        url: { path: printable(context.path ?? '/', 256) },
        user_agent: context.userAgent && printable(context.userAgent),
      };

/** OCSF metadata: what every event has in common, whichever its class. */
export const eventMetadata = <N extends EventName | DetectionName>(
  name: N,
  context: EventContext,
  tenant?: string,
) => ({
  version: '1.8.0',
  product: { name: 'cdk-secure-mcp', feature: { name: context.component } },
  profiles: ['security_control'],
  event_code: name,
  correlation_uid: context.correlationId,
  ...(tenant && { tenant_uid: printable(tenant) }),
});

const unmappedOf = (details: EventDetails) =>
  withoutUndefined({
    grant_uid: details.grantId,
    scopes: (details.scopes ?? details.principal?.scopes)
      ?.slice(0, 50)
      .map((item) => printable(item)),
    evidence: details.evidence && printableEvidence(details.evidence),
  });
