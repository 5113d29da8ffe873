import { describe, expect, it } from 'vitest';
import { type AccessTokenPolicy, validateAccessTokenClaims } from '../../oauth/access-token.ts';
import {
  accessTokenClaims,
  cognitoScopes,
  frozenNow,
  issuer,
  machineClient,
  resourceIdentifier,
  userClient,
} from '../support/tokens.ts';

const now = frozenNow / 1000;
const policy: AccessTokenPolicy = {
  resourceIdentifier,
  userClients: [userClient],
  machineClients: [machineClient],
  tenancy: 'required',
  maxLifetimeSeconds: 86_400,
};

const validate = (
  changes: Record<string, unknown>,
  policyChanges: Partial<AccessTokenPolicy> = {},
) => validateAccessTokenClaims(accessTokenClaims(changes), { ...policy, ...policyChanges }, now);

const reasonOf = (
  changes: Record<string, unknown>,
  policyChanges: Partial<AccessTokenPolicy> = {},
) => {
  const result = validate(changes, policyChanges);
  return result.ok ? 'accepted' : result.error.reason;
};

const machineClaims = {
  sub: machineClient,
  client_id: machineClient,
  aud: undefined,
  username: undefined,
  'cognito:groups': undefined,
  origin_jti: undefined,
  mcp_resource: resourceIdentifier,
};

