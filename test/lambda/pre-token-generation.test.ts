import type {
  PreTokenGenerationV2TriggerEvent,
  PreTokenGenerationV3TriggerEvent,
} from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ConfigurationError,
  type PreTokenGenerationConfig,
  readConfig,
} from '../../lambda/pre-token-generation/config.ts';
import type { PreTokenGenerationEnvironment } from '../../lambda/pre-token-generation/environment.ts';
import type {
  PreTokenGenerationEvent,
  TriggerSource,
} from '../../lambda/pre-token-generation/event.ts';
import { createPreTokenGeneration } from '../../lambda/pre-token-generation/handler.ts';

const resourceIdentifier = 'https://mcp.example.com/mcp';
const read = `${resourceIdentifier}/mcp:tools:read`;
const execute = `${resourceIdentifier}/mcp:tools:execute`;

const config: PreTokenGenerationConfig = {
  resourceIdentifier,
  groupScopes: { operators: ['mcp:tools:read', 'mcp:tools:execute'] },
  defaultScopes: ['mcp:tools:read'],
  identityProviderTenants: { EntraId: 'globex' },
  machineClients: {
    nightly: { tenant: 'acme', scopes: ['mcp:tools:read'] },
    crawler: { scopes: ['mcp:tools:read', 'mcp:tools:execute'] },
    broken: { tenant: 'not a tenant', scopes: ['mcp:tools:read'] },
  },
};

type EventParts = Partial<PreTokenGenerationEvent['request']> & {
  readonly version?: string;
  readonly triggerSource?: TriggerSource;
  readonly groups?: readonly string[];
};

const aUserEvent = ({
  version = '3',
  triggerSource = 'TokenGeneration_HostedAuth',
  groups = [],
  ...request
}: EventParts = {}): PreTokenGenerationEvent => ({
  version,
  triggerSource,
  region: 'eu-west-1',
  userPoolId: 'eu-west-1_Example1',
  userName: 'alice',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'broker' },
  request: {
    userAttributes: { sub: '11111111-2222-3333-4444-555555555555', email: 'alice@example.com' },
    groupConfiguration: { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null },
    scopes: ['openid', read, execute],
    ...request,
  },
  response: { claimsAndScopeOverrideDetails: null },
});

const aMachineEvent = (clientId: string, parts: EventParts = {}): PreTokenGenerationEvent => ({
  ...aUserEvent({
    triggerSource: 'TokenGeneration_ClientCredentials',
    userAttributes: {},
    groupConfiguration: null,
    scopes: [read, execute],
    ...parts,
  }),
  userName: 'ClientCredentials',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
});

const answerTo = (
  event: PreTokenGenerationEvent,
  overrides: Partial<PreTokenGenerationConfig> = {},
) =>
  createPreTokenGeneration({ ...config, ...overrides })(event).response
    .claimsAndScopeOverrideDetails;

const decisionFor = (event: PreTokenGenerationEvent) => {
  const answer = answerTo(event)?.accessTokenGeneration;
  return [answer?.claimsToAddOrOverride, answer?.scopesToSuppress];
};

