import { describe, expect, it } from 'vitest';
import { type AccessTokenPolicy, validateAccessTokenClaims } from '../../oauth/access-token.ts';
import { claimProfile, isClaimProfileName } from '../../oauth/claim-profile.ts';
import {
  auth0Client,
  auth0MachineToken,
  auth0Rfc9068Token,
  auth0Token,
  directory,
  entraApi,
  entraApplicationToken,
  entraClient,
  entraIdToken,
  entraV1Issuer,
  entraV1Token,
  entraV2Issuer,
  entraV2Token,
  oktaClient,
  oktaIdToken,
  oktaMachineToken,
  oktaToken,
  type RecordedClaims,
} from '../server/issuers/recorded-tokens.ts';
import { frozenNow, resourceIdentifier } from '../support/tokens.ts';

const base = {
  resourceIdentifier,
  tenancy: 'required',
  maxLifetimeSeconds: 86_400,
} as const;

const both = (client: string) => ({ userClients: [client], machineClients: [client] });

const entra: AccessTokenPolicy = {
  ...base,
  ...both(entraClient),
  profile: 'entra',
  audience: [entraApi, `api://${entraApi}`],
};
const auth0: AccessTokenPolicy = { ...base, ...both(auth0Client), profile: 'auth0' };
const okta: AccessTokenPolicy = {
  ...base,
  ...both(oktaClient),
  profile: 'okta',
  audience: ['api://default'],
  tenant: 'acme',
};

const judge = (claims: RecordedClaims, policy: AccessTokenPolicy, changes: RecordedClaims = {}) =>
  validateAccessTokenClaims({ ...claims, ...changes }, policy, frozenNow / 1000);

const outcome = (
  claims: RecordedClaims,
  policy: AccessTokenPolicy,
  changes: RecordedClaims = {},
) => {
  const result = judge(claims, policy, changes);
  return result.ok ? result.value : result.error.reason;
};

describe('the Entra ID profile', () => {
  it('reads a v2 token: person by oid, because sub differs per application; roles are groups', () => {
    expect(outcome(entraV2Token, entra)).toMatchObject({
      subject: entraV2Token.oid,
      username: 'ada@example.com',
      clientId: entraClient,
      isMachine: false,
      tenant: directory,
      scopes: ['mcp:tools:read', 'mcp:tools:execute'],
      groups: ['Notes.Editor'],
      issuer: entraV2Issuer,
      tokenId: entraV2Token.uti,
    });
  });

  it('reads a v1 token: api:// audience and appid, because the API registration decides the version', () => {
    expect(outcome(entraV1Token, entra)).toMatchObject({
      subject: entraV1Token.oid,
      username: 'ada@example.com',
      clientId: entraClient,
      issuer: entraV1Issuer,
    });
  });

  it('reads an application token: permissions come from roles, because there is no scp', () => {
    const scopeNames = { 'Tools.Read.All': ['mcp:tools:read'] };
    expect(outcome(entraApplicationToken, { ...entra, scopeNames })).toMatchObject({
      isMachine: true,
      scopes: ['mcp:tools:read'],
    });
  });

  it.each([
    ['an ID token of the same registration', entraIdToken, {}, 'token_use_wrong'],
    ['an ID token with a nonce', entraV2Token, { nonce: 'n' }, 'token_use_wrong'],
    [
      'a token of another directory under our issuer',
      entraV2Token,
      { tid: entraApi },
      'issuer_mismatch',
    ],
    ['a token without a directory', entraV2Token, { tid: undefined }, 'issuer_mismatch'],
    ['a v1 token that claims version 2', entraV1Token, { ver: '2.0' }, 'claim_malformed'],
    ['a v2 token that claims version 1', entraV2Token, { ver: '1.0' }, 'claim_malformed'],
    [
      'a v2 token whose client is in appid',
      entraV2Token,
      { azp: undefined, appid: entraClient },
      'claim_missing',
    ],
    ['a token without oid', entraV2Token, { oid: undefined }, 'claim_missing'],
    [
      'a Microsoft Graph token',
      entraV2Token,
      { aud: '00000003-0000-0000-c000-000000000000' },
      'audience_mismatch',
    ],
    [
      'a list of audiences, which Entra never sends',
      entraV2Token,
      { aud: [entraApi] },
      'audience_mismatch',
    ],
    ['another application', entraV2Token, { azp: 'stranger' }, 'client_not_allowed'],
    [
      'scp as a list, which is Okta’s way',
      entraV2Token,
      { scp: ['mcp:tools:read'] },
      'token_use_wrong',
    ],
    [
      'a person whose only scopes are OpenID’s',
      entraV2Token,
      { scp: 'openid profile' },
      'scope_missing',
    ],
    [
      'an application whose roles are text',
      entraApplicationToken,
      { roles: 'x' },
      'claim_malformed',
    ],
    [
      'an application without permissions',
      entraApplicationToken,
      { roles: undefined },
      'scope_missing',
    ],
  ] as const)('refuses %s', (_, claims, changes, reason) => {
    expect(outcome(claims, entra, changes)).toBe(reason);
  });

  it('gives a person no scopes from roles, because consent was given for scp only', () => {
    const result = outcome(entraV2Token, entra, { roles: ['mcp:notes:delete'] });
    expect(result).toMatchObject({ scopes: ['mcp:tools:read', 'mcp:tools:execute'] });
  });
});

