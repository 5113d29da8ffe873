import { type DetectionDetails, detectionFinding } from '../../oauth/detection-finding.ts';
import { detectionRules } from '../../oauth/detection-rules.ts';
import { type DetailName, type EventKind, eventClasses } from '../../oauth/event-catalogue.ts';
import type { EventContext, EventDetails } from '../../oauth/event-details.ts';
import { oauthRefusalReasons, oauthWireError } from '../../oauth/oauth-error.ts';
import { rejectionReasons, wireError } from '../../oauth/rejection.ts';
import { type EventName, eventCatalogue, type SecurityEvent } from '../../oauth/security-event.ts';
import { exampleOf, fullContext, someFinding } from '../support/event-variants.ts';

/** docs/security-events.md, from the catalogue: what the code does not emit is not described. */

export const documentPath = 'docs/security-events.md';

const severities = ['unknown', 'informational', 'low', 'medium', 'high', 'critical'];
const dispositions: Readonly<Record<number, string>> = {
  1: 'allowed',
  2: 'blocked',
  23: 'challenge',
  24: 'access revoked',
  25: 'rejected',
  26: 'unauthorized',
  27: 'error',
};

const details: Readonly<Record<DetailName, string>> = {
  principal:
    '`actor.user.uid`, `.type_id`, `.groups`, `actor.app_uid` (Cognito’s app client), `actor.session`, `metadata.tenant_uid`, `unmapped.scopes`',
  operation: '`api.operation`: the MCP method (`unmapped.operation` where the class has no `api`)',
  target: '`resources.0.type`, `.name`: the tool, prompt or resource (`unmapped.target` likewise)',
  mcpClient: '`actor.app_uid`, `actor.app_name`: the client the user approved',
  subject: '`actor.user.uid`',
  tenant: '`metadata.tenant_uid`',
  scopes: '`unmapped.scopes`',
  grantId: '`unmapped.grant_uid`, a keyed hash',
  originTokenId: '`actor.session.uid_alt`, a keyed hash of `origin_jti`',
  entity: '`entity.type`, `.uid`: what was managed',
  activity: '`activity_id`',
};

const componentOf = (name: EventName): EventContext['component'] => {
  if (name === 'token.scoped') return 'pre-token-generation';
  if (name.startsWith('operator.')) return 'operator';
  const isOfBroker =
    /^(client|authorization|scope\.elevated)/.test(name) ||
    /^token\.(issued|refreshed|refused|code_reuse|refresh_reuse|revoked)$/.test(name);
  return isOfBroker ? 'authorization-server' : 'resource-server';
};

const pathOf = (name: EventName): string => {
  if (componentOf(name) === 'resource-server') return '/mcp';
  if (name.startsWith('client.')) return '/oauth/register';
  if (name.startsWith('token.') || name === 'scope.elevated') return '/oauth/token';
  return name === 'authorization.completed' ? '/oauth/callback' : '/oauth/authorize';
};

const reasons: Partial<Record<EventName, string>> = {
  'token.missing': 'token_missing',
  'token.rejected': 'audience_mismatch',
  'scope.denied': 'scope_insufficient',
  'tenant.denied': 'tenant_mismatch',
  'session.hijack_suspected': 'session_foreign',
  'request.rejected': 'host_not_allowed',
  'rate.limited': 'rate_exceeded',
  'client.rejected': 'redirect_uri_plain_http',
  'authorization.failed': 'pkce_missing',
  'token.refused': 'code_expired',
  'token.code_reuse': 'code_reused',
  'token.refresh_reuse': 'refresh_reused',
  'operator.refused': 'user_not_found',
};

const hasRequest = ({ class: eventClass }: EventKind): boolean =>
  ['authentication', 'apiActivity', 'httpActivity'].includes(eventClass);

/** The context without what an event of this kind cannot know. */
const contextOf = (name: EventName, kind: EventKind): EventContext => {
  const component = componentOf(name);
  const { httpMethod, path, userAgent, clientAddress, edgeRequestId, ...rest } = fullContext;
  const { loadBalancerTraceId: _, ...bare } = rest;
  const isServed = hasRequest(kind) || name.startsWith('client.') || name === 'fault.unexpected';
  if (component === 'pre-token-generation' || component === 'operator' || !isServed)
    return { ...bare, component };
  return {
    ...bare,
    component,
    httpMethod,
    path: pathOf(name),
    userAgent,
    clientAddress,
    edgeRequestId,
  };
};

const statusOf = (name: EventName, kind: EventKind): number | undefined => {
  if (componentOf(name) !== 'resource-server' || !hasRequest(kind)) return undefined;
  if (name === 'access.allowed') return 200;
  const statuses: Partial<Record<EventName, number>> = {
    'scope.denied': 403,
    'tenant.denied': 403,
    'request.rejected': 403,
    'rate.limited': 429,
    'session.hijack_suspected': 404,
  };
  return statuses[name] ?? 401;
};

const anonymous: readonly EventName[] = ['token.missing', 'token.rejected', 'request.rejected'];

const example = (name: EventName, kind: EventKind): SecurityEvent => {
  const reason = reasons[name];
  const changes: EventDetails = {
    ...(reason && { reason }),
    status: statusOf(name, kind),
    ...(hasRequest(kind) && { durationMs: 4 }),
    activity: undefined,
    ...(anonymous.includes(name) && {
      principal: undefined,
      operation: undefined,
      target: undefined,
    }),
  };
  return exampleOf(name, contextOf(name, kind), changes);
};

