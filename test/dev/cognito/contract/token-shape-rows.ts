import { expect } from 'vitest';
import {
  confidential,
  irrevocable,
  machine,
  readScope,
  resource,
  rotating,
} from '../a-user-pool.ts';
import { type ContractRow, claimsOf, headerOf } from '../subject.ts';

const accessTokenPage = 'amazon-cognito-user-pools-using-the-access-token';
const idTokenPage = 'amazon-cognito-user-pools-using-the-id-token';
const resourceBinding = 'cognito-user-pools-define-resource-servers';

export const tokenShapeRows: readonly ContractRow[] = [
  {
    source: accessTokenPage,
    rule: 'the header is {kid, alg} without typ',
    holds: async ({ tokens }) => {
      const { access_token } = await tokens();
      expect(Object.keys(headerOf(access_token))).toEqual(['kid', 'alg']);
      expect(headerOf(access_token).alg).toBe('RS256');
    },
  },
  {
    source: accessTokenPage,
    rule: 'a user access token has exactly the documented claims',
    holds: async ({ tokens, issuer, seconds }) => {
      const claims = claimsOf((await tokens()).access_token);
      const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
      expect(claims).toStrictEqual({
        sub: uuid,
        'cognito:groups': ['tenant:acme', 'operators'],
        iss: issuer,
        version: 2,
        client_id: confidential.clientId,
        aud: resource,
        origin_jti: uuid,
        event_id: uuid,
        token_use: 'access',
        scope: confidential.allowedOauthScopes.join(' '),
        auth_time: seconds(),
        exp: seconds() + 3600,
        iat: seconds(),
        jti: uuid,
        username: 'alice',
      });
    },
  },
  {
    source: resourceBinding,
    rule: 'without resource there is no aud in the access token',
    holds: async ({ tokens }) => {
      const claims = claimsOf((await tokens(confidential, {})).access_token);
      expect(claims.client_id).toBe(confidential.clientId);
      expect(claims).not.toHaveProperty('aud');
    },
  },
  {
    source: resourceBinding,
    rule: 'aud is a string, and any client may name any registered resource: only the scope is granted',
    holds: async ({ tokens }) => {
      const { access_token } = await tokens(confidential, { resource, scope: 'openid' });
      expect(claimsOf(access_token)).toMatchObject({ aud: resource, scope: 'openid' });
    },
  },
  {
    source: accessTokenPage,
    rule: 'a user without groups has no cognito:groups claim',
    holds: async ({ tokens }) => {
      const { access_token } = await tokens(confidential, { resource }, { username: 'bob' });
      expect(claimsOf(access_token)).toMatchObject({ username: 'bob' });
      expect(claimsOf(access_token)).not.toHaveProperty('cognito:groups');
    },
  },
  {
    source: 'token-revocation',
    rule: 'origin_jti and jti are there when revocation or rotation is on, and only then',
    holds: async ({ tokens }) => {
      const off = claimsOf((await tokens(irrevocable)).access_token);
      expect(off.token_use).toBe('access');
      expect([off.origin_jti, off.jti]).toEqual([undefined, undefined]);
      const on = claimsOf((await tokens(rotating)).access_token);
      expect([typeof on.origin_jti, typeof on.jti]).toEqual(['string', 'string']);
    },
  },
  {
    source: idTokenPage,
    rule: 'the ID token has the client as aud, cognito:username, typed verification flags and the attributes',
    holds: async ({ tokens, issuer }) => {
      const { id_token, access_token } = await tokens(confidential, { nonce: 'n-1', resource });
      const access = claimsOf(access_token);
      expect(claimsOf(id_token)).toMatchObject({
        sub: access.sub,
        iss: issuer,
        aud: confidential.clientId,
        token_use: 'id',
        nonce: 'n-1',
        'cognito:username': 'alice',
        'cognito:groups': ['tenant:acme', 'operators'],
        email: 'alice@example.com',
        email_verified: true,
        given_name: 'Alice',
        origin_jti: access.origin_jti,
        event_id: access.event_id,
      });
      for (const claim of ['scope', 'client_id', 'version', 'username', 'cognito:user_status'])
        expect(claimsOf(id_token)).not.toHaveProperty(claim);
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'openid alone releases all attributes, openid email the e-mail address only',
    holds: async ({ tokens }) => {
      const all = claimsOf((await tokens(confidential, { scope: 'openid' })).id_token);
      expect(all).toMatchObject({ email: 'alice@example.com', phone_number: '+15550100' });
      const some = claimsOf((await tokens(confidential, { scope: 'openid email' })).id_token);
      expect(some).toMatchObject({ email: 'alice@example.com' });
      expect(some).not.toHaveProperty('phone_number');
      expect(some).not.toHaveProperty('given_name');
    },
  },
  {
    source: 'cognito-user-pools-define-resource-servers#M2M',
    rule: 'a machine token has sub = client_id and neither aud, username, groups nor origin_jti',
    holds: async ({ token, issuer, seconds }) => {
      const { body } = await token(machine, { grant_type: 'client_credentials', scope: readScope });
      expect(claimsOf(body.access_token)).toStrictEqual({
        sub: machine.clientId,
        token_use: 'access',
        scope: readScope,
        auth_time: seconds(),
        iss: issuer,
        exp: seconds() + 3600,
        iat: seconds(),
        version: 2,
        jti: expect.any(String),
        client_id: machine.clientId,
      });
    },
  },
];
