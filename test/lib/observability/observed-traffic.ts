import { Writable } from 'node:stream';
import { createInvocationMetrics } from '../../../lambda/authorization-server/metrics.ts';
import { detectionFinding } from '../../../oauth/detection-finding.ts';
import { detectionIds, detectionRule } from '../../../oauth/detection-rules.ts';
import { defaultRateLimits } from '../../../oauth/rate-limit.ts';
import type { SecurityEvent } from '../../../oauth/security-event.ts';
import { securityEvent } from '../../../oauth/security-event.ts';
import { createMetrics } from '../../../server/metrics.ts';
import { createSecurityLog } from '../../../server/security-log.ts';
import { ada, anOperator } from '../../lambda/operator/an-operator.ts';
import { application } from '../../server/tenancy/application.ts';
import { checkedLog } from '../../support/checked-log.ts';
import { bareContext, exampleOf, fullContext } from '../../support/event-variants.ts';
import { aLocalDeployment } from '../../support/local-deployment.ts';
import type { LogLine } from '../../support/logs-insights.ts';
import {
  accessTokenOf,
  logIn,
  postForm,
  redeem,
  refresh,
  registerClient,
} from '../../support/oauth-by-hand.ts';
import {
  aPost,
  aResourceServer,
  legacyRequest,
  modernRequest,
} from '../../support/resource-server.ts';
import { anAccessToken, aSigningKey, frozenNow, jwksResponse } from '../../support/tokens.ts';

/**
 * What the log groups of a deployment hold after a busy hour: events that the real code recorded, in
 * the lines that the real writer wrote, and the EMF lines that were counted from them.
 */
export interface ObservedTraffic {
  readonly lines: readonly LogLine[];
  /** EMF lines of both servers. */
  readonly metricLines: readonly string[];
}

type Local = Awaited<ReturnType<typeof aLocalDeployment>>;

/** Logins that work and fail, calls that are allowed and refused, handles that come back. */
const localMode = async (): Promise<readonly SecurityEvent[]> => {
  const local = await aLocalDeployment();
  const call = async (token: string | undefined, name: string, args: object = {}) => {
    const { body, headers } = modernRequest('tools/call', { name, arguments: args });
    await (await fetch(aPost(body, { url: local.mcpUrl, token, headers }))).text();
  };
  const token = await accessTokenOf(local, 'alice');
  await call(token, 'add_note', { title: 'a', text: 'b' });
  await call(token, 'search_notes', { words: 'a' });
  await call(token, 'delete_note', { id: 'x' });
  await call(undefined, 'whoami');
  await call('nonsense', 'whoami');
  const [header, payload] = token.split('.');
  await call(`${header}.${payload}.${'A'.repeat(342)}`, 'whoami');
  await fetch(aPost('{', { url: local.mcpUrl, token }));
  await brokenLogins(local);
  await local.close();
  return local.events;
};

const brokenLogins = async (local: Local): Promise<void> => {
  const login = await logIn(local, 'carol');
  const first = await redeem(local, login);
  const handles = [String(first.body.refresh_token)];
  for (let step = 0; step < 2; step += 1) {
    const { body } = await refresh(local, login.clientId, handles.at(-1) as string);
    handles.push(String(body.refresh_token));
  }
  await refresh(local, login.clientId, handles[0] as string);
  const replayed = await logIn(local, 'alice');
  await redeem(local, replayed);
  await redeem(local, replayed);
  await redeem(local, { ...(await logIn(local, 'alice')), codeVerifier: 'x'.repeat(43) });
  await postForm(local, '/oauth/token', {
    grant_type: 'refresh_token',
    client_id: login.clientId,
    refresh_token: 'x',
  });
  await registerClient(local, { redirect_uris: ['http://evil.example/'] }).catch(() => undefined);
  const clientId = (await registerClient(local)).client_id as string;
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: 'http://localhost:1/callback',
    response_type: 'code',
    state: 's',
  });
  await fetch(`${local.issuer}/oauth/authorize?${query}`, { redirect: 'manual' });
};

