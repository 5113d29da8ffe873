import { expect } from 'vitest';
import { confidential, executeScope, machine, readScope, resource } from '../a-user-pool.ts';
import { type ContractRow, claimsOf } from '../subject.ts';

const source = 'user-pool-lambda-pre-token-generation';

export const triggerRows: readonly ContractRow[] = [
  {
    source,
    rule: 'is called for every issue with the trigger source of the flow, as a version 3 event',
    holds: async ({ events, tokens, refresh, token, signIn }) => {
      events.length = 0;
      await signIn();
      expect(events).toHaveLength(0);
      const { refresh_token } = await tokens();
      await refresh(confidential, refresh_token);
      await token(machine, { grant_type: 'client_credentials' });
      expect(events.map(({ version, triggerSource }) => [version, triggerSource])).toEqual([
        ['3', 'TokenGeneration_HostedAuth'],
        ['3', 'TokenGeneration_RefreshTokens'],
        ['3', 'TokenGeneration_ClientCredentials'],
      ]);
    },
  },
  {
    source,
    rule: 'a user event has attributes, groups and requested scopes; no resource and no client metadata',
    holds: async ({ events, tokens, userPoolId }) => {
      const { access_token } = await tokens(confidential, {
        resource,
        scope: `openid ${readScope}`,
      });
      expect(events.at(-1)).toStrictEqual({
        version: '3',
        triggerSource: 'TokenGeneration_HostedAuth',
        region: 'eu-west-1',
        userPoolId,
        userName: 'alice',
        callerContext: {
          awsSdkVersion: 'aws-sdk-unknown-unknown',
          clientId: confidential.clientId,
        },
        request: {
          userAttributes: {
            sub: claimsOf(access_token).sub,
            'cognito:user_status': 'CONFIRMED',
            email: 'alice@example.com',
            email_verified: 'true',
            given_name: 'Alice',
            phone_number: '+15550100',
          },
          scopes: ['openid', readScope],
          groupConfiguration: {
            groupsToOverride: ['tenant:acme', 'operators'],
            iamRolesToOverride: [],
            preferredRole: null,
          },
        },
        response: { claimsAndScopeOverrideDetails: null },
      });
    },
  },
  {
    source,
    rule: 'a machine event has userName ClientCredentials, no attributes, no groups, and aws_client_metadata',
    holds: async ({ events, token }) => {
      const aws_client_metadata = JSON.stringify({ tenant_id: 'claimed' });
      await token(machine, { grant_type: 'client_credentials', aws_client_metadata });
      expect(events.at(-1)).toMatchObject({
        userName: 'ClientCredentials',
        callerContext: { clientId: machine.clientId },
        request: {
          userAttributes: {},
          scopes: [readScope],
          groupConfiguration: null,
          clientMetadata: { tenant_id: 'claimed' },
        },
      });
    },
  },
  {
    source: 'cognito-user-pools-identity-federation',
    rule: 'a federated user is EXTERNAL_PROVIDER with the provider in identities',
    holds: async ({ events, tokens }) => {
      await tokens(confidential, { resource }, { username: 'EntraId_carol' });
      const attributes = events.at(-1)?.request.userAttributes ?? {};
      expect(attributes['cognito:user_status']).toBe('EXTERNAL_PROVIDER');
      expect(JSON.parse(attributes.identities ?? '')).toMatchObject([
        { providerName: 'EntraId', userId: 'carol' },
      ]);
    },
  },
  {
    source,
    rule: 'may add, replace and suppress claims, of any JSON type, in each token separately',
    holds: async ({ answerTriggerWith, tokens }) => {
      answerTriggerWith({
        accessTokenGeneration: { claimsToAddOrOverride: { tenant_id: 'acme', limits: [1, true] } },
        idTokenGeneration: { claimsToAddOrOverride: { only_id: 1 }, claimsToSuppress: ['email'] },
      });
      const { access_token, id_token } = await tokens();
      expect(claimsOf(access_token)).toMatchObject({ tenant_id: 'acme', limits: [1, true] });
      expect(claimsOf(access_token)).not.toHaveProperty('only_id');
      expect(claimsOf(id_token)).toMatchObject({ only_id: 1 });
      expect(claimsOf(id_token)).not.toHaveProperty('email');
    },
  },
  {
    source,
    rule: 'cannot write or suppress reserved claims',
    holds: async ({ answerTriggerWith, tokens, seconds }) => {
      const names = `iss sub client_id username exp iat auth_time jti origin_jti token_use version
        event_id nonce azp nbf acr amr at_hash scope cognito:groups cognito:username`.split(/\s+/);
      const forged = Object.fromEntries(names.map((name) => [name, 'forged']));
      const attempt = { claimsToAddOrOverride: forged, claimsToSuppress: names };
      answerTriggerWith({ accessTokenGeneration: attempt, idTokenGeneration: attempt });
      const { access_token, id_token } = await tokens();
      for (const token of [access_token, id_token]) {
        expect(Object.values(claimsOf(token))).not.toContain('forged');
        expect(claimsOf(token)).toMatchObject({
          exp: seconds() + 3600,
          sub: expect.any(String),
          'cognito:groups': ['tenant:acme', 'operators'],
        });
      }
    },
  },
  {
    source,
    rule: 'cannot bind a token: aud may only be added with the id of the current app client',
    holds: async ({ answerTriggerWith, tokens, token }) => {
      const addAudience = (aud: string) =>
        answerTriggerWith({
          accessTokenGeneration: { claimsToAddOrOverride: { aud }, claimsToSuppress: ['aud'] },
        });
      addAudience('https://other.example/mcp');
      expect(claimsOf((await tokens(confidential, {})).access_token)).not.toHaveProperty('aud');
      expect(claimsOf((await tokens()).access_token).aud).toBe(resource);
      addAudience(machine.clientId);
      const { body } = await token(machine, { grant_type: 'client_credentials' });
      expect(claimsOf(body.access_token).aud).toBe(machine.clientId);
    },
  },
  {
    source,
    rule: 'suppresses scopes, and with the last one the scope claim',
    holds: async ({ answerTriggerWith, tokens }) => {
      answerTriggerWith({ accessTokenGeneration: { scopesToSuppress: [executeScope] } });
      const scope = `${readScope} ${executeScope}`;
      expect(claimsOf((await tokens(confidential, { scope })).access_token).scope).toBe(readScope);
      const none = claimsOf((await tokens(confidential, { scope: executeScope })).access_token);
      expect(none.token_use).toBe('access');
      expect(none).not.toHaveProperty('scope');
    },
  },
  {
    source,
    rule: 'adds scopes that the app client is not allowed to have (so a bug there is an escalation)',
    holds: async ({ answerTriggerWith, token }) => {
      answerTriggerWith({ accessTokenGeneration: { scopesToAdd: [executeScope] } });
      const { body } = await token(machine, { grant_type: 'client_credentials' });
      expect(claimsOf(body.access_token).scope).toBe(`${readScope} ${executeScope}`);
    },
  },
  {
    source,
    rule: 'replaces the groups in both tokens',
    holds: async ({ answerTriggerWith, tokens }) => {
      answerTriggerWith({ groupOverrideDetails: { groupsToOverride: ['replaced'] } });
      const { access_token, id_token } = await tokens();
      for (const token of [access_token, id_token])
        expect(claimsOf(token)['cognito:groups']).toEqual(['replaced']);
    },
  },
  {
    source,
    rule: 'a suppressed scope comes back at the next refresh once the trigger allows it',
    holds: async ({ answerTriggerWith, tokens, refresh }) => {
      answerTriggerWith({ accessTokenGeneration: { scopesToSuppress: [executeScope] } });
      const scope = `${readScope} ${executeScope}`;
      const { refresh_token } = await tokens(confidential, { scope });
      answerTriggerWith({});
      const { body } = await refresh(confidential, refresh_token);
      expect(claimsOf(body.access_token).scope).toBe(scope);
    },
  },
];
