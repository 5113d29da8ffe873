/**
 * What an incident asks, as Logs Insights queries. Text in angle brackets is to be filled in before
 * a query is run. Names are those that the runbooks use; queries run over the log groups of all
 * components at once.
 */

export interface SavedQuery {
  /** What it answers, as somebody would ask it at night. */
  readonly question: string;
  readonly text: string;
}

const query = (question: string, ...steps: readonly string[]): SavedQuery => ({
  question,
  text: steps.join('\n| '),
});

const who = 'actor.user.uid, actor.app_uid, metadata.tenant_uid, src_endpoint.ip';
const what = 'metadata.event_code, status_code, api.operation, resources.0.name';

export const savedQueries = {
  'who-did-it': query(
    'Who called this tool, prompt or resource, and was it allowed?',
    'filter resources.0.name = "<tool>"',
    `fields @timestamp, ${what}, ${who}, metadata.correlation_uid`,
    'sort @timestamp desc',
    'limit 1000',
  ),
  'everything-with-correlation-id': query(
    'What happened in this request, in every component?',
    'filter metadata.correlation_uid = "<correlation id>" or correlationId = "<correlation id>"',
    `fields @timestamp, @log, ${what}, ${who}, http_response.code, duration, @message`,
    'sort @timestamp asc',
    'limit 1000',
  ),
  'everything-of-a-subject': query(
    'What did this user, or a client for this user, do?',
    'filter actor.user.uid = "<subject>" or user.uid = "<subject>"',
    `fields @timestamp, ${what}, actor.app_uid, src_endpoint.ip, metadata.correlation_uid`,
    'sort @timestamp asc',
    'limit 10000',
  ),
  'refusals-by-reason-and-address': query(
    'What is refused, why, and from where?',
    'filter status_id = 2 and ispresent(status_code)',
    'stats count(*) as refusals, count_distinct(actor.user.uid) as subjects, latest(@timestamp) as last by status_code, src_endpoint.ip',
    'sort refusals desc',
    'limit 100',
  ),
  'path-through-login': query(
    'Where does the login of this client stop?',
    'filter metadata.product.feature.name = "authorization-server"',
    'filter actor.app_uid = "<client id>" or entity.uid = "<client id>"',
    'fields @timestamp, metadata.event_code, status_code, http_request.url.path, actor.user.uid, src_endpoint.ip, metadata.correlation_uid',
    'sort @timestamp asc',
    'limit 1000',
  ),
  'cross-tenant-attempts': query(
    'Who reached for another tenant?',
    'filter metadata.event_code = "tenant.denied"',
    'stats count(*) as attempts, count_distinct(resources.0.name) as targets, earliest(@timestamp) as first, latest(@timestamp) as last by actor.user.uid, metadata.tenant_uid, actor.app_uid, src_endpoint.ip',
    'sort attempts desc',
    'limit 100',
  ),
  'token-from-many-networks': query(
    'Which access token or login is used from several networks?',
    'filter metadata.event_code = "access.allowed" and ispresent(actor.session.uid)',
    'parse src_endpoint.ip /^(?<network>\\d+\\.\\d+\\.\\d+|[0-9a-f]+:[0-9a-f]*:[0-9a-f]*)[.:]/',
    'stats count_distinct(network) as networks, count(*) as calls, latest(src_endpoint.ip) as last by actor.session.uid, actor.user.uid, actor.app_uid',
    'filter networks > 1',
    'sort networks desc',
    'limit 100',
  ),
  'operator-actions': query(
    'What did operators do?',
    'filter metadata.event_code in ["operator.acted", "operator.refused"]',
    'fields @timestamp, metadata.event_code, unmapped.evidence.action, entity.type, entity.uid, actor.user.uid, unmapped.evidence.reference, status_code, metadata.correlation_uid',
    'sort @timestamp desc',
    'limit 1000',
  ),
  'log-gaps': query(
    'Which task lost events, and how many?',
    'filter ispresent(metadata.sequence)',
    'stats max(metadata.sequence) - min(metadata.sequence) + 1 - count_distinct(metadata.sequence) as missing, min(metadata.sequence) as first, max(metadata.sequence) as last by @logStream',
    'filter missing > 0',
    'sort missing desc',
    'limit 100',
  ),
  'slowest-tools': query(
    'Which tools are slow?',
    'filter metadata.event_code = "access.allowed" and ispresent(duration) and ispresent(resources.0.name)',
    'stats count(*) as calls, pct(duration, 50) as p50, pct(duration, 99) as p99, max(duration) as slowest by resources.0.name',
    'sort p99 desc',
    'limit 50',
  ),
  findings: query(
    'What was detected, and about whom?',
    'filter class_uid = 2004',
    'fields @timestamp, metadata.event_code, activity_id, severity_id, finding_info.title, finding_info.uid, evidences.0.src_endpoint.ip, evidences.0.user.uid, evidences.0.actor.app_uid, evidences.0.data.correlation_uids.0',
    'sort @timestamp desc',
    'limit 100',
  ),
  'keys-and-configuration': query(
    'Did keys or configuration change, or a task start or stop?',
    'filter metadata.event_code like /^(keys|service|limits|log)\\./',
    'fields @timestamp, @log, metadata.event_code, severity_id, unmapped.evidence.jwksUri, unmapped.evidence.cause, unmapped.evidence.version',
    'sort @timestamp desc',
    'limit 1000',
  ),
  registrations: query(
    'Who registers clients, and with which redirect hosts?',
    'filter metadata.event_code in ["client.registered", "client.rejected"]',
    'stats count(*) as registrations, latest(entity.name) as name by metadata.event_code, status_code, src_endpoint.ip',
    'sort registrations desc',
    'limit 100',
  ),
  'authorization-failures': query(
    'Whose logins fail, and why?',
    'filter metadata.event_code in ["authorization.failed", "token.refused"]',
    'stats count(*) as failures, count_distinct(src_endpoint.ip) as addresses, latest(@timestamp) as last by actor.app_uid, metadata.event_code, status_code',
    'sort failures desc',
    'limit 100',
  ),
  'consents-by-subject': query(
    'Who connects how many clients?',
    'filter metadata.event_code = "authorization.completed"',
    'stats count(*) as consents, count_distinct(actor.app_uid) as clients by actor.user.uid, bin(1m) as minute',
    'sort consents desc',
    'limit 100',
  ),
  faults: query(
    'What failed inside, and with which text?',
    'filter level = "error" or metadata.event_code = "fault.unexpected"',
    'fields @timestamp, @log, metadata.event_code, api.operation, resources.0.name, unmapped.evidence.error, metadata.correlation_uid, correlationId, fault',
    'sort @timestamp desc',
    'limit 1000',
  ),
} as const satisfies Record<string, SavedQuery>;

export type SavedQueryName = keyof typeof savedQueries;
