/**
 * Every event there is, as data: its OCSF class and activity, how severe it is, when it is written
 * and what it says. docs/security-events.md is generated from this table. Names are stable; an event
 * is added, never renamed.
 */

/** OCSF 1.8.0 classes. `actor` says which profile allows that attribute, where the class does not. */
export const eventClasses = {
  authentication: { category: 3, uid: 3002, name: 'Authentication' },
  entityManagement: { category: 3, uid: 3004, name: 'Entity Management' },
  apiActivity: { category: 6, uid: 6003, name: 'API Activity' },
  httpActivity: { category: 4, uid: 4002, name: 'HTTP Activity' },
  applicationLifecycle: { category: 6, uid: 6002, name: 'Application Lifecycle' },
  applicationError: { category: 6, uid: 6008, name: 'Application Error' },
} as const;

export type EventClass = keyof typeof eventClasses;

/** OCSF disposition_id. */
const dispositions = {
  allowed: 1,
  blocked: 2,
  challenged: 23,
  revoked: 24,
  rejected: 25,
  unauthorized: 26,
  error: 27,
} as const;

/** OCSF activity_id, per class. Of HTTP and API Activity it follows from the request. */
const activities = {
  logon: 1,
  logoff: 2,
  issue: 3,
  renew: 5,
  preauth: 6,
  create: 1,
  update: 3,
  start: 3,
  stop: 4,
  configure: 8,
  general: 1,
} as const;

/** What an event may say, besides where and when. See `EventDetails`. */
export type DetailName =
  | 'principal'
  | 'operation'
  | 'target'
  | 'mcpClient'
  | 'subject'
  | 'tenant'
  | 'scopes'
  | 'grantId'
  | 'originTokenId'
  | 'entity'
  | 'activity';

export interface EventKind {
  readonly class: EventClass;
  /** Absent where it follows from the request. */
  readonly activity?: number;
  /** OCSF severity_id; that of a reason wins. */
  readonly severity: 1 | 2 | 3 | 4 | 5;
  readonly disposition: number;
  readonly succeeded: boolean;
  /** For the documentation: on what occasion it is written. */
  readonly when: string;
  readonly details: readonly DetailName[];
}

interface KindSettings<D extends DetailName> {
  readonly activity?: keyof typeof activities;
  readonly severity: EventKind['severity'];
  readonly disposition: keyof typeof dispositions;
  readonly when: string;
  readonly details?: readonly D[];
}

const kind = <D extends DetailName = never>(
  eventClass: EventClass,
  { activity, severity, disposition, when, details }: KindSettings<D>,
) => ({
  class: eventClass,
  ...(activity && { activity: activities[activity] }),
  severity,
  disposition: dispositions[disposition],
  succeeded: disposition === 'allowed' || disposition === 'revoked',
  when,
  details: details ?? [],
});

type CallDetail = 'principal' | 'operation' | 'target';
const call: readonly CallDetail[] = ['principal', 'operation', 'target'];

type LoginDetail = 'mcpClient' | 'subject' | 'tenant' | 'scopes' | 'originTokenId';
const login: readonly LoginDetail[] = ['mcpClient', 'subject', 'tenant', 'scopes', 'originTokenId'];

const grant: readonly (LoginDetail | 'grantId')[] = [...login, 'grantId'];