describe('the Auth0 profile', () => {
  it('reads its own token form: two audiences, azp, no jti', () => {
    expect(outcome(auth0Token, auth0)).toMatchObject({
      subject: auth0Token.sub,
      clientId: auth0Client,
      tenant: 'org_9ybsU1dN2dKfDkBi',
      scopes: ['mcp:tools:read', 'mcp:tools:execute'],
      tokenId: `${auth0Client}/${auth0Token.sub}/${auth0Token.iat}`,
      isMachine: false,
    });
  });

  it('reads the RFC 9068 form: client_id and jti', () => {
    expect(outcome(auth0Rfc9068Token, auth0)).toMatchObject({
      clientId: auth0Client,
      tokenId: 'VFgdMhrNyPyYIFOnGJYSzq',
    });
  });

  it('knows a machine by its subject', () => {
    expect(outcome(auth0MachineToken, auth0)).toMatchObject({ isMachine: true });
    expect(outcome(auth0MachineToken, { ...auth0, machineClients: [] })).toBe('client_not_allowed');
  });

  it.each([
    ['permissions that lack what was asked for', { permissions: [] }, 'scope_missing'],
    ['permissions that are text', { permissions: 'mcp:tools:read' }, 'claim_malformed'],
    ['scope as a list', { scope: ['mcp:tools:read'] }, 'claim_malformed'],
    ['no scope at all, although permissions abound', { scope: undefined }, 'scope_missing'],
    ['an ID token', { nonce: 'n' }, 'token_use_wrong'],
    [
      'a token for us and a third party',
      { aud: [resourceIdentifier, 'https://other.test'] },
      'audience_mismatch',
    ],
    [
      'a token for its user-info endpoint only',
      { aud: ['https://acme.eu.auth0.com/userinfo'] },
      'audience_mismatch',
    ],
    ['an empty list of audiences', { aud: [] }, 'audience_mismatch'],
    ['an audience list inside a list', { aud: [[resourceIdentifier]] }, 'claim_malformed'],
    ['a jti that is no text', { jti: 7 }, 'claim_malformed'],
    ['two clients that differ', { client_id: 'another' }, 'claim_malformed'],
    ['no client', { azp: undefined }, 'claim_missing'],
    ['no subject', { sub: undefined }, 'claim_missing'],
    ['no organization where tenancy is required', { org_id: undefined }, 'tenant_missing'],
  ] as const)('refuses %s', (_, changes, reason) => {
    expect(outcome(auth0Token, auth0, changes)).toBe(reason);
  });
});

