import { expect } from 'vitest';
import {
  confidential,
  irrevocable,
  publicClient,
  readScope,
  resource,
  rotating,
} from '../a-user-pool.ts';
import { type ContractRow, claimsOf } from '../subject.ts';

const refreshPage = 'amazon-cognito-user-pools-using-the-refresh-token';
const revocationPage = 'revocation-endpoint';
const invalidGrant = '{"error":"invalid_grant"}';

export const refreshRows: readonly ContractRow[] = [
  {
    source: refreshPage,
    rule: 'without rotation the refresh token stays the same and is not sent again',
    holds: async ({ tokens, refresh }) => {
      const { refresh_token } = await tokens();
      for (const _ of [1, 2]) {
        const { status, body } = await refresh(confidential, refresh_token);
        expect(status).toBe(200);
        expect(Object.keys(body).sort()).toEqual([
          'access_token',
          'expires_in',
          'id_token',
          'token_type',
        ]);
      }
    },
  },
  {
    source: 'token-endpoint',
    rule: 'aud, scope, auth_time and origin_jti survive a refresh; jti and iat are new',
    holds: async ({ tokens, refresh, advance }) => {
      const fields = { resource, scope: `openid ${readScope}` };
      const { access_token, refresh_token } = await tokens(confidential, fields);
      advance(60);
      const { body } = await refresh(confidential, refresh_token);
      const [before, after] = [claimsOf(access_token), claimsOf(body.access_token)];
      for (const claim of ['sub', 'aud', 'scope', 'auth_time', 'origin_jti'])
        expect([claim, after[claim]]).toEqual([claim, before[claim]]);
      expect(after.aud).toBe(resource);
      expect(after.jti).not.toBe(before.jti);
      expect(after.iat).toBe(Number(before.iat) + 60);
    },
  },
  {
    source: refreshPage,
    rule: 'with rotation every refresh brings a new refresh token',
    holds: async ({ tokens, refresh }) => {
      const { refresh_token } = await tokens(rotating);
      const { body } = await refresh(rotating, refresh_token);
      expect(body.refresh_token).toBeTruthy();
      expect(body.refresh_token).not.toBe(refresh_token);
      expect((await refresh(rotating, body.refresh_token)).status).toBe(200);
    },
  },
  {
    source: refreshPage,
    rule: 'the old refresh token works through the grace period, counted from its first use, and then never again',
    holds: async ({ tokens, refresh, advance }) => {
      const { refresh_token } = await tokens(rotating);
      await refresh(rotating, refresh_token);
      advance(9);
      expect((await refresh(rotating, refresh_token)).status).toBe(200);
      advance(1);
      const late = await refresh(rotating, refresh_token);
      expect([late.status, late.text]).toEqual([400, invalidGrant]);
    },
  },
  {
    source: `${refreshPage} (not documented: reuse detection)`,
    rule: 'a late reuse does not revoke the family',
    holds: async ({ tokens, refresh, advance }) => {
      const { refresh_token } = await tokens(rotating);
      const { body } = await refresh(rotating, refresh_token);
      advance(11);
      expect((await refresh(rotating, refresh_token)).text).toBe(invalidGrant);
      expect((await refresh(rotating, body.refresh_token)).status).toBe(200);
    },
  },
  {
    source: refreshPage,
    rule: 'a rotated refresh token keeps the remaining life of the first one',
    holds: async ({ tokens, refresh, advance }) => {
      const { refresh_token } = await tokens(rotating);
      advance(rotating.refreshTokenValiditySeconds - 5);
      const { body, status } = await refresh(rotating, refresh_token);
      expect(status).toBe(200);
      advance(5);
      expect((await refresh(rotating, body.refresh_token)).text).toBe(invalidGrant);
    },
  },
  {
    source: 'repost.aws/knowledge-center/cognito-invalid-refresh-token-error',
    rule: 'a refresh token works for the client it was issued to',
    holds: async ({ tokens, refresh }) => {
      const { refresh_token } = await tokens(confidential);
      expect((await refresh(publicClient, refresh_token)).text).toBe(invalidGrant);
      expect((await refresh(confidential, refresh_token)).status).toBe(200);
    },
  },
  {
    source: 'how-to-manage-user-accounts',
    rule: 'a disabled user can neither refresh nor sign in',
    holds: async ({ tokens, refresh, updateUser, signIn }) => {
      const { refresh_token } = await tokens(confidential, {}, { username: 'bob' });
      updateUser('bob', { isEnabled: false });
      expect((await refresh(confidential, refresh_token)).text).toBe(invalidGrant);
      expect((await signIn(confidential, {}, { username: 'bob' })).protocol).toBe('about:');
      updateUser('bob', { isEnabled: true });
      expect((await refresh(confidential, refresh_token)).status).toBe(200);
    },
  },
  {
    source: revocationPage,
    rule: 'revoking a refresh token answers 200 with an empty body and ends the whole family',
    holds: async ({ tokens, refresh, revoke }) => {
      const { refresh_token } = await tokens(rotating);
      const { body } = await refresh(rotating, refresh_token);
      const answer = await revoke(rotating, { token: refresh_token ?? '' });
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect((await refresh(rotating, body.refresh_token)).text).toBe(invalidGrant);
    },
  },
  {
    source: revocationPage,
    rule: 'only refresh tokens can be revoked',
    holds: async ({ tokens, revoke }) => {
      const { access_token, id_token } = await tokens();
      for (const token of [access_token, id_token]) {
        const answer = await revoke(confidential, { token: token ?? '' });
        expect([answer.status, answer.text]).toEqual([400, '{"error":"unsupported_token_type"}']);
      }
    },
  },
  {
    source: revocationPage,
    rule: "an unknown token, and another client's, is 200 and changes nothing",
    holds: async ({ tokens, refresh, revoke }) => {
      expect((await revoke(confidential, { token: 'unknown' })).status).toBe(200);
      const { refresh_token } = await tokens(confidential);
      expect((await revoke(publicClient, { token: refresh_token ?? '' })).status).toBe(200);
      expect((await refresh(confidential, refresh_token)).status).toBe(200);
    },
  },
  {
    source: revocationPage,
    rule: 'a missing token, or a client with revocation off, is invalid_request',
    holds: async ({ revoke }) => {
      for (const [client, form] of [
        [confidential, {}],
        [irrevocable, { token: 'x' }],
      ] as const) {
        const answer = await revoke(client, form as Record<string, string>);
        expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}']);
      }
    },
  },
  {
    source: revocationPage,
    rule: 'bad client credentials are 401 here, not 400',
    holds: async ({ revoke }) => {
      const answer = await revoke({ ...confidential, clientSecret: 'wrong' }, { token: 'x' });
      expect([answer.status, answer.text]).toEqual([401, '{"error":"invalid_client"}']);
    },
  },
  {
    source: 'userinfo-endpoint',
    rule: 'userInfo answers with string attributes, email_verified included',
    holds: async ({ tokens, userInfo }) => {
      const { access_token } = await tokens(confidential, { scope: 'openid email' });
      const response = await userInfo(access_token);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        sub: claimsOf(access_token).sub,
        email: 'alice@example.com',
        email_verified: 'true',
        username: 'alice',
      });
    },
  },
  {
    source: 'userinfo-endpoint',
    rule: 'userInfo needs the openid scope, an access token, and one that is neither expired nor revoked',
    holds: async ({ tokens, userInfo, revoke, advance }) => {
      const withoutOpenid = await tokens(confidential, { scope: readScope });
      expect((await userInfo(withoutOpenid.access_token)).status).toBe(401);
      const revoked = await tokens();
      expect((await userInfo(revoked.id_token)).status).toBe(401);
      expect((await userInfo(revoked.access_token)).status).toBe(200);
      await revoke(confidential, { token: revoked.refresh_token ?? '' });
      const refused = await userInfo(revoked.access_token);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^error="invalid_token"/);
      const expired = await tokens();
      advance(3600);
      expect((await userInfo(expired.access_token)).status).toBe(401);
    },
  },
];
