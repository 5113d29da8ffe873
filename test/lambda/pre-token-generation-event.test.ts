import { describe, expect, it } from 'vitest';
import type { PreTokenGenerationEvent } from '../../lambda/pre-token-generation/event.ts';
import { createPreTokenGeneration } from '../../lambda/pre-token-generation/handler.ts';
import type { SecurityEvent } from '../../oauth/security-event.ts';
import { checkedLog } from '../support/checked-log.ts';

const resource = 'https://mcp.example.com/mcp';
const correlationId = '4bf92f3577b34da6a3ce929d0e0e4736';

const config = {
  resourceIdentifier: resource,
  groupScopes: { readers: ['mcp:tools:read'] },
  defaultScopes: [],
  identityProviderTenants: {},
  machineClients: { machine: { tenant: 'acme', scopes: ['mcp:tools:read'] } },
};

const event = (
  request: Partial<PreTokenGenerationEvent['request']>,
  members: Partial<PreTokenGenerationEvent> = {},
): PreTokenGenerationEvent => ({
  version: '3',
  triggerSource: 'TokenGeneration_HostedAuth',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_Test00001',
  userName: 'alice',
  callerContext: { awsSdkVersion: 'x', clientId: 'sign-in-client' },
  request: {
    userAttributes: { sub: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10', email: 'alice@example.com' },
    scopes: ['openid', `${resource}/mcp:tools:read`, `${resource}/mcp:notes:delete`],
    groupConfiguration: { groupsToOverride: ['readers', 'tenant:acme'] },
    ...request,
  },
  response: { claimsAndScopeOverrideDetails: null },
  ...members,
});

const eventFor = (input: PreTokenGenerationEvent): SecurityEvent => {
  const events: SecurityEvent[] = [];
  createPreTokenGeneration(config, { securityLog: checkedLog(events), now: () => 1000 })(input);
  expect(events).toHaveLength(1);
  return events[0] as SecurityEvent;
};

describe('token.scoped', () => {
  it('says what the token of a user may do and what was taken from the request, because nobody else knows', () => {
    expect(eventFor(event({}))).toMatchObject({
      time: 1000,
      severity_id: 1,
      actor: { app_uid: 'sign-in-client', user: { uid: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10' } },
      metadata: {
        event_code: 'token.scoped',
        tenant_uid: 'acme',
        product: { feature: { name: 'pre-token-generation' } },
      },
      unmapped: {
        scopes: ['mcp:tools:read'],
        evidence: { trigger: 'TokenGeneration_HostedAuth', suppressed: ['mcp:notes:delete'] },
      },
    });
  });

  it('names neither mail address nor user name, because a log has more readers than a directory', () => {
    expect(JSON.stringify(eventFor(event({})))).not.toMatch(/alice/);
  });

  it('stands out when a user belongs to two tenants, because that user can do nothing until somebody looks', () => {
    const groups = { groupsToOverride: ['readers', 'tenant:acme', 'tenant:globex'] };
    const found = eventFor(event({ groupConfiguration: groups }));
    expect(found).toMatchObject({ status_code: 'tenant_ambiguous', severity_id: 3 });
    expect(found.metadata).not.toHaveProperty('tenant_uid');
    expect(found.unmapped).toMatchObject({ scopes: [] });
  });

  const machine = (clientId: string, clientMetadata?: Record<string, string>) =>
    eventFor(
      event(
        { userAttributes: {}, groupConfiguration: null, ...(clientMetadata && { clientMetadata }) },
        {
          triggerSource: 'TokenGeneration_ClientCredentials',
          callerContext: { awsSdkVersion: 'x', clientId },
        },
      ),
    );

  it('carries the id of the token request of a machine client, which is the one thing Cognito hands on', () => {
    expect(machine('machine', { correlationId }).metadata.correlation_uid).toBe(correlationId);
  });

  it.each([undefined, 'x\n{"forged":1}', correlationId.toUpperCase(), '0'.repeat(32)])(
    'believes no id like %j, because whoever holds a client secret can send anything',
    (claimed) => {
      const found = machine(
        'machine',
        claimed === undefined ? undefined : { correlationId: claimed },
      );
      expect(found.metadata.correlation_uid).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(found.metadata.correlation_uid).not.toBe(claimed);
    },
  );

  it('names a client that is not configured, because its tokens open nothing and somebody will ask why', () => {
    expect(machine('stranger')).toMatchObject({
      status_code: 'client_not_allowed',
      severity_id: 3,
    });
  });
});
