import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CognitoSimulator, startCognitoSimulator } from '../../../dev/cognito/simulator.ts';
import { createPreTokenGeneration } from '../../../lambda/pre-token-generation/handler.ts';
import { validateAccessTokenClaims } from '../../../oauth/access-token.ts';
import {
  aUserPool,
  callbackUrl,
  confidential,
  machine,
  password,
  readScope,
  resource,
} from './a-user-pool.ts';
import { claimsOf, createBrowser, type Fields, locationOf } from './subject.ts';

// The pool, the real trigger and the real claim check together: what one writes the other must read.

const policy = {
  resourceIdentifier: resource,
  userClients: [confidential.clientId],
  machineClients: [machine.clientId],
  tenancy: 'required',
  maxLifetimeSeconds: 86_400,
} as const;

describe('Cognito with the real trigger, read by the real resource server', () => {
  let cognito: CognitoSimulator;
  beforeAll(async () => {
    cognito = await startCognitoSimulator({
      userPool: aUserPool(),
      preTokenGeneration: createPreTokenGeneration({
        resourceIdentifier: resource,
        groupScopes: { operators: ['mcp:tools:read', 'mcp:tools:execute'] },
        defaultScopes: ['mcp:tools:read'],
        identityProviderTenants: { EntraId: 'globex' },
        machineClients: { [machine.clientId]: { tenant: 'acme', scopes: ['mcp:tools:read'] } },
      }),
    });
  });
  afterAll(() => cognito.close());

  const token = async (client: typeof confidential, form: Fields) => {
    const response = await fetch(`${cognito.domain}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: client.clientId,
        client_secret: client.clientSecret ?? '',
        ...form,
      }),
    });
    return response.json();
  };

  const signIn = async (username: string) => {
    const browser = createBrowser();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: confidential.clientId,
      redirect_uri: callbackUrl,
      resource,
    });
    const login = `${cognito.domain}/login?${query}`;
    const page = await (await browser.get(login)).text();
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const callback = locationOf(await browser.post(login, { _csrf, username, password }));
    const code = callback.searchParams.get('code') ?? '';
    return token(confidential, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callbackUrl,
    });
  };

  const validate = (accessToken: string) =>
    validateAccessTokenClaims(claimsOf(accessToken), policy, Date.now() / 1000);

  it('lets an operator of one tenant in with all scopes', async () => {
    const { access_token } = await signIn('alice');
    expect(validate(access_token)).toMatchObject({
      ok: true,
      value: { tenant: 'acme', scopes: ['mcp:tools:read', 'mcp:tools:execute'], isMachine: false },
    });
  });

  it('lets a federated user in with the tenant of the identity provider and the default scopes', async () => {
    const { access_token } = await signIn('EntraId_carol');
    expect(validate(access_token)).toMatchObject({
      ok: true,
      value: { tenant: 'globex', scopes: ['mcp:tools:read'] },
    });
  });

  it('keeps a user without a tenant out when tenancy is required', async () => {
    const { access_token } = await signIn('bob');
    expect(validate(access_token)).toEqual({ ok: false, error: { reason: 'tenant_missing' } });
  });

  it('keeps a user out who came to be in two tenants, at the next refresh', async () => {
    const { refresh_token } = await signIn('alice');
    const groups = ['tenant:acme', 'operators'];
    cognito.updateUser('alice', { groups: [...groups, 'tenant:globex'] });
    const refreshed = await token(confidential, { grant_type: 'refresh_token', refresh_token });
    cognito.updateUser('alice', { groups });
    expect(validate(refreshed.access_token)).toEqual({
      ok: false,
      error: { reason: 'scope_missing' },
    });
  });

  it('lets a listed machine client in without aud, by mcp_resource', async () => {
    const { access_token } = await token(machine, {
      grant_type: 'client_credentials',
      scope: readScope,
    });
    expect(claimsOf(access_token)).not.toHaveProperty('aud');
    expect(validate(access_token)).toMatchObject({
      ok: true,
      value: { tenant: 'acme', isMachine: true, scopes: ['mcp:tools:read'] },
    });
  });
});
