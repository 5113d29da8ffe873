import { expect } from 'vitest';
import type { ContractRow } from '../subject.ts';

const source = 'federation-endpoints';

export const discoveryRows: readonly ContractRow[] = [
  {
    source,
    rule: 'the issuer is the host of the pool followed by the pool id',
    holds: async ({ issuer, userPoolId }) => {
      const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
      expect(document.issuer).toBe(issuer);
      expect(new URL(issuer).pathname).toBe(`/${userPoolId}`);
    },
  },
  {
    source: 'anthropics/claude-code#13275',
    rule: 'the OIDC document does not say code_challenge_methods_supported',
    holds: async ({ issuer }) => {
      const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
      expect(document).toHaveProperty('token_endpoint');
      expect(document).not.toHaveProperty('code_challenge_methods_supported');
    },
  },
  {
    source: 'anthropics/claude-code#67258',
    rule: 'scopes_supported lists OIDC scopes and no custom scope',
    holds: async ({ issuer }) => {
      const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
      expect(document.scopes_supported).toEqual(['openid', 'email', 'phone', 'profile']);
    },
  },
  {
    source: 'cognito-user-pools-dynamic-client-registration',
    rule: 'there is no registration_endpoint unless DCR is on',
    holds: async ({ issuer, domain }) => {
      const document = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
      expect(document).not.toHaveProperty('registration_endpoint');
      expect((await fetch(`${domain}/oauth2/register`, { method: 'POST' })).status).toBe(404);
    },
  },
  {
    source,
    rule: 'there is no oauth-authorization-server document in either position',
    holds: async ({ issuer, domain, userPoolId }) => {
      const wellKnown = '.well-known/oauth-authorization-server';
      for (const url of [
        `${issuer}/${wellKnown}`,
        `${domain}/${wellKnown}`,
        `${domain}/${wellKnown}/${userPoolId}`,
      ])
        expect((await fetch(url)).status).toBe(404);
    },
  },
  {
    source: 'amazon-cognito-user-pools-using-the-access-token',
    rule: 'access and ID tokens are signed with different published keys, and headers hold kid and alg alone',
    holds: async ({ jwksUri, tokens, signAs }) => {
      const { keys } = await (await fetch(jwksUri)).json();
      expect(keys).toHaveLength(2);
      const kids = await Promise.all(
        (['access', 'id'] as const).map(async (use) => {
          const [header] = (await signAs(use, {})).split('.');
          return JSON.parse(Buffer.from(header ?? '', 'base64url').toString()).kid;
        }),
      );
      expect(new Set(kids)).toEqual(new Set(keys.map(({ kid }: { kid: string }) => kid)));
      const { access_token, id_token } = await tokens();
      for (const [index, token] of [access_token, id_token].entries()) {
        const header = JSON.parse(Buffer.from(token?.split('.')[0] ?? '', 'base64url').toString());
        expect(header).toEqual({ kid: kids[index], alg: 'RS256' });
      }
    },
  },
  {
    source: 'token-endpoint',
    rule: 'CORS is open on token, revoke and userInfo, and nowhere else',
    holds: async ({ domain, issuer }) => {
      const headers = { origin: 'https://app.example.com' };
      const allowedAt = async (url: string, method: string) =>
        (await fetch(url, { method, headers, redirect: 'manual' })).headers.get(
          'access-control-allow-origin',
        );
      expect(await allowedAt(`${domain}/oauth2/token`, 'POST')).toBe('*');
      expect(await allowedAt(`${domain}/oauth2/token`, 'OPTIONS')).toBe('*');
      expect(await allowedAt(`${domain}/oauth2/revoke`, 'POST')).toBe('*');
      expect(await allowedAt(`${domain}/oauth2/userInfo`, 'GET')).toBe('*');
      expect(await allowedAt(`${domain}/oauth2/authorize`, 'GET')).toBeNull();
      expect(await allowedAt(`${domain}/login`, 'GET')).toBeNull();
      expect(await allowedAt(`${issuer}/.well-known/jwks.json`, 'GET')).toBeNull();
      expect(await allowedAt(`${issuer}/.well-known/openid-configuration`, 'GET')).toBeNull();
    },
  },
];