const accessEvents = {
  'access.allowed': kind('apiActivity', {
    severity: 1,
    disposition: 'allowed',
    when: 'A call passed every check and was answered.',
    details: call,
  }),
  'token.missing': kind('authentication', {
    activity: 'logon',
    severity: 1,
    disposition: 'challenged',
    when: 'A call without an access token was told where to get one: how clients discover the server.',
  }),
  'token.rejected': kind('authentication', {
    activity: 'logon',
    severity: 3,
    disposition: 'blocked',
    when: 'An access token was refused. The reason says which check failed and sets the severity.',
    details: call,
  }),
  'scope.denied': kind('apiActivity', {
    severity: 2,
    disposition: 'unauthorized',
    when: 'The caller is known, but its scopes or groups do not allow the operation.',
    details: call,
  }),
  'tenant.denied': kind('apiActivity', {
    severity: 4,
    disposition: 'blocked',
    when: 'A caller of one tenant asked for something of another.',
    details: call,
  }),
  'session.hijack_suspected': kind('authentication', {
    activity: 'logon',
    severity: 4,
    disposition: 'blocked',
    when: 'A session handle was used by somebody who did not open it.',
    details: call,
  }),
  'request.rejected': kind('httpActivity', {
    severity: 2,
    disposition: 'rejected',
    when: 'A request was refused for its form: host, origin, method, body or protocol.',
    details: [...call, 'mcpClient'] as const,
  }),
  'rate.limited': kind('httpActivity', {
    severity: 2,
    disposition: 'blocked',
    when: 'A caller exceeded a limit. Once per key and window.',
    details: call,
  }),
} as const;

const loginEvents = {
  'client.registered': kind('entityManagement', {
    activity: 'create',
    severity: 2,
    disposition: 'allowed',
    when: 'A client registered itself (RFC 7591).',
    details: ['mcpClient'] as const,
  }),
  'client.rejected': kind('entityManagement', {
    activity: 'create',
    severity: 3,
    disposition: 'rejected',
    when: 'A registration was refused.',
    details: ['mcpClient'] as const,
  }),
  'authorization.started': kind('authentication', {
    activity: 'preauth',
    severity: 1,
    disposition: 'allowed',
    when: 'A valid authorization request arrived.',
    details: login,
  }),
  'authorization.approved': kind('authentication', {
    activity: 'preauth',
    severity: 1,
    disposition: 'allowed',
    when: 'The user allowed the client, and goes to sign in.',
    details: login,
  }),
  'authorization.completed': kind('authentication', {
    activity: 'logon',
    severity: 1,
    disposition: 'allowed',
    when: 'The user signed in; the client gets a one-time code.',
    details: login,
  }),
  'authorization.failed': kind('authentication', {
    activity: 'logon',
    severity: 3,
    disposition: 'blocked',
    when: 'An authorization ended without a code. `consent_denied` is a user who said no.',
    details: login,
  }),
  'token.scoped': kind('authentication', {
    activity: 'issue',
    severity: 1,
    disposition: 'allowed',
    when: 'Cognito asked what a token may say before signing it (pre-token-generation trigger).',
    details: login,
  }),
  'token.issued': kind('authentication', {
    activity: 'issue',
    severity: 1,
    disposition: 'allowed',
    when: 'A code, or the credentials of a machine client, became tokens.',
    details: grant,
  }),
  'token.refreshed': kind('authentication', {
    activity: 'renew',
    severity: 1,
    disposition: 'allowed',
    when: 'A refresh handle became new tokens and a new handle.',
    details: grant,
  }),
  'token.refused': kind('authentication', {
    activity: 'issue',
    severity: 3,
    disposition: 'blocked',
    when: 'A token or revocation request was refused.',
    details: grant,
  }),
  'scope.elevated': kind('authentication', {
    activity: 'issue',
    severity: 2,
    disposition: 'allowed',
    when: 'A user gave a client more than any earlier grant of the two (step-up).',
    details: grant,
  }),
  'token.code_reuse': kind('authentication', {
    activity: 'issue',
    severity: 5,
    disposition: 'revoked',
    when: 'An authorization code came a second time; what it gave was taken back.',
    details: grant,
  }),
  'token.refresh_reuse': kind('authentication', {
    activity: 'renew',
    severity: 5,
    disposition: 'revoked',
    when: 'A replaced refresh handle came again; the grant was ended.',
    details: grant,
  }),
  'token.revoked': kind('authentication', {
    activity: 'logoff',
    severity: 2,
    disposition: 'revoked',
    when: 'A user or a client ended a grant.',
    details: grant,
  }),
} as const;