describe('the Okta profile', () => {
  it('reads a person: uid is the subject, because sub is an address that can change hands', () => {
    expect(outcome(oktaToken, okta)).toMatchObject({
      subject: '00ujmkLgagxeRrAg20g3',
      username: 'ada@example.com',
      clientId: oktaClient,
      tenant: 'acme',
      scopes: ['mcp:tools:read', 'mcp:tools:execute'],
      groups: ['Everyone', 'Editors'],
      isMachine: false,
    });
  });

  it('reads a service application: no uid, sub is the client', () => {
    expect(outcome(oktaMachineToken, okta)).toMatchObject({ isMachine: true, subject: oktaClient });
  });

  it.each([
    ['an ID token', oktaIdToken, {}, 'token_use_wrong'],
    ['scp as text, which is Entra’s way', oktaToken, { scp: 'mcp:tools:read' }, 'claim_malformed'],
    [
      'scope in place of scp',
      oktaToken,
      { scp: undefined, scope: 'mcp:tools:read' },
      'token_use_wrong',
    ],
    ['a person without uid', oktaToken, { uid: undefined }, 'claim_missing'],
    ['no client', oktaToken, { cid: undefined }, 'claim_missing'],
    ['no token id', oktaToken, { jti: undefined }, 'claim_missing'],
    ['another audience', oktaToken, { aud: 'api://other' }, 'audience_mismatch'],
    ['groups as text', oktaToken, { groups: 'Everyone' }, 'claim_malformed'],
    ['only OpenID scopes', oktaToken, { scp: ['openid', 'email'] }, 'scope_missing'],
  ] as const)('refuses %s', (_, claims, changes, reason) => {
    expect(outcome(claims, okta, changes)).toBe(reason);
  });

  it('trusts no tenant claim unless told which, because one customer’s Okta must not name another tenant', () => {
    const { tenant, ...unmapped } = okta;
    expect(outcome(oktaToken, unmapped, { tenant_id: 'someone-else' })).toBe('tenant_missing');
    expect(outcome(oktaToken, { ...unmapped, tenantClaim: 'org' }, { org: 'acme' })).toMatchObject({
      tenant,
    });
    expect(outcome(oktaToken, okta, { tenant_id: 'someone-else' })).toMatchObject({ tenant });
  });
});

describe('scope names', () => {
  it('count only when mapped, once there is a map; and one name may stand for several', () => {
    const scopeNames = { 'mcp:tools:read': ['mcp:tools:read', 'mcp:resources:read'] };
    expect(outcome(oktaToken, { ...okta, scopeNames })).toMatchObject({
      scopes: ['mcp:tools:read', 'mcp:resources:read'],
    });
    expect(outcome(oktaToken, { ...okta, scopeNames: {} })).toBe('scope_missing');
  });

  it('never come from Object.prototype', () => {
    const scp = ['constructor', '__proto__', 'toString'];
    expect(outcome(oktaToken, { ...okta, scopeNames: {} }, { scp })).toBe('scope_missing');
  });
});

describe('one profile', () => {
  const all = [
    ['entra', entra, entraV2Token],
    ['auth0', auth0, auth0Token],
    ['okta', okta, oktaToken],
  ] as const;
  it.each(all)('%s takes no token of another product, whatever the lists say', (name, policy) => {
    for (const [other, , claims] of all) {
      if (other === name) continue;
      const audience = [claims.aud].flat() as string[];
      const generous = { ...policy, audience, userClients: [entraClient, auth0Client, oktaClient] };
      expect(typeof outcome(claims, generous), `${name} took a token of ${other}`).toBe('string');
    }
  });

  it('has a name that is checked, because `constructor` is on every object', () => {
    expect(['cognito', 'entra', 'auth0', 'okta'].every(isClaimProfileName)).toBe(true);
    expect(['constructor', 'Cognito', '', null, 1].some(isClaimProfileName)).toBe(false);
    expect(claimProfile('cognito').tenantClaim).toBe('tenant_id');
  });
});