const json = (event: SecurityEvent): string => `\`\`\`json\n${JSON.stringify(event)}\n\`\`\``;

const section = (name: EventName): string => {
  const kind: EventKind = eventCatalogue[name];
  const { uid, name: className } = eventClasses[kind.class];
  const activity = kind.activity ?? 'from the request';
  const names = kind.details.filter((detail) => detail !== 'activity');
  return `### \`${name}\`

${kind.when}

OCSF ${uid} ${className}, activity ${activity} · ${severities[kind.severity]} · ${kind.succeeded ? 'success' : 'failure'}, ${dispositions[kind.disposition]}
${names.length > 0 ? `\n${names.map((detail) => `- ${details[detail]}`).join('\n')}\n` : ''}
${json(example(name, kind))}
`;
};

const reasonRows = (): string =>
  rejectionReasons
    .map((reason) => {
      const { status, error, severity } = wireError(reason);
      return `| \`${reason}\` | ${status} | ${error ? `\`${error}\`` : '–'} | ${severities[severity]} |`;
    })
    .join('\n');

const oauthRows = (): string =>
  oauthRefusalReasons
    .map((reason) => {
      const { status, error, severity } = oauthWireError(reason);
      return `| \`${reason}\` | ${status} | \`${error}\` | ${severities[severity]} |`;
    })
    .join('\n');

const detectionRows = (): string =>
  Object.entries(detectionRules)
    .map(([id, { number, title, severity, computedIn }]) => {
      return `| \`detection.${id}\` | ${number} | ${title} | ${severities[severity]} | ${computedIn} |`;
    })
    .join('\n');

const finding: DetectionDetails = someFinding;

export const securityEventsDocument = (): string => `# Security events

One JSON object per line, [OCSF](https://schema.ocsf.io/1.8.0/) 1.8.0, exactly one per decision. This page is made from the code
(\`npm run docs:events\`), and a test fails when it is not up to date. How events join to one another: [correlation.md](correlation.md).

## Members that every event may have

| path | what |
| --- | --- |
| \`metadata.event_code\` | the name below; stable |
| \`status_code\` | the reason of a refusal; stable |
| \`severity_id\` | 1 informational to 5 critical; of a refusal, that of its reason |
| \`status_id\`, \`action_id\`, \`disposition_id\` | how it ended, in OCSF’s numbers |
| \`time\`, \`duration\` | milliseconds since the epoch; milliseconds |
| \`metadata.correlation_uid\` | the trace id of the request, or of the login it is a step of |
| \`metadata.tenant_uid\` | the tenant |
| \`metadata.sequence\` | number within one process; a gap is a loss |
| \`metadata.product.feature.name\` | the component: resource-server, authorization-server, pre-token-generation, operator |
| \`actor.user.uid\` | the subject: Cognito’s \`sub\`, a pseudonym; of a machine, its client id |
| \`actor.session.uid\`, \`.uid_alt\` | keyed hashes of \`jti\` and \`origin_jti\` |
| \`src_endpoint.ip\` | the client’s address, whole or its network only |
| \`http_request.uid\` | CloudFront’s request id |
| \`http_request.http_method\`, \`.url.path\`, \`.user_agent\` | never the query; at most 256 and 128 characters |
| \`http_response.code\` | the status |
| \`unmapped\` | what OCSF has no attribute for: \`scopes\`, \`grant_uid\`, \`evidence\`, \`amzn_trace_id\` |

A line has at most 8 KiB. One that would be longer loses \`unmapped\` and has \`metadata.is_truncated\`.

## What is never in an event

Tokens and parts of them, \`Authorization\` and cookies, codes, \`code_verifier\`, \`state\`, client secrets, refresh handles, passwords, keys; tool arguments
and results, prompts, bodies, query strings; e-mail addresses, phone numbers, names of people. Of an error only its class is logged: its
text may quote any of these. Text that a caller chose is cut to its limit, stripped of control and
bidirectional characters, and evidence of nothing.

Personal data that is logged: the subject, the client’s address, the user agent, groups and tenant.

## Calls

${(['access.allowed', 'token.missing', 'token.rejected', 'scope.denied', 'tenant.denied', 'session.hijack_suspected', 'request.rejected', 'rate.limited'] as const).map(section).join('\n')}
## Logins and tokens

${(Object.keys(eventCatalogue) as EventName[])
  .filter((name) => ['authorization-server', 'pre-token-generation'].includes(componentOf(name)))
  .map(section)
  .join('\n')}
## Operations

${(Object.keys(eventCatalogue) as EventName[])
  .filter(
    (name) =>
      componentOf(name) === 'operator' ||
      (componentOf(name) === 'resource-server' && !hasRequest(eventCatalogue[name])),
  )
  .map(section)
  .join('\n')}
## Findings

OCSF 2004 Detection Finding. One \`create\`, an \`update\` while it goes on, one \`close\`; the three share \`finding_info.uid\`.

| event | | title | severity | computed in |
| --- | --- | --- | --- | --- |
${detectionRows()}

${json(detectionFinding(fullContext, finding))}

## Reasons of the resource server

The reason stands in the log; the client gets the status and a vague sentence.

| reason | status | error on the wire | severity |
| --- | --- | --- | --- |
${reasonRows()}

## Reasons of the authorization server

| reason | status | error on the wire | severity |
| --- | --- | --- | --- |
${oauthRows()}
`;