const operatorDetails = [
  'subject',
  'tenant',
  'grantId',
  'mcpClient',
  'entity',
  'activity',
] as const;

const operationsEvents = {
  'operator.acted': kind('entityManagement', {
    activity: 'update',
    severity: 3,
    disposition: 'allowed',
    when: 'An operator action was carried out. Who did it stands in CloudTrail under the same id.',
    details: operatorDetails,
  }),
  'operator.refused': kind('entityManagement', {
    activity: 'update',
    severity: 3,
    disposition: 'rejected',
    when: 'An operator action was malformed or found nobody to act on.',
    details: operatorDetails,
  }),
  'service.started': kind('applicationLifecycle', {
    activity: 'start',
    severity: 1,
    disposition: 'allowed',
    when: 'A task listens.',
  }),
  'service.configured': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'A component took up a configuration, by its digest and the ids of its keys.',
  }),
  'service.stopping': kind('applicationLifecycle', {
    activity: 'stop',
    severity: 1,
    disposition: 'allowed',
    when: 'A task was told to stop and drains.',
  }),
  'limits.degraded': kind('applicationError', {
    activity: 'general',
    severity: 3,
    disposition: 'blocked',
    when: 'The shared store of limits does not answer; each task counts for itself.',
  }),
  'limits.restored': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'The shared store of limits answers again.',
  }),
  'detections.degraded': kind('applicationError', {
    activity: 'general',
    severity: 3,
    disposition: 'blocked',
    when: 'The detections could not look at every event, or had to forget what they had counted; or the shared store does not answer, and each task counts for itself.',
  }),
  'detections.restored': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'The shared store answers again: detections count for all tasks together.',
  }),
  'notifications.degraded': kind('applicationError', {
    activity: 'general',
    severity: 2,
    disposition: 'blocked',
    when: 'The shared store does not carry changes; each task tells its own listeners only.',
  }),
  'notifications.restored': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'The shared store carries changes between tasks again. What happened meanwhile is not told again.',
  }),
  'revocations.unavailable': kind('applicationError', {
    activity: 'general',
    severity: 3,
    disposition: 'blocked',
    when: 'The list of revocations could not be read three times in a row; the last one holds.',
  }),
  'revocations.stale': kind('applicationError', {
    activity: 'general',
    severity: 4,
    disposition: 'blocked',
    when: 'The list of revocations is older than allowed: what was revoked since is not known here.',
  }),
  'revocations.restored': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'The list of revocations can be read again.',
  }),
  'keys.refreshed': kind('applicationLifecycle', {
    activity: 'configure',
    severity: 1,
    disposition: 'allowed',
    when: 'The signing keys of an issuer changed.',
  }),
  'keys.refresh_failed': kind('applicationError', {
    activity: 'general',
    severity: 4,
    disposition: 'blocked',
    when: 'The signing keys of an issuer could not be fetched.',
  }),
  'log.dropped': kind('applicationError', {
    activity: 'general',
    severity: 4,
    disposition: 'blocked',
    when: 'Events were lost because the log did not take them; says how many of which severity.',
  }),
  'fault.unexpected': kind('applicationError', {
    activity: 'general',
    severity: 4,
    disposition: 'error',
    when: 'Something failed that should not. Within an HTTP request it is of class HTTP Activity.',
    details: [...call, 'mcpClient', 'subject', 'grantId'] as const,
  }),
} as const;

/** Every event there is, but for Detection Findings, whose names follow from their rules. */
export const eventCatalogue = { ...accessEvents, ...loginEvents, ...operationsEvents } as const;

export type EventName = keyof typeof eventCatalogue;

/** Names of Detection Findings, which `detectionFinding` builds; the rules are data elsewhere. */
export type DetectionName = `detection.${string}`;
