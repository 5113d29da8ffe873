import { expect } from 'vitest';
import {
  callbackUrl,
  confidential,
  executeScope,
  machine,
  publicClient,
  readScope,
  resource,
  scopeless,
} from '../a-user-pool.ts';
import {
  type ContractRow,
  claimsOf,
  codeChallenge,
  codeVerifier,
  type Subject,
} from '../subject.ts';

const source = 'token-endpoint';

const aCode = async ({ signIn }: Subject, ...parameters: Parameters<Subject['signIn']>) =>
  (await signIn(...parameters)).searchParams.get('code') ?? '';

const pkce = { code_challenge: codeChallenge, code_challenge_method: 'S256' };

/** Posts without the client's usual authentication. */
const rawPost = async (
  { domain }: Subject,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<readonly [number, string]> => {
  const response = await fetch(`${domain}/oauth2/token`, { method: 'POST', headers, body });
  return [response.status, await response.text()];
};

const refusal = (error: string): readonly [number, string] => [400, JSON.stringify({ error })];

export const tokenRows: readonly ContractRow[] = [
  {
    source,
    rule: 'a code gives id, access and refresh token, Bearer, with the lifetime in seconds',
    holds: async (subject) => {
      const { status, body, headers } = await subject.redeem(confidential, await aCode(subject));
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual([
        'access_token',
        'expires_in',
        'id_token',
        'refresh_token',
        'token_type',
      ]);
      expect([body.token_type, body.expires_in]).toEqual(['Bearer', 3600]);
      expect(headers.get('cache-control')).toBe('no-store');
    },
  },
  {
    source,
    rule: 'no ID token without the openid scope',
    holds: async (subject) => {
      const code = await aCode(subject, confidential, { scope: readScope });
      const { body } = await subject.redeem(confidential, code);
      expect(body.access_token).toBeTruthy();
      expect(body).not.toHaveProperty('id_token');
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'no scope in the request means all scopes of the client',
    holds: async (subject) => {
      const { body } = await subject.redeem(confidential, await aCode(subject));
      expect(claimsOf(body.access_token).scope).toBe(confidential.allowedOauthScopes.join(' '));
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'a code works once',
    holds: async (subject) => {
      const code = await aCode(subject);
      expect((await subject.redeem(confidential, code)).status).toBe(200);
      const again = await subject.redeem(confidential, code);
      expect([again.status, again.text]).toEqual(refusal('invalid_grant'));
    },
  },
  {
    source: 'authorization-endpoint',
    rule: 'a code works for five minutes',
    holds: async (subject) => {
      const [inTime, late] = [await aCode(subject), await aCode(subject)];
      subject.advance(299);
      expect((await subject.redeem(confidential, inTime)).status).toBe(200);
      subject.advance(1);
      expect((await subject.redeem(confidential, late)).text).toBe(refusal('invalid_grant')[1]);
    },
  },
  {
    source,
    rule: 'a code works for the client it was issued to',
    holds: async (subject) => {
      const answer = await subject.redeem(publicClient, await aCode(subject, confidential));
      expect([answer.status, answer.text]).toEqual(refusal('invalid_grant'));
    },
  },
  {
    source,
    rule: 'redirect_uri must be the one of the authorization request',
    holds: async (subject) => {
      const redirect_uri = 'https://app.example.com/callback?keep=1';
      const answer = await subject.redeem(confidential, await aCode(subject), { redirect_uri });
      expect([answer.status, answer.text]).toEqual(refusal('invalid_grant'));
    },
  },
  {
    source: 'stackoverflow.com/questions/50264679',
    rule: 'a redirect_uri that is not registered is, misleadingly, unauthorized_client',
    holds: async (subject) => {
      const redirect_uri = `${callbackUrl}/`;
      const answer = await subject.redeem(confidential, await aCode(subject), { redirect_uri });
      expect([answer.status, answer.text]).toEqual(refusal('unauthorized_client'));
    },
  },
  {
    source: 'using-pkce-in-authorization-code',
    rule: 'after a challenge the right verifier is accepted',
    holds: async (subject) => {
      const code = await aCode(subject, publicClient, pkce);
      const answer = await subject.redeem(publicClient, code, { code_verifier: codeVerifier });
      expect(answer.status).toBe(200);
    },
  },
  {
    source: 'using-pkce-in-authorization-code',
    rule: 'after a challenge a wrong verifier is invalid_grant',
    holds: async (subject) => {
      const code = await aCode(subject, publicClient, pkce);
      const answer = await subject.redeem(publicClient, code, {
        code_verifier: `${codeVerifier}x`,
      });
      expect([answer.status, answer.text]).toEqual(refusal('invalid_grant'));
    },
  },
  {
    source,
    rule: 'after a challenge the verifier is a required parameter, for confidential clients too',
    holds: async (subject) => {
      const code = await aCode(subject, confidential, pkce);
      const answer = await subject.redeem(confidential, code);
      expect([answer.status, answer.text]).toEqual(refusal('invalid_request'));
    },
  },
  {
    source: 'PrefectHQ/fastmcp#2149',
    rule: 'a resource without a resource server is accepted at authorize and fails here with invalid_grant',
    holds: async (subject) => {
      for (const url of ['https://unregistered.example/mcp', `${resource}/`]) {
        const code = await aCode(subject, confidential, { resource: url });
        expect(code).not.toBe('');
        const answer = await subject.redeem(confidential, code);
        expect([answer.status, answer.text]).toEqual(refusal('invalid_grant'));
      }
    },
  },
  {
    source: 'anthropics/claude-code#90190',
    rule: 'a client without any scope signs in and then fails here',
    holds: async (subject) => {
      const code = await aCode(subject, scopeless);
      expect(code).not.toBe('');
      expect((await subject.redeem(scopeless, code)).text).toBe(refusal('invalid_grant')[1]);
    },
  },
  {
    source: 'awslabs/nx-plugin-for-aws ts#dcr-proxy',
    rule: 'resource is not a parameter of this endpoint',
    holds: async (subject) => {
      const answer = await subject.redeem(confidential, await aCode(subject), { resource });
      expect([answer.status, answer.text]).toEqual(refusal('invalid_request'));
    },
  },
  {
    source,
    rule: 'client_secret_post is as good as client_secret_basic',
    holds: async (subject) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: machine.clientId,
        client_secret: machine.clientSecret ?? '',
      };
      const [status] = await rawPost(subject, new URLSearchParams(form));
      expect(status).toBe(200);
    },
  },
  {
    source,
    rule: 'a wrong secret, no secret, a secret of a public client and an unknown client are invalid_client',
    holds: async (subject) => {
      const grant = { grant_type: 'refresh_token', refresh_token: 'x' };
      for (const credentials of [
        { client_id: confidential.clientId, client_secret: 'wrong' },
        { client_id: confidential.clientId },
        { client_id: publicClient.clientId, client_secret: 'any' },
        { client_id: 'nobody' },
      ])
        expect(
          await rawPost(subject, new URLSearchParams({ ...grant, ...credentials } as never)),
        ).toEqual(refusal('invalid_client'));
    },
  },
  {
    source,
    rule: 'the form must not name another client than the Authorization header',
    holds: async (subject) => {
      const code = await aCode(subject);
      const answer = await subject.redeem(confidential, code, { client_id: publicClient.clientId });
      expect([answer.status, answer.text]).toEqual(refusal('invalid_client'));
    },
  },
  {
    source,
    rule: 'Content-Type must be application/x-www-form-urlencoded',
    holds: async (subject) => {
      const body = JSON.stringify({ grant_type: 'refresh_token', client_id: 'public1' });
      expect(await rawPost(subject, body, { 'content-type': 'application/json' })).toEqual(
        refusal('invalid_request'),
      );
    },
  },
  {
    source,
    rule: 'missing parameters are invalid_request',
    holds: async (subject) => {
      for (const form of [
        {},
        { grant_type: 'refresh_token' },
        { grant_type: 'authorization_code', code: 'x' },
        { grant_type: 'authorization_code', redirect_uri: callbackUrl },
      ]) {
        const answer = await subject.token(confidential, form as Record<string, string>);
        expect([answer.status, answer.text]).toEqual(refusal('invalid_request'));
      }
    },
  },
  {
    source,
    rule: 'grants are authorization_code, refresh_token and client_credentials',
    holds: async ({ token }) => {
      for (const grant_type of [
        'password',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'constructor',
      ])
        expect((await token(confidential, { grant_type })).text).toBe(
          refusal('unsupported_grant_type')[1],
        );
    },
  },
  {
    source,
    rule: 'a grant the client is not allowed to use is unauthorized_client',
    holds: async ({ token, redeem }) => {
      const asMachine = await token(confidential, { grant_type: 'client_credentials' });
      expect(asMachine.text).toBe(refusal('unauthorized_client')[1]);
      expect((await redeem(machine, 'x')).text).toBe(refusal('unauthorized_client')[1]);
    },
  },
  {
    source,
    rule: 'client_credentials gives an access token alone, for all custom scopes unless it says which',
    holds: async ({ token }) => {
      const { body } = await token(machine, { grant_type: 'client_credentials' });
      expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
      expect(claimsOf(body.access_token).scope).toBe(readScope);
    },
  },
  {
    source,
    rule: 'client_credentials for a scope the machine client does not own is invalid_scope',
    holds: async ({ token }) => {
      for (const scope of [executeScope, 'openid'])
        expect((await token(machine, { grant_type: 'client_credentials', scope })).text).toBe(
          refusal('invalid_scope')[1],
        );
    },
  },
];