describe('the pre token generation trigger, for users', () => {
  it('writes tenant_id and suppresses nothing for a user whose groups grant everything', () => {
    const groups = ['tenant:acme', 'operators'];
    expect(decisionFor(aUserEvent({ groups }))).toEqual([{ tenant_id: 'acme' }, []]);
  });

  it('suppresses what the groups do not grant, because Cognito gives everybody what the client may ask for', () => {
    expect(decisionFor(aUserEvent())).toEqual([{}, [execute]]);
  });

  it('gives a user in two tenants no tenant and no scope of ours, because either choice opens the other', () => {
    const groups = ['tenant:acme', 'tenant:globex', 'operators'];
    expect(decisionFor(aUserEvent({ groups }))).toEqual([{}, [read, execute]]);
  });

  it('gives a user with a malformed tenant group no scope of ours either', () => {
    expect(decisionFor(aUserEvent({ groups: ['tenant:', 'operators'] }))).toEqual([
      {},
      [read, execute],
    ]);
  });

  it('takes the tenant of a federated user from the identity provider', () => {
    const userAttributes = {
      'cognito:user_status': 'EXTERNAL_PROVIDER',
      identities: JSON.stringify([{ providerName: 'EntraId', userId: 'x' }]),
    };
    expect(decisionFor(aUserEvent({ userAttributes }))).toEqual([
      { tenant_id: 'globex' },
      [execute],
    ]);
  });

  it.each([
    [
      'a local user with a linked identity',
      { 'cognito:user_status': 'CONFIRMED', identities: '[{"providerName":"EntraId"}]' },
    ],
    ['a user name that looks federated', { 'cognito:user_status': 'CONFIRMED' }],
    ['broken identities', { 'cognito:user_status': 'EXTERNAL_PROVIDER', identities: '{' }],
    [
      'identities of another kind',
      { 'cognito:user_status': 'EXTERNAL_PROVIDER', identities: '[null,{"providerName":1}]' },
    ],
    [
      'writable attributes',
      { 'custom:tenant_id': 'globex', tenant_id: 'globex', profile: 'tenant:globex' },
    ],
  ])(
    'does not take a tenant from %s, because anybody could arrange that',
    (_what, userAttributes) => {
      const event = { ...aUserEvent({ userAttributes }), userName: 'EntraId_alice' };
      expect(decisionFor(event)).toEqual([{}, [execute]]);
    },
  );

  it('ignores client metadata, because the caller of the token endpoint writes it', () => {
    const clientMetadata = { tenant_id: 'globex', groups: 'operators', mcp_resource: 'x' };
    expect(decisionFor(aUserEvent({ clientMetadata }))).toEqual([{}, [execute]]);
  });

  it('does not write mcp_resource for users, because theirs are bound by aud', () => {
    const [claims] = decisionFor(aUserEvent({ groups: ['tenant:acme'] }));
    expect(claims).toEqual({ tenant_id: 'acme' });
  });

  it.each([
    'TokenGeneration_HostedAuth',
    'TokenGeneration_RefreshTokens',
    'TokenGeneration_Authentication',
  ] as const)(
    'judges %s the same way, because a refresh must not bring back what sign-in refused',
    (triggerSource) => {
      expect(decisionFor(aUserEvent({ triggerSource }))).toEqual([{}, [execute]]);
    },
  );

  it('judges every configured scope when the event names none, because unlisted is not ungranted', () => {
    const [, suppressed] = decisionFor(aUserEvent({ scopes: undefined }));
    expect(new Set(suppressed as string[])).toEqual(new Set([execute]));
  });
});

describe('the pre token generation trigger, for machine clients', () => {
  it('writes mcp_resource and the tenant of the map, because Cognito gives machines no aud', () => {
    expect(decisionFor(aMachineEvent('nightly'))).toEqual([
      { mcp_resource: resourceIdentifier, tenant_id: 'acme' },
      [execute],
    ]);
  });

  it('writes no tenant for a machine client without one', () => {
    expect(decisionFor(aMachineEvent('crawler'))).toEqual([
      { mcp_resource: resourceIdentifier },
      [],
    ]);
  });

  it.each(['unknown', 'constructor', '__proto__', 'broken'])(
    'gives the machine client %s neither claim nor scope, because it is not on the list',
    (clientId) => {
      expect(decisionFor(aMachineEvent(clientId))).toEqual([{}, [read, execute]]);
    },
  );

  it('ignores the tenant that a machine client claims in its metadata', () => {
    const clientMetadata = { tenant_id: 'globex' };
    expect(decisionFor(aMachineEvent('nightly', { clientMetadata }))[0]).toMatchObject({
      tenant_id: 'acme',
    });
  });

  it('does not treat a user as a machine because of the client id', () => {
    const event = aUserEvent({ groups: [] });
    const viaMachineClient = {
      ...event,
      callerContext: { ...event.callerContext, clientId: 'crawler' },
    };
    expect(decisionFor(viaMachineClient)).toEqual([{}, [execute]]);
  });
});

describe('the answer of the trigger', () => {
  it.each([
    aUserEvent({ groups: ['operators'] }),
    aUserEvent(),
    aMachineEvent('nightly'),
    aMachineEvent('x'),
  ])('never adds a scope and never touches groups or the ID token (%#)', (event) => {
    const answer = answerTo(event) ?? {};
    expect(Object.keys(answer)).toEqual(['accessTokenGeneration']);
    expect(Object.keys(answer.accessTokenGeneration ?? {}).sort()).toEqual([
      'claimsToAddOrOverride',
      'scopesToSuppress',
    ]);
  });

  it('leaves the event as it was, because two issues may share it', () => {
    const event = aUserEvent();
    const before = structuredClone(event);
    const answer = createPreTokenGeneration(config)(event);
    expect(event).toEqual(before);
    expect({ ...answer, response: event.response }).toEqual(event);
  });

  it.each(['1', ''])(
    'refuses event version %j, whose answer could not reach the access token',
    (version) => {
      expect(() => answerTo(aUserEvent({ version }))).toThrow('V2_0 or V3_0');
      expect(answerTo(aUserEvent({ version: '2' }))).not.toBeNull();
    },
  );

  it('accepts the event types of @types/aws-lambda, because handlers of users are typed with them', () => {
    const trigger = createPreTokenGeneration(config);
    const accepts = (event: PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent) =>
      trigger(event);
    expect(accepts).toBeTypeOf('function');
  });
});