describe('validateAccessTokenClaims', () => {
  it('makes a frozen principal with short scope names of the claims', () => {
    const result = validate({});
    expect(result).toEqual({
      ok: true,
      value: {
        subject: '7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10',
        username: 'ada',
        tenant: 'acme',
        clientId: userClient,
        isMachine: false,
        scopes: ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:read', 'mcp:prompts:read'],
        groups: ['tenant:acme'],
        issuer,
        tokenId: 'f3b0c442-98fc-4c14-9afb-f4c8996fb924',
        originTokenId: 'a3b0c442-98fc-4c14-9afb-f4c8996fb924',
        issuedAt: now - 60,
        expiresAt: now + 3600,
      },
    });
    expect(result.ok && Object.isFrozen(result.value)).toBe(true);
  });

  it.each([
    [{ exp: undefined }, 'claim_missing'],
    [{ exp: `${now + 60}` }, 'claim_malformed'],
    [{ exp: Number.POSITIVE_INFINITY }, 'claim_malformed'],
    [{ exp: -1 }, 'claim_malformed'],
    [{ exp: now - 1 }, 'expired'],
    [{ exp: now }, 'expired'],
    [{ iat: undefined }, 'claim_missing'],
    [{ iat: '0' }, 'claim_malformed'],
    [{ iat: now + 61 }, 'issued_in_future'],
    [{ nbf: now + 61 }, 'not_yet_valid'],
    [{ nbf: 'soon' }, 'claim_malformed'],
    [{ iat: now - 60, exp: now - 60 + 86_401 }, 'lifetime_too_long'],
  ])('refuses times %j as %s', (changes, reason) => {
    expect(reasonOf(changes)).toBe(reason);
  });

  it('tolerates a minute of clock difference on iat and nbf, and none on exp', () => {
    expect(reasonOf({ iat: now + 60, nbf: now + 60 })).toBe('accepted');
  });

  it.each([undefined, 'id', 'ACCESS', ['access']])('refuses token_use %j', (token_use) => {
    expect(reasonOf({ token_use })).toBe('token_use_wrong');
  });

  it.each(['sub', 'client_id', 'jti', 'scope'])('demands %s', (claim) => {
    expect(reasonOf({ [claim]: undefined })).toBe('claim_missing');
    expect(reasonOf({ [claim]: '' })).toBe('claim_malformed');
    expect(reasonOf({ [claim]: ['x'] })).toBe('claim_malformed');
  });

  it.each([{ iss: 7 }, { aud: 7 }, { aud: [resourceIdentifier, null] }, { aud: {} }])(
    'refuses the registered claim %j, because its type is another (RFC 7519 §4.1)',
    (changes) => {
      expect(reasonOf(changes)).toBe('claim_malformed');
    },
  );

  it.each([
    undefined,
    'https://other.example.com/mcp',
    `${resourceIdentifier}/`,
    resourceIdentifier.toUpperCase(),
    [resourceIdentifier],
    [resourceIdentifier, 'https://other.example.com/mcp'],
    userClient,
    '',
  ])('refuses the audience %j, because RFC 8707 binds a token to one resource', (aud) => {
    expect(reasonOf({ aud })).toBe('audience_mismatch');
  });

  it('refuses a client that is not listed, because any app client of the pool gets our scopes asked', () => {
    expect(reasonOf({ client_id: 'another-client' })).toBe('client_not_allowed');
  });

  it('refuses a machine client that logs a user in, because it is listed for machines only', () => {
    expect(reasonOf({ client_id: machineClient })).toBe('client_not_allowed');
  });

  it.each([
    'openid email',
    'https://other.example.com/mcp/mcp:tools:read',
    'mcp:tools:read',
    `${resourceIdentifier}/`,
    resourceIdentifier,
  ])('refuses the scope %j, because none of it is ours', (scope) => {
    expect(reasonOf({ scope })).toBe('scope_missing');
  });

  it('ignores scopes of other resources next to ours', () => {
    const scope = `${cognitoScopes(['mcp:tools:read'])} https://other.example.com/mcp/mcp:admin`;
    const result = validate({ scope });
    expect(result.ok && result.value.scopes).toEqual(['mcp:tools:read']);
  });

  it.each([
    ['required', undefined, 'tenant_missing'],
    ['required', '', 'claim_malformed'],
    ['required', ['acme'], 'claim_malformed'],
    ['required', 'a'.repeat(129), 'claim_malformed'],
    ['optional', undefined, 'accepted'],
    ['optional', 7, 'claim_malformed'],
    ['off', undefined, 'accepted'],
  ] as const)('tenancy %s with tenant %j: %s', (tenancy, tenant_id, reason) => {
    expect(reasonOf({ tenant_id }, { tenancy })).toBe(reason);
  });

  it('does not pass a tenant on when tenancy is off, because nobody vouches for it then', () => {
    const result = validate({}, { tenancy: 'off' });
    expect(result.ok && result.value.tenant).toBeUndefined();
  });

  it.each(['admins', [7], [''], {}])('refuses groups %j', (groups) => {
    expect(reasonOf({ 'cognito:groups': groups })).toBe('claim_malformed');
  });

  describe('machine clients', () => {
    it('accepts a listed client whose token names this resource in mcp_resource', () => {
      const result = validate(machineClaims);
      expect(result.ok && result.value).toMatchObject({ isMachine: true, subject: machineClient });
    });

    it.each([
      [{ mcp_resource: undefined }, 'audience_mismatch'],
      [{ mcp_resource: 'https://other.example.com/mcp' }, 'audience_mismatch'],
      [{ aud: 'https://other.example.com/mcp' }, 'audience_mismatch'],
      [{ sub: 'somebody' }, 'audience_mismatch'],
      [{ sub: 'x', client_id: 'x' }, 'audience_mismatch'],
      [{ tenant_id: undefined }, 'tenant_missing'],
    ])('refuses %j as %s', (changes, reason) => {
      expect(reasonOf({ ...machineClaims, ...changes })).toBe(reason);
    });

    it('does not let a user token through on mcp_resource, because a user could be given that claim', () => {
      expect(reasonOf({ aud: undefined, mcp_resource: resourceIdentifier })).toBe(
        'audience_mismatch',
      );
    });
  });

  it('reports the first problem in the documented order, because saved queries count on it', () => {
    const everythingWrong = { exp: now - 5, token_use: 'id', aud: 'x', client_id: 'x', scope: 'x' };
    expect(reasonOf(everythingWrong)).toBe('expired');
    expect(reasonOf({ ...everythingWrong, exp: now + 5 })).toBe('token_use_wrong');
    expect(reasonOf({ aud: 'x', client_id: 'x', scope: 'x' })).toBe('audience_mismatch');
    expect(reasonOf({ client_id: 'x', scope: 'x' })).toBe('client_not_allowed');
  });
});