/** What local mode has no tool for: other tenants, exhausted limits, faults, keys that are gone. */
const tenantsLimitsAndFaults = async (): Promise<readonly SecurityEvent[]> => {
  let isBroken = false;
  const key = aSigningKey('key-1');
  const server = await aResourceServer({
    application,
    key,
    config: { rateLimits: { ...defaultRateLimits, principal: { calls: 6, seconds: 60 } } },
    fetchJwks: async () => (isBroken ? new Response('', { status: 500 }) : jwksResponse(key)),
  });
  const token = anAccessToken(key, { tenant_id: 'acme' });
  const send = (name: string, args: object = {}) =>
    server.send(aPost(legacyRequest('tools/call', { name, arguments: args }), { token }));
  await send('export', { tenant: 'acme' });
  await send('export', { tenant: 'evil' });
  await send('finance');
  for (let index = 0; index < 10; index += 1) await send('invoice', { id: '1' });
  isBroken = true;
  await server.send(
    aPost(legacyRequest('ping'), {
      token: anAccessToken(key, {}, { kid: 'unknown' }),
    }),
  );
  await server.close();
  return server.log.events;
};

const operators = async (): Promise<readonly SecurityEvent[]> => {
  const operator = anOperator();
  await operator.operate({ action: 'disable-user', subject: ada.subject, reference: 'INC-1' });
  await operator.operate({ action: 'launch-rockets' });
  return operator.events;
};

/** One new finding of each detection that code of ours makes, by the builder that makes them. */
const findings = (): readonly SecurityEvent[] =>
  detectionIds.map((ruleId) => {
    const { title, severity } = detectionRule(ruleId);
    return detectionFinding(fullContext, {
      ruleId,
      title,
      severity,
      activity: 'create',
      key: '203.0.113.7',
      windowStartedAt: frozenNow,
      firstSeenAt: frozenNow,
      lastSeenAt: frozenNow,
      relatedEvents: 5,
      evidences: [
        { clientAddress: '203.0.113.7', subject: 's', clientId: 'c', correlationIds: ['1'] },
      ],
    });
  });

const ofBroker = { ...fullContext, component: 'authorization-server' } as const;

const rare = (): readonly SecurityEvent[] => [
  securityEvent('service.started', bareContext, {
    evidence: { resourceIdentifier: 'https://mcp.example.com/mcp', version: '1.2.3' },
  }),
  securityEvent('fault.unexpected', fullContext, { status: 500, evidence: { error: 'TypeError' } }),
  securityEvent('fault.unexpected', ofBroker, {
    reason: 'fault',
    evidence: { error: 'TypeError' },
  }),
  // With ids of tokens and grants, which are logged only where there is a key to hash them with.
  exampleOf('access.allowed', fullContext, { status: 200, durationMs: 12 }),
  exampleOf('token.issued', ofBroker, {}),
];

class Memory extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  get lines(): readonly string[] {
    return this.text.split('\n').filter(Boolean);
  }
}

const written = async (
  events: readonly SecurityEvent[],
  logStream: string,
): Promise<readonly LogLine[]> => {
  const output = new Memory();
  const log = createSecurityLog(output);
  for (const event of events) log.record(event);
  await log.flush();
  return output.lines.map((message) => ({ message, logStream, log: logStream.split('/')[0] }));
};

const counted = async (namespace: string, events: readonly SecurityEvent[]) => {
  const output = new Memory();
  const ignored = checkedLog([]);
  const metrics = createMetrics({
    namespace,
    tools: ['add_note'],
    output,
    now: () => frozenNow,
    droppedLines: () => 0,
  });
  const ofTask = metrics.counting(ignored);
  const lines: string[] = [];
  const invocation = createInvocationMetrics(
    namespace,
    (line) => lines.push(line),
    () => frozenNow,
  );
  const ofInvocation = invocation.counting(ignored);
  metrics.start(() => 1);
  for (const event of events) {
    const product = event.metadata as { product?: { feature?: { name?: string } } };
    const isBroker = product.product?.feature?.name === 'authorization-server';
    (isBroker ? ofInvocation : ofTask).record(event);
  }
  invocation.flush();
  await metrics.close();
  return [...lines, ...output.lines];
};

/** A fault's text, as the container prints it beside its events. */
const applicationLine = (correlationId: string): LogLine => ({
  message: JSON.stringify({ level: 'error', correlationId, fault: 'TypeError: x is undefined' }),
  logStream: 'server/1',
  log: 'server',
});

export const observedTraffic = async (namespace: string): Promise<ObservedTraffic> => {
  const ofTask = [...(await localMode()), ...(await tenantsLimitsAndFaults()), ...rare()];
  const all = [...ofTask, ...findings(), ...(await operators())];
  const metricLines = await counted(namespace, all);
  const lines = [
    ...(await written([...ofTask, ...findings()], 'server/1')),
    ...(await written(await operators(), 'operator/1')),
    applicationLine(bareContext.correlationId),
    ...metricLines.map((message) => ({
      message: message.trim(),
      logStream: 'server/1',
      log: 'server',
    })),
  ];
  return { lines, metricLines };
};