const environment: PreTokenGenerationEnvironment = {
  MCP_RESOURCE_IDENTIFIER: resourceIdentifier,
  GROUP_SCOPES: '{"operators":["mcp:tools:execute"]}',
  DEFAULT_SCOPES: 'mcp:tools:read mcp:resources:read',
  IDENTITY_PROVIDER_TENANTS: '{"EntraId":"globex"}',
  MACHINE_CLIENTS:
    '{"nightly":{"tenant":"acme","scopes":["mcp:tools:read"]},"crawler":{"scopes":[]}}',
};

const problemsOf = (overrides: Record<string, string | undefined>): readonly string[] => {
  try {
    readConfig({ ...environment, ...overrides });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
};

describe('the configuration of the trigger', () => {
  it('is read from five variables', () => {
    expect(readConfig({ ...environment })).toEqual({
      resourceIdentifier,
      groupScopes: { operators: ['mcp:tools:execute'] },
      defaultScopes: ['mcp:tools:read', 'mcp:resources:read'],
      identityProviderTenants: { EntraId: 'globex' },
      machineClients: {
        nightly: { tenant: 'acme', scopes: ['mcp:tools:read'] },
        crawler: { scopes: [] },
      },
    });
  });

  it('is frozen all the way down, because it is shared by every event', () => {
    const { groupScopes, defaultScopes, identityProviderTenants, machineClients } = readConfig({
      ...environment,
    });
    for (const part of [
      groupScopes,
      groupScopes.operators,
      defaultScopes,
      identityProviderTenants,
      machineClients,
      machineClients.nightly,
      machineClients.nightly?.scopes,
    ])
      expect(Object.isFrozen(part) && part !== undefined).toBe(true);
  });

  it('may grant nothing by default, but only when that is written out', () => {
    expect(readConfig({ ...environment, DEFAULT_SCOPES: '' }).defaultScopes).toEqual([]);
    expect(problemsOf({ DEFAULT_SCOPES: undefined })).toEqual(['DEFAULT_SCOPES is not set']);
  });

  it.each([
    ['a resource that is not canonical', { MCP_RESOURCE_IDENTIFIER: 'https://mcp.example.com/' }],
    ['JSON that is none', { GROUP_SCOPES: '{' }],
    ['a list instead of an object', { MACHINE_CLIENTS: '[]' }],
    ['a scope as a string', { GROUP_SCOPES: '{"readers":"mcp:tools:read"}' }],
    ['a scope with its prefix', { GROUP_SCOPES: JSON.stringify({ readers: [read] }) }],
    ['a default scope with its prefix', { DEFAULT_SCOPES: read }],
    ['a tenant with a space', { IDENTITY_PROVIDER_TENANTS: '{"EntraId":"a b"}' }],
    ['a machine client without scopes', { MACHINE_CLIENTS: '{"nightly":{"tenant":"acme"}}' }],
    ['a misspelled tenant', { MACHINE_CLIENTS: '{"nightly":{"tennant":"acme","scopes":[]}}' }],
    [
      'a machine tenant of the wrong type',
      { MACHINE_CLIENTS: '{"nightly":{"tenant":7,"scopes":[]}}' },
    ],
  ])('refuses %s', (_what, overrides) => {
    expect(problemsOf(overrides)).toHaveLength(1);
  });

  it('reports all problems together, because each deployment takes minutes', () => {
    expect(
      problemsOf({ GROUP_SCOPES: '{', MACHINE_CLIENTS: undefined, DEFAULT_SCOPES: 'a/b' }),
    ).toHaveLength(3);
    expect(() => readConfig({})).toThrow(ConfigurationError);
  });
});

describe('the Lambda entry', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('reads its environment at the first event and not at import', async () => {
    vi.resetModules();
    const { handler } = await import('../../lambda/pre-token-generation/handler.ts');
    await expect(handler(aUserEvent())).rejects.toThrow('MCP_RESOURCE_IDENTIFIER is not set');
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { response } = await handler(aUserEvent({ groups: ['tenant:acme'] }));
    expect(response.claimsAndScopeOverrideDetails?.accessTokenGeneration).toEqual({
      claimsToAddOrOverride: { tenant_id: 'acme' },
      scopesToSuppress: [execute],
    });
  });
});
