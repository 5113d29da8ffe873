import { type DetectionDetails, detectionFinding } from '../../oauth/detection-finding.ts';
import type { DetailName } from '../../oauth/event-catalogue.ts';
import type { EventContext, EventDetails } from '../../oauth/event-details.ts';
import type { Principal } from '../../oauth/principal.ts';
import {
  type EventName,
  eventCatalogue,
  type SecurityEvent,
  securityEvent,
} from '../../oauth/security-event.ts';

/** Every event of the catalogue, saying as little and as much as it can, in every kind of context. */

const principal: Principal = {
  subject: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
  username: 'alice',
  tenant: 'acme',
  clientId: '1example23456789abcdefghij',
  isMachine: false,
  scopes: ['mcp:tools:read', 'mcp:tools:execute'],
  groups: ['tenant:acme'],
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Test00001',
  tokenId: 'f3b0c442-98fc-4c14-9afb-f4c8996fb924',
  originTokenId: 'a3b0c442-98fc-4c14-9afb-f4c8996fb924',
  issuedAt: 0,
  expiresAt: 1_795_438_800,
};
const { tenant: _tenant, originTokenId: _origin, ...withoutTenant } = principal;
const machine: Principal = { ...withoutTenant, isMachine: true, groups: [] };

export const someDetails: Readonly<Record<DetailName, NonNullable<unknown>>> = {
  principal,
  operation: 'tools/call',
  target: 'add_note',
  mcpClient: { id: 'https://claude.ai/oauth/client', name: 'Claude' },
  subject: principal.subject,
  tenant: 'acme',
  scopes: ['mcp:tools:read'],
  grantId: 'grant-1',
  originTokenId: 'a3b0c442-98fc-4c14-9afb-f4c8996fb924',
  entity: { type: 'User', uid: principal.subject },
  activity: 9,
};

const allowed = (name: EventName): EventDetails =>
  Object.fromEntries(
    (eventCatalogue[name].details as readonly DetailName[]).map((detail) => [
      detail,
      someDetails[detail],
    ]),
  );

const common: EventDetails = {
  reason: 'expired',
  severity: 4,
  status: 401,
  durationMs: 12.5,
  evidence: { count: 3, names: ['a', 'b'], text: 'x\n', is: true },
};

export const time = 1_795_424_400_000;
const correlationId = '4bf92f3577b34da6a3ce929d0e0e4736';
const privacy = {
  pseudonym: (value: string) => value.length.toString(16).padStart(16, '0'),
  address: (address: string) => address,
};

export const bareContext: EventContext = { time, correlationId, component: 'resource-server' };

export const fullContext: EventContext = {
  ...bareContext,
  privacy,
  clientAddress: '203.0.113.77',
  userAgent: 'claude-code/2.1',
  httpMethod: 'POST',
  path: '/mcp',
  edgeRequestId: 'VYhHbGV0b25zQ2xvdWRGcm9udElk0123456789abcdefghij==',
  loadBalancerTraceId: '1-67891233-abcdef012345678912345678',
};

const contexts: readonly EventContext[] = [
  bareContext,
  fullContext,
  { ...fullContext, clientAddress: '2001:db8::1', httpMethod: 'PROPFIND', component: 'operator' },
  { ...fullContext, clientAddress: '::ffff:192.0.2.1', httpMethod: 'GET' },
  { ...bareContext, clientAddress: 'not an address', httpMethod: 'DELETE', path: '' },
  { ...bareContext, privacy, component: 'pre-token-generation' },
];

const detailsOf = (name: EventName): readonly EventDetails[] => {
  const full = allowed(name);
  const hasPrincipal = 'principal' in full;
  return [
    {},
    common,
    { ...common, ...full },
    ...(hasPrincipal ? [{ ...full, principal: machine, operation: 'tools/list' }] : []),
    ...Object.entries(full).map(([detail, value]) => ({ [detail]: value })),
    { ...full, entity: { type: 'User pool' } },
  ];
};

/** The context and details that show an event best: for its example in the documentation. */
export const exampleOf = (name: EventName, context: EventContext, details: EventDetails) =>
  securityEvent(name, context, { ...allowed(name), ...details });

export const variantsOf = (name: EventName): readonly SecurityEvent[] =>
  contexts.flatMap((context) =>
    detailsOf(name).map((details) => securityEvent(name, context, details)),
  );

export const someFinding: DetectionDetails = {
  ruleId: 'invalid_token_burst',
  title: 'Many invalid access tokens from one address',
  activity: 'create',
  severity: 3,
  key: '203.0.113.7',
  windowStartedAt: time - 60_000,
  firstSeenAt: time - 59_000,
  lastSeenAt: time,
  relatedEvents: 20,
  evidences: [{ clientAddress: '203.0.113.7', reason: 'signature_invalid' }],
};

export const findingVariants = (): readonly SecurityEvent[] =>
  contexts.flatMap((context) =>
    (['create', 'update', 'close'] as const).flatMap((activity) => [
      detectionFinding(context, { ...someFinding, activity, tenant: 'acme' }),
      detectionFinding(context, { ...someFinding, activity, evidences: [] }),
      detectionFinding(context, {
        ...someFinding,
        activity,
        analytic: 'statistical',
        evidences: [
          { subject: 'somebody' },
          { clientId: 'client', operation: 'tools/call', correlationIds: [correlationId] },
          { counts: { networks: 4 } },
          {},
        ],
      }),
    ]),
  );
